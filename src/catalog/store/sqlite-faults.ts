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
  const number = resultCode(cause);
  // Another process has put a new index in the place of the one that was open.
  if (number === databaseMoved) return { ...busy, at };
  const known = number === null ? undefined : faultByCode[number & 0xff];
  return known === undefined ? null : { ...known, at };
}

/** SQLITE_READONLY_DBMOVED; the low byte of a code is its kind, https://sqlite.org/rescode.html. */
const databaseMoved = 1032;

function resultCode(cause: unknown): number | null {
  if (!(cause instanceof Error && "errcode" in cause)) return null;
  return typeof cause.errcode === "number" ? cause.errcode : null;
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
