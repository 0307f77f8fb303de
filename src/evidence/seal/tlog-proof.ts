import {
  assert,
  base64ToBytes,
  bytesToBase64,
  bytesToUtf8,
  err,
  type Fault,
  ok,
  type Result,
  utf8ToBytes,
} from "#base";
import { hashLength } from "../merkle/hash.ts";
import { verifyInclusion } from "../merkle/verify-proof.ts";
import { type OpenCheckpoint, openCheckpoint } from "./checkpoint.ts";
import { parseNote } from "./note.ts";
import type { NoteVerifier } from "./note-key.ts";

/** C2SP tlog-proof@v1: one leaf's inclusion and the checkpoint it leads to, in one file. */
export type TlogProof = Readonly<{
  index: number;
  proof: readonly Uint8Array[];
  /** The signed note, byte for byte. */
  checkpoint: Uint8Array;
}>;

const header = "c2sp.org/tlog-proof@v1";
/** A tree below 2^53 leaves has no longer path. */
const maxProofLines = 53;

/** Our proofs carry no `extra` line: it is not authenticated. */
export function formatTlogProof({ index, proof, checkpoint }: TlogProof): Uint8Array {
  assert(Number.isSafeInteger(index) && index >= 0, `no leaf has index ${index}`);
  const lines = [header, `index ${index}`, ...proof.map(bytesToBase64), "", ""];
  return Buffer.concat([utf8ToBytes(lines.join("\n")), checkpoint]);
}

/**
 * Reads what formatTlogProof writes; an `extra` line is refused, because any byte of it could
 * change unseen. Fault: tlog_proof_malformed.
 */
export function parseTlogProof(bytes: Uint8Array): Result<TlogProof, Fault> {
  const split = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf("\n\n");
  if (split < 0) return malformed("no empty line before the checkpoint");
  const head = bytesToUtf8(bytes.subarray(0, split));
  if (!head.ok) return malformed(head.fault.message);
  const [first, indexLine = "", ...hashes] = head.value.split("\n");
  if (first !== header) return malformed(`the first line is not ${header}`);
  const index = Number(/^index (0|[1-9]\d{0,15})$/.exec(indexLine)?.[1]);
  if (!Number.isSafeInteger(index)) return malformed('the second line is not "index N"');
  if (hashes.length > maxProofLines) return malformed(`more than ${maxProofLines} hashes`);
  const proof: Uint8Array[] = [];
  for (const text of hashes) {
    const hash = base64ToBytes(text);
    if (!hash.ok || hash.value.length !== hashLength) return malformed("a line is not a hash");
    proof.push(hash.value);
  }
  const checkpoint = bytes.slice(split + 2);
  const note = parseNote(checkpoint);
  return note.ok ? ok({ index, proof, checkpoint }) : malformed(note.fault.message);
}

export type TlogProofClaim = Readonly<{
  proof: Uint8Array;
  /** The hash of the leaf that is said to be in the log. */
  leaf: Uint8Array;
  origin: string;
  verifiers: readonly NoteVerifier[];
}>;

/**
 * Checks a proof file against trusted keys and the expected log. Faults: those of parsing and of
 * openCheckpoint, tlog_proof_other_log, tlog_proof_wrong.
 */
export function verifyTlogProof(claim: TlogProofClaim): Result<OpenCheckpoint, Fault> {
  const parsed = parseTlogProof(claim.proof);
  if (!parsed.ok) return parsed;
  const opened = openCheckpoint(parsed.value.checkpoint, claim.verifiers, "refuse");
  if (!opened.ok) return opened;
  const { origin, size, root } = opened.value.checkpoint;
  if (origin !== claim.origin) {
    const message = `the proof is of the log ${origin}, expected ${claim.origin}`;
    return err({ code: "tlog_proof_other_log", message });
  }
  const { index, proof } = parsed.value;
  if (verifyInclusion({ index, size, leaf: claim.leaf, proof, root })) return opened;
  const message = `the leaf is not at index ${index} of the ${size} leaves of ${origin}`;
  return err({ code: "tlog_proof_wrong", message });
}

function malformed(what: string): Result<never, Fault> {
  return err({ code: "tlog_proof_malformed", message: `not a tlog-proof: ${what}` });
}
