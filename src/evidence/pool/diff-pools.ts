import { err, type Fault, ok, type Result } from "#base";
import type { TrustPolicy } from "../keys/policy.ts";
import type { BinaryHash } from "../merkle/hash.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { createRecordChecker } from "./check-record.ts";
import { inspectSnapshot, type RecordListener } from "./inspect-snapshot.ts";
import { snapshotPath } from "./open-snapshot.ts";
import { poolPlace } from "./pool-place.ts";
import { createLeafHasher } from "./pool-tree.ts";
import { readPool } from "./read-pool.ts";

/** One genome that is not the same on both sides; records by id, ascending. */
export type GeneDifference = Readonly<{
  /**
   * - added, removed: only the second, or only the first, has the genome.
   * - changed: both have it, in other records.
   */
  change: "added" | "removed" | "changed";
  gene_id: string;
  added: readonly string[];
  removed: readonly string[];
  /** Records with the same id and other bytes. */
  altered: readonly string[];
}>;

/** A record that a snapshot froze and the live pool does not hold like that: impossible. */
export type LostRecord = Readonly<{
  code: "pool_record_removed" | "pool_record_altered";
  id: string;
  gene_id: string;
}>;

export type PoolDiff = Readonly<{
  first: DiffSide;
  second: DiffSide;
  /** By gene id. */
  differences: readonly GeneDifference[];
  /** How many genomes have the same records on both sides. */
  equal: number;
  findings: readonly LostRecord[];
}>;

export type DiffSide = Readonly<{
  kind: "snapshot" | "pool";
  name: string;
  records: number;
  genes: number;
}>;

/** The word for the live pool; anything else is a snapshot. */
const livePoolName = "pool";

/**
 * Compares two snapshots, or a snapshot and the live pool (`pool`), by genome. The pool only grows,
 * so a record of a snapshot that it lacks is a finding. Faults: diff_two_pools, pool_missing,
 * pool_unreadable, those of inspectSnapshot.
 */
export function diffPools(
  root: string,
  [first, second]: readonly [string, string],
  policy: TrustPolicy | null,
): Result<PoolDiff, Fault> {
  if (first === livePoolName && second === livePoolName) {
    const message = "the pool is the pool; give a snapshot to compare it with";
    return err({ code: "diff_two_pools", message });
  }
  const left = readSide(root, first, policy);
  if (!left.ok) return left;
  const right = readSide(root, second, policy);
  return right.ok ? ok(compare(left.value, right.value)) : right;
}

type Side = DiffSide & Readonly<{ recordsByGene: ReadonlyMap<string, Map<string, BinaryHash>> }>;

function readSide(root: string, name: string, policy: TrustPolicy | null): Result<Side, Fault> {
  const genes = createGeneBook();
  if (name === livePoolName) {
    const read = readLivePool(root, genes);
    return read.ok ? ok(genes.side("pool", name)) : read;
  }
  const path = snapshotPath(root, name);
  const inspected = inspectSnapshot(nodeFileSystem, path, policy, genes.add);
  return inspected.ok ? ok(genes.side("snapshot", inspected.value.id)) : inspected;
}

function readLivePool(root: string, genes: GeneBook): Result<void, Fault> {
  const { pool } = poolPlace(root);
  const check = createRecordChecker();
  const hashLeaf = createLeafHasher();
  let fault: Fault | null = null;
  const refuse = (number: number, detail: string): void => {
    const message = `${detail}; assay pool verify says more`;
    fault ??= { code: "pool_unreadable", message, at: `${pool} line ${number}` };
  };
  const read = readPool(nodeFileSystem, pool, {
    line(line, number): void {
      const { record, problems } = check(line, number);
      if (record === null) refuse(number, problems[0]?.detail ?? "no pool record");
      else genes.add(record, hashLeaf(line));
    },
    tooLong: (number) => refuse(number, "longer than any record"),
  });
  if (!read.ok && read.fault.code === "store_missing") {
    const message = "no pool under this root yet; assay evolve makes one";
    return err({ code: "pool_missing", message, at: pool });
  }
  if (!read.ok) return read;
  return fault === null ? ok(undefined) : err(fault);
}

type GeneBook = Readonly<{
  add: RecordListener;
  side: (kind: DiffSide["kind"], name: string) => Side;
}>;

/** Two texts a record in memory. */
function createGeneBook(): GeneBook {
  const recordsByGene = new Map<string, Map<string, BinaryHash>>();
  let records = 0;
  return {
    add(record, leaf): void {
      const known = recordsByGene.get(record.gene_id) ?? new Map<string, BinaryHash>();
      known.set(record.id, leaf);
      recordsByGene.set(record.gene_id, known);
      records += 1;
    },
    side: (kind, name) => ({ kind, name, records, genes: recordsByGene.size, recordsByGene }),
  };
}

function compare(first: Side, second: Side): PoolDiff {
  const genes = new Set([...first.recordsByGene.keys(), ...second.recordsByGene.keys()]);
  const differences: GeneDifference[] = [];
  for (const geneId of [...genes].sort()) {
    const [before, after] = [first.recordsByGene.get(geneId), second.recordsByGene.get(geneId)];
    const difference = differenceOf(geneId, before ?? none, after ?? none);
    if (difference !== null) differences.push(difference);
  }
  return {
    first: sideFacts(first),
    second: sideFacts(second),
    differences,
    equal: genes.size - differences.length,
    findings: differences.flatMap((difference) => lostFrom(difference, first, second)),
  };
}

const none: ReadonlyMap<string, BinaryHash> = new Map();

function differenceOf(
  geneId: string,
  before: ReadonlyMap<string, BinaryHash>,
  after: ReadonlyMap<string, BinaryHash>,
): GeneDifference | null {
  const added = [...after.keys()].filter((id) => !before.has(id)).sort();
  const removed = [...before.keys()].filter((id) => !after.has(id)).sort();
  const altered = [...before]
    .filter(([id, leaf]) => after.has(id) && after.get(id) !== leaf)
    .map(([id]) => id)
    .sort();
  if (added.length + removed.length + altered.length === 0) return null;
  const change = before.size === 0 ? "added" : after.size === 0 ? "removed" : "changed";
  return { change, gene_id: geneId, added, removed, altered };
}

/** What the live pool lacks of a snapshot, on whichever side it stands. */
function lostFrom(
  { gene_id, added, removed, altered }: GeneDifference,
  first: DiffSide,
  second: DiffSide,
): readonly LostRecord[] {
  if (first.kind === second.kind) return [];
  const lost = second.kind === "pool" ? removed : added;
  return [
    ...lost.map((id) => ({ code: "pool_record_removed", id, gene_id }) as const),
    ...altered.map((id) => ({ code: "pool_record_altered", id, gene_id }) as const),
  ];
}

function sideFacts({ kind, name, records, genes }: Side): DiffSide {
  return { kind, name, records, genes };
}
