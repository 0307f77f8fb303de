import type { Fault } from "#base";
import { reasonOf, systemCode } from "../files/system-code.ts";

/** What SQLite or the system said, as a fault; null for anything else, which is a bug of ours. */
export function sqliteFault(cause: unknown, at: string): Fault | null {
  const code = systemCode(cause);
  if (code !== null) {
    const full = code === "ENOSPC" || code === "EDQUOT";
    const message = `cannot write the catalog: ${reasonOf(code)}`;
    return { code: full ? "catalog_disk_full" : "catalog_unwritable", message, at };
  }
  const number = primaryCode(cause);
  const known = number === null ? undefined : faultByCode[number];
  return known === undefined ? null : { ...known, at };
}

/** The low byte of SQLite's result code, https://sqlite.org/rescode.html. */
function primaryCode(cause: unknown): number | null {
  if (!(cause instanceof Error && "errcode" in cause)) return null;
  return typeof cause.errcode === "number" ? cause.errcode & 0xff : null;
}

const unwritable = {
  code: "catalog_unwritable",
  message: "the catalog cannot be opened for writing; choose another place with --catalog",
};

const damaged = {
  code: "catalog_damaged",
  message: "the catalog is damaged; assay catalog rebuild makes it anew from the files",
};

const busy = {
  code: "catalog_lock_timed_out",
  message: "another process is at work in the catalog and does not end; try again later",
};

const faultByCode: Readonly<Record<number, Omit<Fault, "at">>> = {
  3: unwritable, // SQLITE_PERM
  5: busy, // SQLITE_BUSY
  6: busy, // SQLITE_LOCKED
  8: unwritable, // SQLITE_READONLY
  10: { code: "catalog_unavailable", message: "the disk under the catalog reported an error" },
  11: damaged, // SQLITE_CORRUPT
  13: { code: "catalog_disk_full", message: "no space left on the disk of the catalog" },
  14: unwritable, // SQLITE_CANTOPEN
  26: damaged, // SQLITE_NOTADB
};
