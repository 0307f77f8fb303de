import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import type { SigningKey } from "../keys/key-ring.ts";
import { type TrustPolicy, thresholdOf, trustedKeys } from "../keys/policy.ts";
import {
  type Checkpoint,
  type OpenCheckpoint,
  openCheckpoint,
  readUnverifiedCheckpoint,
  signCheckpoint,
} from "../seal/checkpoint.ts";
import { noteVerifier } from "../seal/note-key.ts";
import { createDocument, makeDirectories, readDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { checkpointName, type PoolPlace, sizeOfCheckpoint } from "./pool-place.ts";

/** A checkpoint as it lies there; nothing is known of it but its name. */
export type CheckpointNote = Readonly<{ size: number; bytes: Uint8Array }>;

export type CheckpointFolder = Readonly<{
  /** By size, smallest first. */
  notes: readonly CheckpointNote[];
  /** Names that are no checkpoint's; drafts that a crash left are not among them. */
  strangers: readonly string[];
}>;

/** A note holds a few hundred bytes; cosignatures of witnesses may be added. */
const maxNoteBytes = 1 << 16;

/** Faults: those of attemptIo and readDocument. */
export function listCheckpoints(fs: FileSystem, place: PoolPlace): Result<CheckpointFolder, Fault> {
  const names = namesIn(fs, place.checkpoints);
  if (!names.ok) return names;
  const notes: CheckpointNote[] = [];
  const strangers: string[] = [];
  for (const name of names.value) {
    const size = sizeOfCheckpoint(name);
    if (size === null) {
      strangers.push(name);
      continue;
    }
    const bytes = readDocument(fs, join(place.checkpoints, name), maxNoteBytes);
    if (!bytes.ok) return bytes;
    notes.push({ size, bytes: bytes.value });
  }
  return ok({ notes: notes.sort((left, right) => left.size - right.size), strangers });
}

/** Names in a folder of the pool, without drafts; an absent folder is empty. */
export function namesIn(fs: FileSystem, folder: string): Result<readonly string[], Fault> {
  return attemptIo("read", folder, () => {
    if (fs.look(folder) === null) return [];
    return fs
      .list(folder)
      .map(({ name }) => name)
      .filter((name) => !name.endsWith(".tmp"));
  });
}

/**
 * Signs a state of the pool that is durable already and puts it beside the others; one that is
 * there is never replaced. Gives the note. Faults: those of createDocument, store_exists too.
 */
export function writeCheckpoint(
  fs: FileSystem,
  place: PoolPlace,
  checkpoint: Checkpoint,
  key: SigningKey,
): Result<Uint8Array, Fault> {
  const made = makeDirectories(fs, place.checkpoints);
  if (!made.ok) return made;
  const note = signCheckpoint(checkpoint, [key.note]);
  const path = join(place.checkpoints, checkpointName(checkpoint.size));
  const written = createDocument(fs, path, note, 0o444);
  return written.ok ? ok(note) : written;
}

/** What a checkpoint must say. */
export type ExpectedCheckpoint = Readonly<{
  /** Null where the policy does not tell whose pool it is. */
  origin: string | null;
  size: number;
}>;

export type JudgedCheckpoint = Readonly<{
  checkpoint: Checkpoint;
  /** False where no pool key is known, so that nobody can say who signed. */
  isTrusted: boolean;
  /** The newest generation among the keys that signed; 0 where none is known. */
  generation: number;
}>;

/**
 * Reads a checkpoint and, with a policy that knows pool keys, checks who signed it; a line of an
 * unknown key is refused, so that no byte of the note can change unseen. Faults:
 * checkpoint_threshold_missed, checkpoint_differs, those of openCheckpoint.
 */
export function judgeCheckpoint(
  bytes: Uint8Array,
  expected: ExpectedCheckpoint,
  policy: TrustPolicy | null,
): Result<JudgedCheckpoint, Fault> {
  const keys = policy === null ? [] : trustedKeys(policy, "pool");
  const keyByVerifier = new Map(keys.map((key) => [noteVerifier(key.name, key), key]));
  const read: Result<OpenCheckpoint, Fault> =
    policy === null || keys.length === 0
      ? readUnsigned(bytes)
      : openCheckpoint(bytes, [...keyByVerifier.keys()], "refuse");
  if (!read.ok) return read;
  const { checkpoint, signers } = read.value;
  const { origin, size, extensions } = checkpoint;
  if (expected.origin !== null && origin !== expected.origin) {
    return differs(`it is of the log ${origin}, expected ${expected.origin}`);
  }
  if (size !== expected.size) return differs(`it is of size ${size}, expected ${expected.size}`);
  if (extensions.length > 0) return differs("it has lines after the root; ours have none");
  if (policy === null || keys.length === 0) {
    return ok({ checkpoint, isTrusted: false, generation: 0 });
  }
  const threshold = thresholdOf(policy, "pool");
  if (signers.length < threshold) {
    const message = `signed by ${signers.length} trusted keys, the policy asks for ${threshold}`;
    return err({ code: "checkpoint_threshold_missed", message });
  }
  const generations = signers.map((signer) => keyByVerifier.get(signer)?.generation ?? 0);
  return ok({ checkpoint, isTrusted: true, generation: Math.max(...generations) });
}

function readUnsigned(bytes: Uint8Array): Result<OpenCheckpoint, Fault> {
  const checkpoint = readUnverifiedCheckpoint(bytes);
  return checkpoint.ok ? ok({ checkpoint: checkpoint.value, signers: [] }) : checkpoint;
}

function differs(message: string): Result<never, Fault> {
  return err({ code: "checkpoint_differs", message });
}
