import { createHash } from "node:crypto";
import { join } from "node:path";
import { bytesToBase64, err, type Fault, ok, type Result } from "#base";
import type { PoolRecord } from "../artifacts/pool-record.ts";
import { createDocument, makeDirectories, writeAll } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { createRecordChecker } from "./check-record.ts";
import { type LeafRange, multiproof } from "./multiproof.ts";
import { type PoolPlace, snapshotNames } from "./pool-place.ts";
import { createPoolSummary } from "./pool-summary.ts";
import { createLeafHasher, createPoolTree, type PoolTree } from "./pool-tree.ts";
import { readPool } from "./read-pool.ts";
import {
  formatSnapshotDocument,
  maxSnapshotDocumentBytes,
  rangesToLines,
  type SnapshotDocument,
} from "./snapshot-document.ts";
import { createSelector, type SnapshotFilter } from "./snapshot-filter.ts";

export type SnapshotRequest = Readonly<{
  /** How many records of the pool may be looked at: those that were verified. */
  poolSize: number;
  /** Their RFC 9162 root, base64. */
  poolRoot: string;
  rule: readonly SnapshotFilter[];
  note: string | null;
  createdAt: string;
}>;

export type WrittenSnapshot = Readonly<{
  id: string;
  path: string;
  /** False when this very selection was taken before; its document is the first one. */
  isNew: boolean;
}>;

/** The draft of the one snapshot being taken; what a crash left is replaced. */
const draftName = "snapshot.jsonl.tmp";

/**
 * Copies the records that a rule takes into a new read-only file, then its document: a snapshot
 * without a document is not there yet, and taking it again finishes it. Only one process at a time.
 * Faults: snapshot_empty, snapshot_altered (other bytes are in its place), pool_unreadable, and
 * those of the store.
 */
export function writeSnapshot(
  fs: FileSystem,
  place: PoolPlace,
  request: SnapshotRequest,
): Result<WrittenSnapshot, Fault> {
  const made = makeDirectories(fs, place.snapshots);
  if (!made.ok) return made;
  const draft = join(place.snapshots, draftName);
  const copied = copySelection(fs, place, request, draft);
  if (!copied.ok) return copied;
  const selection = copied.value;
  const id = selection.sha256.slice(0, 16);
  const names = snapshotNames(id);
  const path = join(place.snapshots, names.records);
  const placed = putInPlace(fs, draft, path, selection);
  if (!placed.ok) return placed;
  const document = formatSnapshotDocument(documentOf(id, selection, request));
  if (document.length > maxSnapshotDocumentBytes) {
    const message = `its proof takes ${document.length} bytes; choose more records or less`;
    return err({ code: "snapshot_too_large", message, at: path });
  }
  const written = createDocument(fs, join(place.snapshots, names.document), document, 0o444);
  if (written.ok) return ok({ id, path, isNew: true });
  return written.fault.code === "store_exists" ? ok({ id, path, isNew: false }) : written;
}

type Selection = Readonly<{
  tree: PoolTree;
  chosen: readonly LeafRange[];
  records: number;
  bytes: number;
  sha256: string;
  genes: number;
  windows: SnapshotDocument["windows"];
}>;

function copySelection(
  fs: FileSystem,
  place: PoolPlace,
  request: SnapshotRequest,
  draft: string,
): Result<Selection, Fault> {
  const opened = attemptIo("write", draft, () => {
    if (fs.look(draft) !== null) fs.unlink(draft);
    return createLineWriter(fs, draft);
  });
  if (!opened.ok) return opened;
  const copied = copyRecords(fs, place.pool, request, opened.value);
  const closed = attemptIo("write", draft, () => opened.value.close());
  const done = copied.ok && !closed.ok ? closed : copied;
  if (!done.ok) attemptIo("write", draft, () => fs.unlink(draft));
  return done;
}

