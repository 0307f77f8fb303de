import { join } from "node:path";
import { bytesToHex, err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import { equalHashes, sha256 } from "../merkle/hash.ts";
import { type Checkpoint, openCheckpoint } from "../seal/checkpoint.ts";
import type { NoteVerifier } from "../seal/note-key.ts";
import { makeDirectories, readDocument, writeDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { waitForLock } from "../store/lock.ts";
import { machineProcesses, type Processes } from "../store/process-identity.ts";

/**
 * The newest checkpoint seen of every log, kept apart from the logs (beside the trust policy): it
 * is what makes a log that went back, or a second history of it, visible.
 */
export type WitnessMemory = Readonly<{
  fs: FileSystem;
  directory: string;
  processes?: Processes;
}>;

/** A log as it is now: its signed checkpoint, and the roots that it had at earlier sizes. */
export type SeenLog = Readonly<{
  checkpoint: Checkpoint;
  note: Uint8Array;
  rootAt: (size: number) => Uint8Array | null;
}>;

/**
 * What is remembered of a log, null when nothing is. Faults: witness_malformed, those of reading.
 */
export function recallCheckpoint(
  { fs, directory }: WitnessMemory,
  origin: string,
  verifiers: readonly NoteVerifier[],
): Result<Checkpoint | null, Fault> {
  const path = memoryPath(directory, origin);
  const bytes = readDocument(fs, path, maxNoteBytes);
  if (!bytes.ok) return bytes.fault.code === "store_missing" ? ok(null) : bytes;
  const opened = openCheckpoint(bytes.value, verifiers, "ignore");
  if (opened.ok && opened.value.checkpoint.origin === origin) return ok(opened.value.checkpoint);
  const message = opened.ok ? "it is the checkpoint of another log" : opened.fault.message;
  return err({ code: "witness_malformed", message, at: path });
}

/**
 * Compares a log with what is remembered of it, and remembers it when it is the same log, grown or
 * equal. Comparing and writing happen under one lock. Faults: log_rolled_back (shorter than
 * before), log_rewritten (another history), those of recallCheckpoint and of the store.
 */
export function rememberCheckpoint(
  memory: WitnessMemory,
  seen: SeenLog,
  verifiers: readonly NoteVerifier[],
): Result<void, Fault> {
  const { fs, directory, processes = machineProcesses() } = memory;
  const made = makeDirectories(fs, directory, 0o700);
  if (!made.ok) return made;
  const lock = waitForLock(fs, join(directory, "witness.lock"), processes, lockWaitMs);
  if (!lock.ok) return lock;
  const { origin } = seen.checkpoint;
  const known = recallCheckpoint(memory, origin, verifiers);
  const judged = known.ok ? judgeGrowth(known.value, seen) : known;
  const written =
    judged.ok && judged.value === "grown"
      ? writeDocument(fs, memoryPath(directory, origin), seen.note, 0o600)
      : judged;
  const released = lock.value.release();
  if (!written.ok) return written;
  return released;
}

/** Whether the log is the remembered one, grown or equal. Faults as of rememberCheckpoint. */
export function judgeGrowth(
  known: Checkpoint | null,
  { checkpoint, rootAt }: Pick<SeenLog, "checkpoint" | "rootAt">,
): Result<"grown" | "equal", Fault> {
  if (known === null) return ok("grown");
  const { origin, size } = checkpoint;
  if (size < known.size) {
    const message = `the log ${origin} has ${size} entries and had ${known.size} when last seen`;
    return err({ code: "log_rolled_back", message });
  }
  const root = rootAt(known.size);
  if (root !== null && equalHashes(root, known.root))
    return ok(size > known.size ? "grown" : "equal");
  const message = `the first ${known.size} entries of the log ${origin} are not those last seen`;
  return err({ code: "log_rewritten", message });
}

const maxNoteBytes = 1 << 20;
const lockWaitMs = 5000;

/** An origin is no file name, its hash is. */
function memoryPath(directory: string, origin: string): string {
  const name = bytesToHex(sha256(utf8ToBytes(origin))).slice(0, 32);
  return join(directory, `${name}.checkpoint`);
}
