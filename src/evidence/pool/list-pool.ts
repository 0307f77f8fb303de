import { join } from "node:path";
import { bytesToBase64, type Fault, ok, type Result } from "#base";
import { readDocument } from "../store/document.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { createRecordChecker } from "./check-record.ts";
import { listCheckpoints, namesIn } from "./pool-checkpoints.ts";
import { idOfSnapshot, type PoolPlace, poolPlace, snapshotNames } from "./pool-place.ts";
import { createPoolSummary } from "./pool-summary.ts";
import { createLeafHasher, createPoolTree } from "./pool-tree.ts";
import { readPool } from "./read-pool.ts";
import {
  type MarketWindow,
  maxSnapshotDocumentBytes,
  parseSnapshotDocument,
  type SnapshotDocument,
} from "./snapshot-document.ts";

/** What is there, by its own word: listing verifies nothing. */
export type PoolListing = Readonly<{
  pool: "stage1";
  path: string;
  records: number;
  bytes: number;
  /** RFC 9162 root over the lines, base64. */
  root: string;
  genes: number;
  windows: readonly MarketWindow[];
  /** Sizes, ascending. */
  checkpoints: readonly number[];
  snapshots: readonly ListedSnapshot[];
  /** Lines that are no record, and bytes without a line end. */
  unreadable_lines: number;
  torn_bytes: number;
}>;

export type ListedSnapshot = Readonly<{
  id: string;
  is_signed: boolean;
  /** Null where it cannot be read; the fault says why. */
  document: Omit<SnapshotDocument, "lines" | "proof"> | null;
  fault: Fault | null;
}>;

/**
 * Looks through the stage-1 pool under a root; null when there is none. Faults: those of the store.
 */
export function listPool(root: string): Result<PoolListing | null, Fault> {
  const place = poolPlace(root);
  const folder = listCheckpoints(nodeFileSystem, place);
  if (!folder.ok) return folder;
  const snapshots = listSnapshots(place);
  if (!snapshots.ok) return snapshots;
  const tree = createPoolTree();
  const summary = createPoolSummary();
  const check = createRecordChecker();
  const hashLeaf = createLeafHasher();
  let unreadable = 0;
  const end = readPool(nodeFileSystem, place.pool, {
    line(line, number): void {
      tree.add(hashLeaf(line));
      const { record } = check(line, number);
      if (record === null) unreadable += 1;
      else summary.take(record);
    },
    tooLong(): void {
      unreadable += 1;
    },
  });
  if (!end.ok && end.fault.code === "store_missing") return ok(null);
  if (!end.ok) return end;
  return ok({
    pool: "stage1",
    path: place.pool,
    records: end.value.lines,
    bytes: end.value.bytes,
    root: bytesToBase64(tree.root()),
    genes: summary.genes(),
    windows: summary.windows(),
    checkpoints: folder.value.notes.map(({ size }) => size),
    snapshots: snapshots.value,
    unreadable_lines: unreadable,
    torn_bytes: end.value.tornBytes,
  });
}

function listSnapshots(place: PoolPlace): Result<readonly ListedSnapshot[], Fault> {
  const names = namesIn(nodeFileSystem, place.snapshots);
  if (!names.ok) return names;
  const listed = names.value
    .flatMap((name) => idOfSnapshot(name) ?? [])
    .map((id) => {
      const { document: file, checkpoint } = snapshotNames(id);
      const is_signed = names.value.includes(checkpoint);
      const document = readListed(join(place.snapshots, file));
      if (!document.ok) return { id, is_signed, document: null, fault: document.fault };
      const { lines: _lines, proof: _proof, ...facts } = document.value;
      return { id, is_signed, document: facts, fault: null };
    });
  return ok(listed.sort(byTime));
}

function readListed(path: string): Result<SnapshotDocument, Fault> {
  const bytes = readDocument(nodeFileSystem, path, maxSnapshotDocumentBytes);
  return bytes.ok ? parseSnapshotDocument(bytes.value) : bytes;
}

/** Oldest first; those that cannot be read come last. */
function byTime(left: ListedSnapshot, right: ListedSnapshot): number {
  const [a, b] = [left.document?.created_at ?? "~", right.document?.created_at ?? "~"];
  if (a !== b) return a < b ? -1 : 1;
  return left.id < right.id ? -1 : 1;
}
