import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { z } from "zod";
import { canonicalJson, err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import { readStrictJson } from "../seal/strict-json.ts";
import { readDocument, writeAll, writeDocument } from "./document.ts";
import type { FileSystem } from "./file-system.ts";
import { attemptIo, systemCode } from "./io-fault.ts";
import type { Processes, ProcessIdentity } from "./process-identity.ts";

/** Held by one process at a time; every holder has a higher number than the one before. */
export type Lock = Readonly<{
  /** Grows with every holder: a fencing token. */
  number: number;
  release: () => Result<void, Fault>;
}>;

/**
 * Takes the lock at `path` (files `path.1`, `path.2`, ...): at most one living process holds it.
 * A holder that is provably gone (other boot of the same host, or no such process any more) is
 * followed; one that cannot be judged (another host, an unreadable file) still holds it. Faults:
 * store_lock_unavailable, naming the holder, and those of attemptIo.
 *
 * Numbers are never used twice while a later one exists, and a late taker that finds a later
 * number steps back, so two processes that saw the same dead holder cannot both win.
 */
export function takeLock(fs: FileSystem, path: string, processes: Processes): Result<Lock, Fault> {
  const listed = attemptIo("read", path, () => lockNumbers(fs, path));
  if (!listed.ok) return listed;
  const last = listed.value.at(-1) ?? 0;
  if (last > 0) {
    const free = isFree(fs, `${path}.${last}`, processes);
    if (!free.ok) return free;
  }
  const number = last + 1;
  const taken = claim(fs, path, number, processes.self);
  if (!taken.ok) return lostRace.has(taken.fault.code) ? err(raced(path)) : taken;
  return settle(fs, path, number, processes.self);
}

/** Tries again while another process holds the lock, up to about this many milliseconds. */
export function waitForLock(
  fs: FileSystem,
  path: string,
  processes: Processes,
  waitMs: number,
): Result<Lock, Fault> {
  for (let waited = 0; ; waited += pauseMs) {
    const lock = takeLock(fs, path, processes);
    if (lock.ok || lock.fault.code !== "store_lock_unavailable" || waited >= waitMs) return lock;
    Atomics.wait(pause, 0, 0, pauseMs);
  }
}

const pauseMs = 20;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** The number was taken, or our draft was swept away by the process that took it. */
const lostRace: ReadonlySet<string> = new Set(["store_exists", "store_missing"]);

const lockSchema = z.strictObject({
  boot_id: z.string().nullable(),
  host: z.string(),
  pid: z.int().positive(),
  pid_namespace: z.string().nullable(),
  started_ticks: z.int().nonnegative().nullable(),
  state: z.enum(["held", "released"]),
});

/** Puts the lock file in place whole: a reader never sees half of it, a second taker fails. */
function claim(
  fs: FileSystem,
  path: string,
  number: number,
  self: ProcessIdentity,
): Result<void, Fault> {
  return attemptIo("write", path, () => {
    const draft = `${path}.draft-${randomUUID()}`;
    const file = fs.open(draft, "create", 0o600);
    try {
      writeAll(fs, file, lockBytes("held", self));
      fs.sync(file);
    } finally {
      fs.close(file);
    }
    try {
      fs.link(draft, `${path}.${number}`);
    } finally {
      removeIfThere(fs, draft);
    }
    fs.syncDirectory(dirname(path));
  });
}

/** Makes sure that no later holder exists, then sweeps up what earlier ones left. */
function settle(
  fs: FileSystem,
  path: string,
  number: number,
  self: ProcessIdentity,
): Result<Lock, Fault> {
  const own = `${path}.${number}`;
  const cleaned = attemptIo("write", path, () => {
    const numbers = lockNumbers(fs, path);
    if ((numbers.at(-1) ?? 0) > number) {
      removeIfThere(fs, own);
      return false;
    }
    const left = filesOf(fs, path).filter((file) => file !== own);
    for (const file of left) removeIfThere(fs, file);
    return true;
  });
  if (!cleaned.ok) return cleaned;
  if (!cleaned.value) return err(raced(path));
  // The file stays, marked: its number must not be given out again.
  const release = (): Result<void, Fault> =>
    writeDocument(fs, own, lockBytes("released", self), 0o600);
  return ok({ number, release });
}

/** Ok when the holder released it or is gone. */
function isFree(fs: FileSystem, file: string, processes: Processes): Result<void, Fault> {
  const bytes = readDocument(fs, file, 4096);
  if (!bytes.ok) return bytes.fault.code === "store_missing" ? err(raced(file)) : bytes;
  const form = { layout: "canonical", ending: "\n" } as const;
  const holder = readStrictJson(bytes.value, lockSchema, "lock", form);
  if (!holder.ok) return err(held(file, "its file cannot be read; remove it if nothing runs"));
  if (holder.value.state === "released") return ok(undefined);
  const { self } = processes;
  const { host, boot_id, pid_namespace, pid, started_ticks } = holder.value;
  if (host !== self.host) {
    return err(held(file, `by process ${pid} on ${host}; remove it if that host is gone`));
  }
  if (boot_id !== null && self.boot_id !== null && boot_id !== self.boot_id) return ok(undefined);
  if (pid_namespace !== self.pid_namespace) {
    return err(held(file, `by process ${pid} in another container; remove it if that has ended`));
  }
  const ticks = processes.startedTicks(pid);
  const gone =
    ticks === "gone" || (ticks !== null && started_ticks !== null && ticks !== started_ticks);
  return gone ? ok(undefined) : err(held(file, `by running process ${pid}; wait for its end`));
}

/** Numbers of the lock files that exist, ascending. */
function lockNumbers(fs: FileSystem, path: string): number[] {
  return filesOf(fs, path)
    .map((file) => file.slice(path.length + 1))
    .filter((suffix) => /^\d+$/.test(suffix))
    .map(Number)
    .sort((left, right) => left - right);
}

/** Lock files and what a crash left of writing them. */
function filesOf(fs: FileSystem, path: string): string[] {
  const directory = dirname(path);
  const files = fs.list(directory).map(({ name }) => join(directory, name));
  return files.filter((file) => {
    const suffix = file.startsWith(`${path}.`) ? file.slice(path.length + 1) : "";
    return /^(?:[1-9]\d{0,14}(?:\.tmp)?|draft-[0-9a-f-]{36})$/.test(suffix);
  });
}

/** Another process may have removed it first. */
function removeIfThere(fs: FileSystem, path: string): void {
  try {
    fs.unlink(path);
  } catch (cause) {
    if (systemCode(cause) !== "ENOENT") throw cause;
  }
}

function lockBytes(state: "held" | "released", identity: ProcessIdentity): Uint8Array {
  return utf8ToBytes(`${canonicalJson({ ...identity, state })}\n`);
}

function held(file: string, by: string): Fault {
  return { code: "store_lock_unavailable", message: `locked: ${by}`, at: file };
}

function raced(path: string): Fault {
  return held(path, "by a process that took it at this moment; try again");
}
