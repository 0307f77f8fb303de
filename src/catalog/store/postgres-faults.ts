import type { Fault } from "#base";

/** What the server or the way to it said, as a fault; null for anything else, a bug of ours. */
export function postgresFault(cause: unknown, at: string): Fault | null {
  if (!(cause instanceof Error)) return null;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  for (const [form, fault] of faultByCode) {
    if (form.test(code)) return { ...fault, at };
  }
  if (wayIsBroken.test(cause.message)) return { ...unavailable, at };
  return null;
}

const unavailable = {
  code: "catalog_unavailable",
  message: "cannot reach the database of the catalog, or it has gone",
};

const refused = {
  code: "catalog_unavailable",
  message: "the server refuses the login; the password comes from the URL, PGPASSWORD or .pgpass",
};

const unknownDatabase = {
  code: "catalog_unavailable",
  message: "the server has no such database; create it first",
};

const unwritable = {
  code: "catalog_unwritable",
  message: "the login may not create and fill tables in that database",
};

const busy = {
  code: "catalog_lock_timed_out",
  message: "another process is at work in the catalog and does not end; try again later",
};

const damaged = {
  code: "catalog_damaged",
  message: "the catalog lacks a table; assay catalog rebuild makes it anew from the files",
};

const full = {
  code: "catalog_disk_full",
  message: "the server of the catalog has no space or memory left",
};

/** https://www.postgresql.org/docs/current/errcodes-appendix.html and the codes of the system. */
const faultByCode: readonly (readonly [RegExp, Omit<Fault, "at">])[] = [
  [/^28/, refused],
  [/^3D000$/, unknownDatabase],
  [/^(42501|25006)$/, unwritable],
  [/^(55P03|57014|40P01|40001)$/, busy],
  [/^(42P01|42703|3F000)$/, damaged],
  [/^53[12]/, full],
  [/^(08|53|57P|58)/, unavailable],
  [/^E[A-Z]+$/, unavailable],
];

/** Errors of the driver itself carry no code. */
const wayIsBroken = /timeout|Connection terminated|connection error|SASL|SSL|password/;
