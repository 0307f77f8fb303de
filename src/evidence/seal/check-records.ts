import { createHash } from "node:crypto";
import { join } from "node:path";
import { bytesToHex, type Fault, ok, type Result } from "#base";
import { type BinaryHash, binaryToHash, equalHashes, hashLength, sha256 } from "../merkle/hash.ts";
import { createTreeBuilder } from "../merkle/tree-builder.ts";
import { verifyInclusion } from "../merkle/verify-proof.ts";
import { readDocument } from "../store/document.ts";
import { attemptIo } from "../store/io-fault.ts";
import type { CheckSpace, SealParts } from "./check-seal-files.ts";
import {
  type FileDigest,
  type KnownFile,
  type LeafPlace,
  type LeafSink,
  readLeaves,
} from "./file-leaves.ts";
import type { TableRow } from "./file-table.ts";
import { digestLeaf, hashLeafMessage, maxLeafBody } from "./leaf.ts";
import { createLeafComparer, type LeafComparer } from "./leaf-comparer.ts";
import { proofPath, sealFiles } from "./seal-files.ts";
import { parseTlogProof } from "./tlog-proof.ts";

export type RecordCounts = Readonly<{ files: number; leaves: number; bytes: number }>;

/**
 * Every file of the directory against its sum, and every leaf against the tree that the checkpoint
 * signs. A file that differs is named, and in a file of records the first line that does.
 */
export function checkRecords(space: CheckSpace, parts: SealParts): RecordCounts {
  const { sums, table } = parts;
  const hashes = sums === null ? null : checkLeafHashes(space, parts);
  const proven = new Map<string, BinaryHash>();
  let counts: RecordCounts = { files: 0, leaves: 0, bytes: 0 };
  const take = (digest: FileDigest | null, isLeaves: boolean): void => {
    if (digest === null) return;
    const leaves = counts.leaves + (isLeaves ? digest.leaves : 0);
    counts = { files: counts.files + 1, leaves, bytes: counts.bytes + digest.size };
  };

  const rows = table?.files ?? [];
  for (const row of rows) {
    const comparer = hashes === null ? null : createLeafComparer(space.fs, hashes, row);
    take(checkFile(space, sums, row, comparer, proven), true);
  }
  const tableRow = { path: sealFiles.table, form: "whole", leaves: 1 } as const;
  const last = { ...tableRow, first_leaf: (parts.checkpoint?.size ?? 1) - 1 };
  const lastComparer = hashes === null ? null : createLeafComparer(space.fs, hashes, last);
  take(checkFile(space, sums, last, lastComparer, proven), true);

  const inTable = new Set([...rows.map(({ path }) => path), sealFiles.table, sealFiles.leafHashes]);
  for (const path of sums?.keys() ?? []) {
    if (inTable.has(path)) continue;
    take(checkFile(space, sums, { path, form: "whole" }, null, null), false);
  }
  checkProofs(space, parts, [...rows, last], proven);
  return counts;
}

type FileToCheck = Pick<TableRow, "path" | "form"> & Partial<LeafPlace>;

/** Reads one file; its finding is the line where that can be told, else the file. */
function checkFile(
  space: CheckSpace,
  sums: ReadonlyMap<string, string> | null,
  row: FileToCheck,
  comparer: LeafComparer | null,
  proven: Map<string, BinaryHash> | null,
): FileDigest | null {
  const { fs, directory, findings } = space;
  const at = join(directory, row.path);
  const sink: LeafSink = (leaf) => {
    comparer?.take(leaf);
    if (row.form === "whole") proven?.set(row.path, leaf);
  };
  const looked = attemptIo("read", at, () => fs.look(at));
  // What is missing or no file was found by its name.
  if (looked.ok && looked.value?.kind !== "file") return null;
  const known = space.known.get(row.path) ?? null;
  const told = known === null || comparer === null ? null : toldOf(known, row, sink);
  const read = told === null ? readFile(fs, at, row, { sink, known }) : ok(told);
  if (!read.ok) {
    findings.add("seal_file_unreadable", row.path, read.fault.message);
    return null;
  }
  // Whoever told where the lines stand has compared them.
  const place = told !== null && row.form === "lines" ? null : (comparer?.end() ?? null);
  if (place !== null && row.form === "lines") {
    findings.add(place.code, `${row.path} line ${place.line}`, place.message);
  } else if (sums !== null && sums.get(row.path) !== read.value.sha256) {
    findings.add("seal_file_differs", row.path, "its content is not what was sealed");
  } else if (place !== null) {
    findings.add("seal_record_differs", row.path, "its leaf is not in the tree");
  }
  return read.value;
}

