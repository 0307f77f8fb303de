import { join } from "node:path";
import { bytesToHex, err, type Fault, ok, type Result } from "#base";
import { noteVerifiers, type TrustPolicy, trustedKeys } from "../keys/policy.ts";
import { binaryToHash, sha256 } from "../merkle/hash.ts";
import { inclusionProof } from "../merkle/proof.ts";
import { tileNodes } from "../merkle/tile-nodes.ts";
import { readDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { type Checkpoint, readUnverifiedCheckpoint } from "./checkpoint.ts";
import { parseFileTable } from "./file-table.ts";
import {
  digestLeaf,
  documentLeaf,
  hashLeafMessage,
  lineDigestLeaf,
  lineLeaf,
  maxLeafBody,
} from "./leaf.ts";
import { readLeafHashes } from "./leaf-hash-file.ts";
import { runOrigin, sealFiles } from "./seal-files.ts";
import { formatTlogProof, verifyTlogProof } from "./tlog-proof.ts";

/** A record of a run: a line of a .jsonl file (from 1), or a whole file (line null). */
export type RecordPlace = Readonly<{ path: string; line: number | null }>;

/**
 * A `.tlog-proof` that this record is part of the sealed run, good without the rest of the run. It
 * takes the seal at its word; whoever gets the proof checks it. Faults: record_missing, and those
 * of reading table and checkpoint.
 */
export function proveRecord(
  directory: string,
  place: RecordPlace,
  fs: FileSystem = nodeFileSystem,
): Result<Uint8Array, Fault> {
  const tableBytes = readDocument(fs, join(directory, sealFiles.table));
  const table = tableBytes.ok ? parseFileTable(tableBytes.value) : tableBytes;
  if (!table.ok) return table;
  const note = readDocument(fs, join(directory, sealFiles.checkpoint));
  const checkpoint = note.ok ? readUnverifiedCheckpoint(note.value) : note;
  if (!checkpoint.ok || !note.ok) return checkpoint.ok ? note : checkpoint;
  const row = table.value.files.find(({ path }) => path === place.path);
  const isThere =
    row !== undefined &&
    (place.line === null
      ? row.form === "whole"
      : row.form === "lines" && place.line >= 1 && place.line <= row.leaves);
  if (!isThere) {
    const what =
      place.line === null ? "no whole file" : `no line ${place.line} of a file of records`;
    return err({ code: "record_missing", message: `${what} in the seal`, at: place.path });
  }
  const index = row.first_leaf + (place.line ?? 1) - 1;
  return proofOf(fs, directory, checkpoint.value, index, note.value);
}

export type RecordClaim = Readonly<{
  proof: Uint8Array;
  place: RecordPlace;
  /** The line without its newline, or the whole file. */
  record: Uint8Array;
  runId: string;
  policy: TrustPolicy;
}>;

/** Whether this record is in that run, by trusted keys. Faults: those of verifyTlogProof. */
export function checkRecordProof(claim: RecordClaim): Result<Checkpoint, Fault> {
  const { proof, place, record, runId, policy } = claim;
  const verified = verifyTlogProof({
    proof,
    leaf: binaryToHash(hashLeafMessage(leafOf(place, record))),
    origin: runOrigin(policy.system, runId),
    verifiers: noteVerifiers(trustedKeys(policy, "run-seal")),
  });
  return verified.ok ? ok(verified.value.checkpoint) : verified;
}

function leafOf({ path, line }: RecordPlace, record: Uint8Array): Uint8Array {
  const size = record.length;
  if (size <= maxLeafBody) {
    return line === null ? documentLeaf(path, record) : lineLeaf(path, line, record);
  }
  const digest = bytesToHex(sha256(record));
  return line === null ? digestLeaf(path, size, digest) : lineDigestLeaf(path, line, size, digest);
}

function proofOf(
  fs: FileSystem,
  directory: string,
  { size }: Checkpoint,
  index: number,
  checkpoint: Uint8Array,
): Result<Uint8Array, Fault> {
  const path = join(directory, sealFiles.leafHashes);
  return attemptIo("read", path, () => {
    const nodes = tileNodes(size, readLeafHashes(fs, path));
    return formatTlogProof({ index, proof: inclusionProof(index, size, nodes), checkpoint });
  });
}