function copyRecords(
  fs: FileSystem,
  pool: string,
  { poolSize, poolRoot, rule }: SnapshotRequest,
  writer: LineWriter,
): Result<Selection, Fault> {
  const tree = createPoolTree();
  const hashLeaf = createLeafHasher();
  const check = createRecordChecker();
  const isSelected = createSelector(rule);
  const summary = createPoolSummary();
  const picked = createPicked();
  let fault: Fault | null = null;

  function take(line: Buffer, number: number, record: PoolRecord): void {
    if (!isSelected(record)) return;
    const written = writer.line(line);
    if (!written.ok) fault = written.fault;
    summary.take(record);
    picked.add(number - 1);
  }

  const read = readPool(fs, pool, {
    line(line, number): void {
      if (number > poolSize || fault !== null) return;
      tree.add(hashLeaf(line));
      const { record, problems } = check(line, number);
      const [problem] = problems;
      if (record !== null && problem === undefined) return take(line, number, record);
      const message = `no sound pool record: ${problem?.detail ?? "unknown reason"}`;
      fault = { code: "pool_unreadable", message, at: `${pool} line ${number}` };
    },
    tooLong: () => {},
  });
  if (!read.ok) return read;
  if (fault !== null) return err(fault);
  if (bytesToBase64(tree.root()) !== poolRoot) {
    const message = "the pool is no longer the one that was verified";
    return err({ code: "pool_rewritten", message, at: pool });
  }
  if (picked.ranges.length === 0) {
    const message = `no record of the ${tree.size} in the pool is what the filters ask for`;
    return err({ code: "snapshot_empty", message, at: pool });
  }
  const [genes, windows] = [summary.genes(), summary.windows()];
  const { bytes, sha256 } = writer.facts();
  return ok({
    tree,
    chosen: picked.ranges,
    records: picked.count(),
    bytes,
    sha256,
    genes,
    windows,
  });
}

function documentOf(
  id: string,
  { tree, chosen, records, bytes, sha256, genes, windows }: Selection,
  { rule, note, createdAt }: SnapshotRequest,
): SnapshotDocument {
  return {
    schema_version: "pool_snapshot/1",
    id,
    pool: "stage1",
    created_at: createdAt,
    note,
    note_reason: note === null ? "none_given" : null,
    rule,
    pool_size: tree.size,
    pool_root: bytesToBase64(tree.root()),
    records,
    bytes,
    sha256,
    genes,
    windows,
    lines: rangesToLines(chosen),
    proof: multiproof(chosen, tree.size, tree.nodes()).map(bytesToBase64),
  };
}

/** The draft gets its name unless something has it; equal bytes are the same snapshot. */
function putInPlace(
  fs: FileSystem,
  draft: string,
  path: string,
  { sha256 }: Selection,
): Result<void, Fault> {
  const there = attemptIo("read", path, () => fs.look(path) !== null);
  if (!there.ok) return there;
  const same = there.value ? holdsSame(fs, path, sha256) : ok(undefined);
  if (!same.ok) return same;
  return attemptIo("write", path, () => {
    if (!there.value) fs.link(draft, path);
    fs.unlink(draft);
    fs.syncDirectory(join(path, ".."));
  });
}

function holdsSame(fs: FileSystem, path: string, sha256: string): Result<void, Fault> {
  const digest = createHash("sha256");
  const read = readPool(fs, path, {
    line: (line) => void digest.update(line).update("\n"),
    tooLong: () => {},
  });
  if (!read.ok) return read;
  if (read.value.tornBytes === 0 && digest.digest("hex") === sha256) return ok(undefined);
  const message =
    "a file with other bytes is in the place of this snapshot; restore it from a copy";
  return err({ code: "snapshot_altered", message, at: path });
}

/** Chosen leaves in ascending order, as ranges. */
function createPicked(): Readonly<{
  ranges: readonly LeafRange[];
  add: (index: number) => void;
  count: () => number;
}> {
  const ranges: { from: number; to: number }[] = [];
  let count = 0;
  return {
    ranges,
    add(index): void {
      const last = ranges.at(-1);
      if (last?.to === index) last.to += 1;
      else ranges.push({ from: index, to: index + 1 });
      count += 1;
    },
    count: () => count,
  };
}

type LineWriter = Readonly<{
  line: (bytes: Uint8Array) => Result<void, Fault>;
  facts: () => Readonly<{ bytes: number; sha256: string }>;
  /** Durable afterwards, under the name it has now. */
  close: () => void;
}>;

const batchBytes = 1 << 20;

/** Opening and closing throw as the port does. */
function createLineWriter(fs: FileSystem, path: string): LineWriter {
  const file = fs.open(path, "create", 0o444);
  const digest = createHash("sha256");
  let waiting: Buffer[] = [];
  let [waitingBytes, bytes] = [0, 0];

  function flush(): void {
    const batch = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    writeAll(fs, file, batch);
  }

  return {
    line(line): Result<void, Fault> {
      const ended = Buffer.concat([line, lineEnd]);
      digest.update(ended);
      waiting.push(ended);
      waitingBytes += ended.length;
      bytes += ended.length;
      return waitingBytes < batchBytes ? ok(undefined) : attemptIo("write", path, flush);
    },
    facts: () => ({ bytes, sha256: digest.copy().digest("hex") }),
    close(): void {
      try {
        flush();
        fs.sync(file);
      } finally {
        fs.close(file);
      }
    },
  };
}

const lineEnd: Uint8Array = Uint8Array.of(0x0a);
