import { dirname, join } from "node:path";
import { assert, bytesToHex, type Fault, type Millis, ok, type Result } from "#base";
import type { SigningKey } from "../keys/key-ring.ts";
import { sha256 } from "../merkle/hash.ts";
import { inclusionProof } from "../merkle/proof.ts";
import { writeDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { type Checkpoint, isOwnOrigin, signCheckpoint } from "./checkpoint.ts";
import { settleDetached } from "./detached.ts";
import { formatEnvelope, signEnvelope } from "./dsse.ts";
import { formatFileTable, type TableRow } from "./file-table.ts";
import { digestLeaf, documentLeaf, hashLeafMessage, maxLeafBody } from "./leaf.ts";
import { createLeafHashWriter, type LeafHashWriter } from "./leaf-hash-file.ts";
import { isSealPath, proofPath, runOrigin, sealFiles } from "./seal-files.ts";
import { digestRecords, refuseTorn } from "./seal-records.ts";
import { clearUnfinishedSeal, findRecords, leaveUnsealed } from "./seal-space.ts";
import { makeFolders, putFile, type SealSpace, settleFiles } from "./seal-writing.ts";
import { formatStatement, statementType } from "./statement.ts";
import { formatTlogProof } from "./tlog-proof.ts";
import { walkFiles } from "./walk.ts";

export type SealRequest = Readonly<{
  runId: string;
  /** First part of the origin, as in the trust policy. */
  system: string;
  /** Keys of purpose run-seal; every one signs the checkpoint and the statement. */
  keys: readonly SigningKey[];
  nowMs: Millis;
  /** Folders with a SHA256SUMS of their own, whose other files may be retained out later. */
  detached?: readonly string[];
  /**
   * The writer of the run synced every record and its name before it said that the run ended, and
   * the caller heard it say so. They are not synced again.
   */
  areRecordsDurable?: boolean;
  fs?: FileSystem;
}>;

/** What the installation's log has to know of a sealed run. */
export type RunSeal = Readonly<{
  runId: string;
  origin: string;
  treeSize: number;
  root: Uint8Array;
  sealedMs: Millis;
  /** Of the bytes of attestations.intoto.jsonl. */
  statementSha256: string;
}>;

/**
 * Seals a finished directory: every record synced and hashed into the tree, the table of files as
 * the last leaf, then the signed checkpoint, proofs, SHA256SUMS and the signed statement, and all
 * files read-only. All else is durable before the statement is written, so a crash leaves a sealed
 * directory or one that can be sealed again with the same result. A refusal leaves the directory as
 * it was. Faults: seal_exists, seal_path_unfit, seal_torn_record, seal_sums_differ and those of
 * attemptIo.
 */
export function sealRun(directory: string, request: SealRequest): Result<RunSeal, Fault> {
  const { runId, system, keys, detached = [], fs = nodeFileSystem } = request;
  const origin = runOrigin(system, runId);
  assert(isOwnOrigin(origin), `no origin for a run: ${origin}`);
  assert(!detached.some(isSealPath), "the seal's own folders cannot be detached");
  assert(keys.length > 0, "a seal is signed");
  assert(
    keys.every(({ purpose }) => purpose === "run-seal"),
    "only run-seal keys seal runs",
  );

  const records = findRecords(fs, directory, detached);
  if (!records.ok) return records;
  const ended = refuseTorn(fs, directory, records.value);
  if (!ended.ok) return ended;
  const settled = settleAll(fs, directory, detached);
  if (!settled.ok) return settled;
  const cleared = clearUnfinishedSeal(fs, directory, records.value);
  if (!cleared.ok) return cleared;
  const subject = { fs, directory, records: records.value, listedSums: cleared.value, origin };
  const sealed = writeSeal(subject, { ...request, detached });
  if (!sealed.ok) {
    leaveUnsealed(fs, directory, cleared.value);
    return sealed;
  }
  const done = makeReadOnly(fs, directory);
  return done.ok ? sealed : done;
}

type Subject = Readonly<{
  fs: FileSystem;
  directory: string;
  records: readonly string[];
  /** What the run's own SHA256SUMS says of them. */
  listedSums: ReadonlyMap<string, string>;
  origin: string;
}>;

/** Everything that the seal adds, the statement last. */
function writeSeal(
  { fs, directory, records, listedSums, origin }: Subject,
  { runId, keys, nowMs, detached = [], areRecordsDurable = false }: SealRequest,
): Result<RunSeal, Fault> {
  const hashesPath = join(directory, sealFiles.leafHashes);
  const made = attemptIo("write", hashesPath, () => makeFolders(fs, dirname(hashesPath)));
  if (!made.ok) return made;
  const leaves = attemptIo("write", hashesPath, () => createLeafHashWriter(fs, hashesPath));
  if (!leaves.ok) return leaves;
  try {
    const taken = { leaves: leaves.value, listedSums, areRecordsDurable };
    const rows = digestRecords(fs, directory, records, taken);
    if (!rows.ok) return rows;
    const table = formatFileTable({ run_id: runId, detached, files: rows.value });
    const space: SealSpace = { fs, directory, written: [] };
    const tree = writeTree(space, { rows: rows.value, table, leaves: leaves.value, origin, keys });
    if (!tree.ok) return tree;
    const statement = writeStatement(space, rows.value, { ...tree.value, runId, keys, nowMs });
    if (!statement.ok) return statement;
    const { size: treeSize, root } = tree.value;
    return ok({
      runId,
      origin,
      treeSize,
      root,
      sealedMs: nowMs,
      statementSha256: statement.value,
    });
  } finally {
    leaves.value.abandon();
  }
}

function settleAll(
  fs: FileSystem,
  directory: string,
  folders: readonly string[],
): Result<void, Fault> {
  for (const folder of folders) {
    const settled = settleDetached(fs, directory, folder);
    if (!settled.ok) return settled;
  }
  return ok(undefined);
}

/** Everybody may read a sealed file and nobody write it. Faults: those of attemptIo. */
export function makeReadOnly(fs: FileSystem, directory: string): Result<void, Fault> {
  return attemptIo("write", directory, () => {
    for (const { path, stat } of walkFiles(fs, directory)) {
      if (stat.kind === "file") fs.changeMode(join(directory, path), 0o444);
    }
  });
}

type TreeParts = Readonly<{
  rows: readonly TableRow[];
  table: Uint8Array;
  leaves: LeafHashWriter;
  origin: string;
  keys: readonly SigningKey[];
}>;

/** The last leaf, then the checkpoint over all, then a proof for every whole file. */
function writeTree(space: SealSpace, parts: TreeParts): Result<Checkpoint, Fault> {
  const { rows, table, leaves, origin, keys } = parts;
  const tablePut = putFile(space, sealFiles.table, table);
  if (!tablePut.ok) return tablePut;
  leaves.add(hashLeafMessage(wholeLeaf(sealFiles.table, table)));
  const finished = attemptIo("write", join(space.directory, sealFiles.leafHashes), leaves.finish);
  if (!finished.ok) return finished;
  space.written.push({ path: sealFiles.leafHashes, sha256: finished.value });

  const { size } = leaves.tree;
  const checkpoint: Checkpoint = { origin, size, root: leaves.tree.root(), extensions: [] };
  const signed = signCheckpoint(
    checkpoint,
    keys.map(({ note }) => note),
  );
  const checkpointPut = putFile(space, sealFiles.checkpoint, signed);
  if (!checkpointPut.ok) return checkpointPut;

  const nodes = leaves.nodes();
  const whole = rows.filter(({ form }) => form === "whole");
  const proven = [...whole, { path: sealFiles.table, first_leaf: size - 1 }];
  for (const { path, first_leaf: index } of proven) {
    const proof = inclusionProof(index, size, nodes);
    const bytes = formatTlogProof({ index, proof, checkpoint: signed });
    const proofPut = putFile(space, proofPath(path), bytes);
    if (!proofPut.ok) return proofPut;
  }
  return ok(checkpoint);
}

function wholeLeaf(path: string, bytes: Uint8Array): Uint8Array {
  return bytes.length <= maxLeafBody
    ? documentLeaf(path, bytes)
    : digestLeaf(path, bytes.length, bytesToHex(sha256(bytes)));
}

type StatementParts = Checkpoint & Pick<SealRequest, "runId" | "keys" | "nowMs">;

/** All durable, SHA256SUMS over it, then the statement over that; gives the latter's SHA-256. */
function writeStatement(
  space: SealSpace,
  rows: readonly TableRow[],
  parts: StatementParts,
): Result<string, Fault> {
  const { origin, size, root, runId, keys, nowMs } = parts;
  const records = rows.map(({ path, sha256: sum }) => ({ path, sha256: sum }));
  const settled = settleFiles(space, records);
  if (!settled.ok) return settled;
  const subjects = [...records, ...space.written].sort((left, right) =>
    left.path < right.path ? -1 : 1,
  );
  const sealers = keys.map(({ name, publicKey }) => ({ name, key: publicKey }));
  const payload = formatStatement({
    subjects,
    runId,
    origin,
    treeSize: size,
    root,
    sealedMs: nowMs,
    sealers,
  });
  const envelope = formatEnvelope(signEnvelope(statementType, payload, keys));
  const sealed = writeDocument(space.fs, join(space.directory, sealFiles.statement), envelope);
  return sealed.ok ? ok(bytesToHex(sha256(envelope))) : sealed;
}
