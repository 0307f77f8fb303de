import { assert, base64ToBytes, bytesToBase64, err, type Fault, ok, type Result } from "#base";
import { hashLength } from "../merkle/hash.ts";
import { openNote, parseNote, signNote, type UnknownSigners } from "./note.ts";
import type { NoteSigner, NoteVerifier } from "./note-key.ts";

/** C2SP tlog-checkpoint: which log, how many leaves, which root. */
export type Checkpoint = Readonly<{
  origin: string;
  size: number;
  root: Uint8Array;
  /** Opaque lines after the root; ours have none. */
  extensions: readonly string[];
}>;

/** Our origins are names without spaces, so no note of ours can begin like a DSSE message. */
const ownOrigin = /^[A-Za-z0-9][A-Za-z0-9._~/-]{0,255}$/;

export function isOwnOrigin(origin: string): boolean {
  return ownOrigin.test(origin);
}

export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  assert(isOwnOrigin(origin), `no origin for a log: ${origin}`);
  assert(Number.isSafeInteger(size) && size >= 0, `a tree has no size ${size}`);
  assert(root.length === hashLength, "a root is a SHA-256");
  assert(
    extensions.every((line) => /^[^\n]+$/.test(line)),
    "extension lines are not empty",
  );
  return [origin, String(size), bytesToBase64(root), ...extensions, ""].join("\n");
}

/** Any well-formed origin; one spelling of size and root. Fault: checkpoint_malformed. */
export function parseCheckpoint(text: string): Result<Checkpoint, Fault> {
  const lines = text.split("\n");
  if (lines.pop() !== "") return malformed("the last line does not end");
  const [origin = "", size = "", root = "", ...extensions] = lines;
  if (lines.length < 3) return malformed("fewer than three lines");
  if (lines.some((line) => line === "")) return malformed("an empty line");
  if (!/^(?:0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) {
    return malformed("the tree size is not a plain decimal number below 2^53");
  }
  const bytes = base64ToBytes(root);
  if (!bytes.ok || bytes.value.length !== hashLength) {
    return malformed("the root is not the base64 of 32 bytes");
  }
  return ok({ origin, size: Number(size), root: bytes.value, extensions });
}

/** The checkpoint as a signed note. */
export function signCheckpoint(checkpoint: Checkpoint, signers: readonly NoteSigner[]): Uint8Array {
  return signNote(formatCheckpoint(checkpoint), signers);
}

export type OpenCheckpoint = Readonly<{
  checkpoint: Checkpoint;
  signers: readonly NoteVerifier[];
}>;

/** Faults of openNote and checkpoint_malformed. */
export function openCheckpoint(
  bytes: Uint8Array,
  verifiers: readonly NoteVerifier[],
  unknown: UnknownSigners,
): Result<OpenCheckpoint, Fault> {
  const note = openNote(bytes, verifiers, unknown);
  if (!note.ok) return note;
  const checkpoint = parseCheckpoint(note.value.text);
  if (!checkpoint.ok) return checkpoint;
  return ok({ checkpoint: checkpoint.value, signers: note.value.signers });
}

/** What a note claims, no signature checked. Faults: note_malformed, checkpoint_malformed. */
export function readUnverifiedCheckpoint(bytes: Uint8Array): Result<Checkpoint, Fault> {
  const note = parseNote(bytes);
  return note.ok ? parseCheckpoint(note.value.text) : note;
}

function malformed(what: string): Result<never, Fault> {
  return err({ code: "checkpoint_malformed", message: `not a checkpoint: ${what}` });
}
