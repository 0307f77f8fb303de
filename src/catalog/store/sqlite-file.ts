import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { err, type Fault, ok, type Result } from "#base";
import { systemCode } from "../files/system-code.ts";
import { catalogSchema } from "../tables/tables.ts";
import type { StoreState } from "./store.ts";

/** "ASSY" in the header of the file: SQLite's own place to say whose database it is. */
export const applicationId = 0x41_53_53_59;

/**
 * Looks before SQLite does: a file that is not ours is never opened, let alone replaced.
 * Fault: catalog_foreign.
 */
export function lookAtFile(path: string): Result<StoreState, Fault> {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return foreign("the place of the catalog is no regular file", path);
    if (stat.size === 0) return ok("absent");
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return ok("absent");
    throw cause;
  }
  const header = Buffer.alloc(72);
  const descriptor = openSync(path, "r");
  try {
    readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  // https://sqlite.org/fileformat.html#the_database_header
  const isSqlite = header.toString("latin1", 0, 16) === "SQLite format 3\0";
  if (isSqlite && header.readUInt32BE(68) === applicationId) {
    return ok(header.readUInt32BE(60) === catalogSchema ? "ready" : "outdated");
  }
  return foreign("the file is no catalog of ours and stays as it is", path);
}

/**
 * Moves a whole new database into the place of the old one. No other process may be at work in the
 * old one: its journal, found beside the new one, would be rolled back into it. Who has the old one
 * open cannot start to write there either, since SQLite refuses when a database lost its name.
 */
export function moveIntoPlace(fresh: string, path: string, lockTimeoutMs: number): void {
  syncPath(fresh);
  using old = lockDatabase(path, lockTimeoutMs);
  if (!old.locked) rmSync(`${path}-journal`, { force: true });
  renameSync(fresh, path);
  syncPath(dirname(path));
}

/** The file that a path stands for, whether or not it is there: a catalog may lie behind a link. */
export function behindLinks(path: string): string {
  let at = path;
  for (let links = 0; links < 40 && isLink(at); links += 1) {
    at = resolve(dirname(at), readlinkSync(at));
  }
  return at;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** Where a new database grows; what processes that died left there goes. */
export function freshPath(path: string): string {
  const [folder, name] = [dirname(path), basename(path)];
  for (const entry of readdirSync(folder)) {
    const pid = entry.startsWith(`${name}.`) ? /\.(\d+)\.new(?:-journal)?$/.exec(entry)?.[1] : null;
    if (pid !== null && pid !== undefined && !isOtherProcess(Number(pid))) {
      rmSync(join(folder, entry), { force: true });
    }
  }
  return `${path}.${process.pid}.new`;
}

type Lock = Disposable & Readonly<{ locked: boolean }>;

/** A database that is damaged cannot be locked, and nobody writes into it. */
function lockDatabase(path: string, timeout: number): Lock {
  const nothing = { locked: false, [Symbol.dispose]: (): void => undefined };
  const look = lookAtFile(path);
  if (!look.ok || look.value === "absent") return nothing;
  const database = new DatabaseSync(path, { timeout });
  try {
    database.exec("begin immediate");
    return { locked: true, [Symbol.dispose]: () => database.close() };
  } catch (cause) {
    database.close();
    const busy = cause instanceof Error && "errcode" in cause && cause.errcode === 5;
    if (busy) throw cause;
    return nothing;
  }
}

function isOtherProcess(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // Not ours to signal means that it lives.
    return systemCode(cause) !== "ESRCH";
  }
}

function syncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function foreign(what: string, at: string): Result<never, Fault> {
  return err({ code: "catalog_foreign", message: `${what}; choose another with --catalog`, at });
}