/** What reading a file would give, where all of it is known; its leaf into the sink. */
function toldOf(known: KnownFile, row: FileToCheck, sink: LeafSink): FileDigest | null {
  const { bytes: size, sha256: digest } = known;
  if (row.form === "lines") {
    // Asked for last: it may still be in the making.
    const place = known.leaves ?? null;
    const isThere = place?.first_leaf === row.first_leaf && place?.leaves === row.leaves;
    return place !== null && isThere
      ? { size, sha256: digest, leaves: place.leaves, whole: true }
      : null;
  }
  if (size <= maxLeafBody) return null;
  const message = digestLeaf(row.path, size, digest);
  sink(hashLeafMessage(message), message);
  return { size, sha256: digest, leaves: 1, whole: true };
}

function readFile(
  fs: CheckSpace["fs"],
  at: string,
  { path, form }: FileToCheck,
  { sink, known }: Readonly<{ sink: LeafSink; known: KnownFile | null }>,
): Result<FileDigest, Fault> {
  return attemptIo("read", at, () => {
    const file = fs.open(at, "read", 0);
    try {
      return readLeaves(fs, file, path, form, sink, known);
    } finally {
      fs.close(file);
    }
  });
}

/** The path of the leaf hashes when they are those of the signed root, so they can be relied on. */
function checkLeafHashes(space: CheckSpace, parts: SealParts): string | null {
  const { fs, directory, findings } = space;
  const path = join(directory, sealFiles.leafHashes);
  const { checkpoint, sums } = parts;
  const read = attemptIo("read", path, () => rootOfHashes(fs, path));
  if (!read.ok) {
    findings.add("seal_file_unreadable", sealFiles.leafHashes, read.fault.message);
    return null;
  }
  const { root, size, sha256: digest } = read.value;
  const isListed = sums?.get(sealFiles.leafHashes) === digest;
  if (!isListed) {
    findings.add("seal_leaf_hashes_differ", sealFiles.leafHashes, "they are not what was sealed");
  }
  if (checkpoint === null) return null;
  if (size === checkpoint.size && equalHashes(root, checkpoint.root)) return path;
  if (isListed) {
    const message = `the tree of ${size} leaves does not have the root of the checkpoint`;
    findings.add("seal_root_differs", sealFiles.leafHashes, message);
  }
  return null;
}

type HashedTree = Readonly<{ root: Uint8Array; size: number; sha256: string }>;

function rootOfHashes(fs: CheckSpace["fs"], path: string): HashedTree {
  const tree = createTreeBuilder();
  const digest = createHash("sha256");
  const file = fs.open(path, "read", 0);
  try {
    const chunk = Buffer.allocUnsafe(hashLength * 8192);
    let held = 0;
    for (let position = 0; ; ) {
      const count = fs.read(file, chunk.subarray(held), position);
      digest.update(chunk.subarray(held, held + count));
      position += count;
      held += count;
      const whole = held - (held % hashLength);
      for (let at = 0; at < whole; at += hashLength) {
        tree.appendBinary(chunk.toString("latin1", at, at + hashLength));
      }
      // A piece may end within a hash; at the end of the file that is no hash.
      chunk.copyWithin(0, whole, held);
      held -= whole;
      if (count === 0) break;
    }
    return { root: tree.root(), size: tree.size, sha256: digest.digest("hex") };
  } finally {
    fs.close(file);
  }
}

/** Every whole file has a proof that leads to this very checkpoint. */
function checkProofs(
  { fs, directory, findings }: CheckSpace,
  { checkpoint, checkpointBytes, sums }: SealParts,
  rows: readonly Pick<TableRow, "path" | "form" | "first_leaf">[],
  leaves: ReadonlyMap<string, BinaryHash>,
): void {
  if (checkpoint === null || checkpointBytes === null) return;
  for (const { path, form, first_leaf: index } of rows) {
    const leaf = leaves.get(path);
    if (form !== "whole" || leaf === undefined) continue;
    const at = proofPath(path);
    const bytes = readDocument(fs, join(directory, at));
    // A proof that is missing or changed was found by its name or sum.
    if (!bytes.ok || sums?.get(at) !== bytesToHex(sha256(bytes.value))) continue;
    const proof = parseTlogProof(bytes.value);
    const { size, root } = checkpoint;
    const isRight =
      proof.ok &&
      proof.value.index === index &&
      equalHashes(proof.value.checkpoint, checkpointBytes) &&
      verifyInclusion({ index, size, leaf: binaryToHash(leaf), proof: proof.value.proof, root });
    if (!isRight) findings.add("seal_proof_wrong", at, `it does not prove ${path}`);
  }
}
