import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { bytesToBase64, err, type Fault, ok, type Result } from "#base";
import type { PoolRecord } from "../artifacts/pool-record.ts";
import type { TrustPolicy } from "../keys/policy.ts";
import { type BinaryHash, binaryToHash, equalHashes, leafHash } from "../merkle/hash.ts";
import { readDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { createRecordChecker } from "./check-record.ts";
import { createIdBook } from "./id-book.ts";
import { type LeafRange, verifyMultiproof } from "./multiproof.ts";
import { judgeCheckpoint } from "./pool-checkpoints.ts";
import { idOfSnapshot, snapshotNames, snapshotOrigin } from "./pool-place.ts";
import { createPoolSummary } from "./pool-summary.ts";
import { createLeafHasher, createPoolTree, maxPoolRecords, type PoolTree } from "./pool-tree.ts";
import { type PoolEnd, readPool } from "./read-pool.ts";
import {
  hashOfText,
  linesToRanges,
  maxSnapshotDocumentBytes,
  parseSnapshotDocument,
  type SnapshotDocument,
} from "./snapshot-document.ts";
import { createSelector } from "./snapshot-filter.ts";

/** A snapshot whose every byte was held against its document. */
export type InspectedSnapshot = Readonly<{
  id: string;
  document: SnapshotDocument;
  documentBytes: Uint8Array;
  tree: PoolTree;
  /**
   * - proven: signed by pool keys of the policy.
   * - unsigned: it has no checkpoint.
   * - unknown: it has one, and no policy says whose keys count.
   */
  signature: "proven" | "unsigned" | "unknown";
}>;

export type RecordListener = (record: PoolRecord, leaf: BinaryHash) => void;

/**
 * Checks a snapshot by itself, reading its records once: name, mode, document, every record, the
 * rule, the proof that it was in the pool, and its signature where there is one. Faults:
 * snapshot_missing, snapshot_not_snapshot, snapshot_writable, snapshot_unverified (no document that
 * speaks for it), snapshot_altered, snapshot_signature_wrong, those of the store.
 */
export function inspectSnapshot(
  fs: FileSystem,
  path: string,
  policy: TrustPolicy | null,
  onRecord: RecordListener = () => {},
): Result<InspectedSnapshot, Fault> {
  const id = idOfSnapshot(basename(path));
  if (id === null) {
    const message =
      "neither a snapshot's id (16 hex digits) nor its file; assay pool ls lists them";
    return refuse("snapshot_not_snapshot", path, message);
  }
  const names = snapshotNames(id);
  for (const name of [names.records, names.document, names.checkpoint]) {
    const fit = checkMode(fs, join(dirname(path), name), name === names.checkpoint);
    if (!fit.ok) return fit;
  }
  const documentPath = join(dirname(path), names.document);
  const documentBytes = readDocument(fs, documentPath, maxSnapshotDocumentBytes);
  if (!documentBytes.ok) return documentBytes;
  const document = parseSnapshotDocument(documentBytes.value);
  if (!document.ok) return err({ ...document.fault, at: documentPath });
  if (document.value.id !== id) {
    return refuse(
      "snapshot_unverified",
      documentPath,
      `it is the document of ${document.value.id}`,
    );
  }
  const tree = checkContent(
    fs,
    { records: path, document: documentPath },
    document.value,
    onRecord,
  );
  if (!tree.ok) return tree;
  const checkpointPath = join(dirname(path), names.checkpoint);
  const signed = { id, documentBytes: documentBytes.value, tree: tree.value };
  const signature = checkSignature(fs, checkpointPath, signed, policy);
  if (!signature.ok) return signature;
  return ok({ ...signed, document: document.value, signature: signature.value });
}

/** Regular files that nobody may write; only the checkpoint may be absent. */
function checkMode(fs: FileSystem, path: string, isOptional: boolean): Result<void, Fault> {
  const looked = attemptIo("read", path, () => fs.look(path));
  if (!looked.ok) return looked;
  const stat = looked.value;
  if (stat === null && isOptional) return ok(undefined);
  if (stat === null && path.endsWith(".jsonl")) {
    return refuse("snapshot_missing", path, "no such snapshot; assay pool ls lists them");
  }
  if (stat === null) return refuse("snapshot_unverified", path, "the snapshot has no document");
  if (stat.kind !== "file") {
    return refuse("snapshot_not_snapshot", path, "it is not a regular file");
  }
  if ((stat.permissions & 0o222) === 0) return ok(undefined);
  const mode = stat.permissions.toString(8);
  return refuse("snapshot_writable", path, `its mode is 0${mode}; a snapshot is 0444`);
}

type Paths = Readonly<{ records: string; document: string }>;

function checkContent(
  fs: FileSystem,
  paths: Paths,
  document: SnapshotDocument,
  onRecord: RecordListener,
): Result<PoolTree, Fault> {
  const ranges = rangesOf(document);
  if (ranges === null) {
    const message = "lines: not the lines of so many records";
    return refuse("snapshot_unverified", paths.document, message);
  }
  const read = readRecords(fs, paths.records, document, onRecord);
  if (!read.ok) return read;
  const { tree, end, digest, genes, windows, fault } = read.value;
  // The records bear their digest in their name: while it fits, the document is the wrong one.
  const isDocumentWrong = digest.startsWith(document.id) && end.tornBytes === 0;
  if (fault !== null) return err(isDocumentWrong ? { ...fault, at: paths.document } : fault);
  const facts: readonly (readonly [field: string, holds: boolean])[] = [
    ["bytes", end.bytes === document.bytes && end.tornBytes === 0],
    ["records", end.lines === document.records],
    ["sha256", digest === document.sha256],
    ["genes", genes === document.genes],
    ["windows", JSON.stringify(windows) === JSON.stringify(document.windows)],
    ["proof", provesPool(document, ranges, tree)],
  ];
  const wrong = facts.find(([, holds]) => !holds)?.[0];
  if (wrong === undefined) return ok(tree);
  const message = `the records are not what the document says of them: ${wrong}`;
  return refuse("snapshot_altered", isDocumentWrong ? paths.document : paths.records, message);
}

/** The places of the records in the pool, when there are exactly so many. */
function rangesOf({ lines, records, pool_size }: SnapshotDocument): readonly LeafRange[] | null {
  const ranges = linesToRanges(lines);
  if (ranges === null || (ranges.at(-1)?.to ?? 0) > pool_size) return null;
  const named = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  return named === records ? ranges : null;
}

function provesPool(
  { pool_size: size, pool_root, proof }: SnapshotDocument,
  chosen: readonly LeafRange[],
  tree: PoolTree,
): boolean {
  const root = hashOfText(pool_root);
  const hashes = proof.flatMap((text) => hashOfText(text) ?? []);
  if (root === null || hashes.length !== proof.length) return false;
  if (tree.size !== chosen.reduce((sum, { from, to }) => sum + to - from, 0)) return false;
  let next = 0;
  const nextLeaf = (): Uint8Array => binaryToHash(tree.leaf(next++));
  return verifyMultiproof({ chosen, size, nextLeaf, proof: hashes, root });
}

type ReadRecords = Readonly<{
  tree: PoolTree;
  end: PoolEnd;
  digest: string;
  genes: number;
  windows: SnapshotDocument["windows"];
  /** The first line that is wrong. */
  fault: Fault | null;
}>;

function readRecords(
  fs: FileSystem,
  path: string,
  document: SnapshotDocument,
  onRecord: RecordListener,
): Result<ReadRecords, Fault> {
  const tree = createPoolTree();
  const summary = createPoolSummary();
  const ids = createIdBook();
  const check = createRecordChecker();
  const hashLeaf = createLeafHasher();
  const isSelected = createSelector(document.rule);
  const digest = createHash("sha256");
  let fault: Fault | null = null;

  function refuseLine(number: number, message: string): void {
    fault ??= { code: "snapshot_altered", message, at: `${path} line ${number}` };
  }

  const end = readPool(fs, path, {
    line(line, number): void {
      digest.update(line).update("\n");
      if (fault !== null) return;
      const { record, problems } = check(line, number);
      const [problem] = problems;
      if (record === null || problem !== undefined) {
        const field = problem?.field ?? null;
        const place = field === null ? "" : `${field}: `;
        return refuseLine(number, `${place}${problem?.detail ?? "no pool record"}`);
      }
      const known = ids.lineOf(record.source.run_id, record.agent_id);
      if (known !== null) return refuseLine(number, `${record.id} is on line ${known} too`);
      if (!isSelected(record)) return refuseLine(number, `${record.id} is not what the rule takes`);
      if (tree.size >= maxPoolRecords) return refuseLine(number, "more records than a pool holds");
      ids.add(record.source.run_id, record.agent_id, number);
      summary.take(record);
      const leaf = hashLeaf(line);
      tree.add(leaf);
      onRecord(record, leaf);
    },
    tooLong: (number) => refuseLine(number, "longer than any record"),
  });
  if (!end.ok) return end;
  const [genes, windows] = [summary.genes(), summary.windows()];
  return ok({ tree, end: end.value, digest: digest.digest("hex"), genes, windows, fault });
}

/** The tree that a snapshot's checkpoint signs: its records, then its document. */
export function snapshotRoot(tree: PoolTree, documentBytes: Uint8Array): Uint8Array {
  const whole = createPoolTree();
  for (let index = 0; index < tree.size; index++) whole.add(tree.leaf(index));
  whole.add(Buffer.from(leafHash(documentBytes)).toString("latin1"));
  return whole.root();
}

type Signed = Pick<InspectedSnapshot, "id" | "documentBytes" | "tree">;

function checkSignature(
  fs: FileSystem,
  path: string,
  { id, documentBytes, tree }: Signed,
  policy: TrustPolicy | null,
): Result<InspectedSnapshot["signature"], Fault> {
  const code = "snapshot_signature_wrong";
  const note = readDocument(fs, path, maxNoteBytes);
  if (!note.ok) return note.fault.code === "store_missing" ? ok("unsigned") : note;
  const origin = policy === null ? null : snapshotOrigin(policy.system, id);
  const judged = judgeCheckpoint(note.value, { origin, size: tree.size + 1 }, policy);
  if (!judged.ok) return err({ code, message: judged.fault.message, at: path });
  const root = snapshotRoot(tree, documentBytes);
  if (!equalHashes(judged.value.checkpoint.root, root)) {
    const message = `it signs ${bytesToBase64(judged.value.checkpoint.root)}, not this snapshot`;
    return refuse(code, path, message);
  }
  return ok(judged.value.isTrusted ? "proven" : "unknown");
}

const maxNoteBytes = 1 << 16;

function refuse(code: string, at: string, message: string): Result<never, Fault> {
  return err({ code, message, at });
}
