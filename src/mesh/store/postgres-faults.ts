import type { Fault } from "#base";

/** What the server or the way to it said, as a fault; null for anything else, a bug of ours. */
export function postgresFault(cause: unknown, at: string): Fault | null {
  if (!(cause instanceof Error)) return null;
  const code = codeOf(cause);
  for (const [form, fault] of faultByCode) {
    if (form.test(code)) return { ...fault, at };
  }
  return wayIsBroken.test(cause.message) ? { ...unavailable, at } : null;
}

/** Whether the server undid the transaction for another one's sake: it may be tried again. */
export function isOvertaken(cause: unknown): boolean {
  return cause instanceof Error && /^(40001|40P01)$/.test(codeOf(cause));
}

function codeOf(cause: Error): string {
  return "code" in cause && typeof cause.code === "string" ? cause.code : "";
}

const unavailable = {
  code: "store_unavailable",
  message: "cannot reach the database of the mesh, or it has gone",
};

const refused = {
  code: "store_unavailable",
  message: "the server refuses the login; look at ASSAY_DATABASE_URL",
};

const unknownDatabase = {
  code: "store_unavailable",
  message: "the server has no such database; create it first",
};

const unwritable = {
  code: "store_unwritable",
  message: "the login may not create and fill tables in that database",
};

const busy = {
  code: "store_busy",
  message: "another process is at work in the store of the mesh and does not end",
};

const damaged = {
  code: "store_damaged",
  message: "the store of the mesh lacks a table or a column that its migrations made",
};

const full = {
  code: "store_disk_full",
  message: "the server of the store has no space or memory left",
};

const conflict = {
  code: "store_conflict",
  message: "a row with this key exists already, or a row breaks a condition of its table",
};

/** https://www.postgresql.org/docs/current/errcodes-appendix.html and the codes of the system. */
const faultByCode: readonly (readonly [RegExp, Omit<Fault, "at">])[] = [
  [/^28/, refused],
  [/^3D000$/, unknownDatabase],
  [/^(42501|25006)$/, unwritable],
  [/^23/, conflict],
  [/^(55P03|57014|40P01|40001)$/, busy],
  [/^(42P01|42703|3F000)$/, damaged],
  [/^53[12]/, full],
  [/^(08|53|57P|58)/, unavailable],
  [/^E[A-Z]+$/, unavailable],
];

/** Errors of the driver itself carry no code. */
const wayIsBroken =
  /timeout|Connection terminated|connection error|SASL|SSL|password|not queryable/;
