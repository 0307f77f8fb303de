import type { Fault } from "#base";

/** What SQLite or the system said, as a fault; null for anything else, which is a bug of ours. */
export function sqliteFault(cause: unknown, at: string): Fault | null {
  if (!(cause instanceof Error)) return null;
  const number = "errcode" in cause && typeof cause.errcode === "number" ? cause.errcode : null;
  if (number === null) return systemFault(cause, at);
  // The low byte of a code is its kind, https://sqlite.org/rescode.html.
  const known = faultByCode[number & 0xff];
  return known === undefined ? null : { ...known, at };
}

/** Whether somebody else is at work in the file and trying again may help. */
export function isBusy(cause: unknown): boolean {
  if (!(cause instanceof Error && "errcode" in cause)) return false;
  return typeof cause.errcode === "number" && [5, 6].includes(cause.errcode & 0xff);
}

function systemFault(cause: Error, at: string): Fault | null {
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  if (code === "ENOSPC" || code === "EDQUOT") return { ...full, at };
  if (!/^E[A-Z]+$/.test(code)) return null;
  return { ...unwritable, message: `${unwritable.message} (${code})`, at };
}

const unwritable = {
  code: "store_unwritable",
  message: "the store of the mesh cannot be opened for writing",
};

const busy = {
  code: "store_busy",
  message: "another process is at work in the store of the mesh and does not end",
};

const full = { code: "store_disk_full", message: "no space left on the disk of the store" };

const damaged = {
  code: "store_damaged",
  message: "the store of the mesh is damaged; restore it, or move it away and start anew",
};

const conflict = {
  code: "store_conflict",
  message: "a row with this key exists already, or a row breaks a condition of its table",
};

const faultByCode: Readonly<Record<number, Omit<Fault, "at">>> = {
  3: unwritable, // SQLITE_PERM
  5: busy, // SQLITE_BUSY
  6: busy, // SQLITE_LOCKED
  8: unwritable, // SQLITE_READONLY
  10: { code: "store_unavailable", message: "the disk under the store reported an error" },
  11: damaged, // SQLITE_CORRUPT
  13: full,
  14: unwritable, // SQLITE_CANTOPEN
  19: conflict, // SQLITE_CONSTRAINT
  26: damaged, // SQLITE_NOTADB
};
