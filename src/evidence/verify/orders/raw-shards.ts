import { readdirSync } from "node:fs";
import { millisFromIso } from "#base";
import {
  type ShardEntry,
  type ShardHead,
  type ShardIndex,
  type ShardStem,
  shardFileName,
  shardIndexName,
} from "../../artifacts/orders/raw-shards.ts";
import {
  type At,
  type OrderClaim,
  type OrderReport,
  type OrderRun,
  wholeFile,
} from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { isShardName } from "./read-shards.ts";

/**
 * Raw evidence of a full tier lies in shards: each closed at its bound, none changed afterwards,
 * the index naming exactly those that are there with their digests, and the manifest naming the
 * index. It holds one entry for each shard.
 */
export const rawShards: OrderClaim<
  "shard_index" | "shard_head" | "execution_raw" | "reconstruction_raw"
> = {
  id: "raw_shards",
  clause: "docs/contracts/orders.md#raw-shards",
  reads: ["m_execution_raw", "positions_reconstruction_raw"],
  notApplicable: ({ manifest }) => {
    const full = manifest.orders.meta.tier === "tier2_full";
    return full ? withoutVenue(manifest.orders.mode) : "raw_shards_belong_to_tier2_full";
  },
  start(run, report) {
    const indexes: ShardIndex[] = [];
    const stems: ShardStem[] = [];
    const partByFile = new Map<string, Part>();

    function record({ ts_utc: ts }: Readonly<{ ts_utc: string }>, { file }: At): void {
      report.count();
      const part = partByFile.get(file);
      if (part === undefined) return;
      part.records += 1;
      part.first ??= ts;
      part.last = ts;
    }

    return {
      on: {
        shard_index(index, { file }): void {
          indexes.push(index);
          stems.push(file === stemIndex ? "m_execution_raw" : "positions_reconstruction_raw");
        },
        shard_head(head, { file }): void {
          partByFile.set(file, { head, records: 0, first: null, last: null });
        },
        execution_raw: record,
        reconstruction_raw: record,
      },
      end(): void {
        const names = namesIn(run.directory);
        for (const [position, index] of indexes.entries()) {
          const stem = stems[position] ?? "m_execution_raw";
          checkIndex({ index, stem, names, partByFile }, run, report);
        }
      },
    };
  },
};

const stemIndex = shardIndexName("m_execution_raw");

type Part = {
  readonly head: ShardHead;
  records: number;
  first: string | null;
  last: string | null;
};

type Found = Readonly<{
  index: ShardIndex;
  stem: ShardStem;
  names: readonly string[];
  partByFile: ReadonlyMap<string, Part>;
}>;

function checkIndex(found: Found, run: OrderRun, report: OrderReport): void {
  const { index, stem, names, partByFile } = found;
  const at = wholeFile(shardIndexName(stem));
  checkManifest(stem, run, report);
  let records = 0;
  for (const [position, entry] of index.shards.entries()) {
    report.count();
    const place = { ...at, field: `shards.${position}` };
    records += entry.records_count;
    if (entry.filename !== shardFileName(stem, position + 1)) {
      report.finding("shard_misnamed", place, `${entry.filename} is not part ${position + 1}`);
    }
    checkFacts(entry, place, run, report);
    const part = partByFile.get(entry.filename);
    if (part === undefined) continue;
    checkPart({ entry, part, stem, number: position + 1, at: place }, report);
    checkBounds({ index, position, at: place }, report);
  }
  if (index.total_shards !== index.shards.length || index.total_records !== records) {
    const said = `${index.total_shards} shards, ${index.total_records} records`;
    const detail = `${said}; listed are ${records} records`;
    report.finding("shard_totals_differ", at, detail);
  }
  const listed = new Set(index.shards.map(({ filename }) => filename));
  for (const name of names.filter((one) => isShardName(stem, one) && !listed.has(one))) {
    report.finding("shard_not_listed", wholeFile(name), "is there, but not in the index");
  }
}

function checkFacts(entry: ShardEntry, at: At, run: OrderRun, report: OrderReport): void {
  const facts = run.files.byName.get(entry.filename);
  if (facts === undefined) {
    report.finding("shard_missing", at, `${entry.filename} cannot be read`);
  } else if (facts.sha256 !== entry.sha256 || !entry.sha256.startsWith(entry.sha256_16)) {
    report.finding("shard_digest_differs", at, `${entry.filename} is another file now`);
  }
}

type PartCheck = Readonly<{
  entry: ShardEntry;
  part: Part;
  stem: ShardStem;
  number: number;
  at: At;
}>;

function checkPart({ entry, part, stem, number, at }: PartCheck, report: OrderReport): void {
  const { head, records, first, last } = part;
  if (head.stem !== stem || head.part !== number) {
    report.finding("shard_misnamed", at, `says it is part ${head.part} of ${head.stem}`);
  }
  const same = records === entry.records_count && first === entry.start_ts && last === entry.end_ts;
  if (same) return;
  const detail = `${records} records from ${first} to ${last}`;
  report.finding("shard_contents_differ", at, `holds ${detail}`);
}

type BoundCheck = Readonly<{ index: ShardIndex; position: number; at: At }>;

/** A shard ends where the next record would pass a bound, and not before. */
function checkBounds({ index, position, at }: BoundCheck, report: OrderReport): void {
  const { max_records, max_span_ms } = index.policy;
  const entry = index.shards[position];
  const next = index.shards[position + 1];
  if (entry === undefined) return;
  const span = millisBetween(entry.start_ts, entry.end_ts);
  if (entry.records_count > max_records || span > max_span_ms) {
    const detail = `${entry.records_count} records over ${span} ms`;
    report.finding("shard_over_bound", at, detail);
  }
  if (next === undefined || entry.records_count === max_records) return;
  if (millisBetween(entry.start_ts, next.start_ts) > max_span_ms) return;
  report.finding("shard_closed_early", at, "the next record would have fitted");
}

function checkManifest(stem: ShardStem, run: OrderRun, report: OrderReport): void {
  const file = shardIndexName(stem);
  const { orders } = run.manifest;
  const execution = stem === "m_execution_raw";
  const path = execution
    ? orders.m_execution_raw_index_path
    : orders.positions_reconstruction_raw_index_path;
  const digest = execution
    ? orders.m_execution_raw_index_hash
    : orders.positions_reconstruction_raw_index_hash;
  report.count();
  if (path === file && digest === run.files.byName.get(file)?.sha256) return;
  const at = { ...wholeFile("run_manifest.json"), field: `${stem}_index_hash` };
  report.finding("shard_index_not_named", at, `the manifest does not name ${file} as it is`);
}

function millisBetween(start: string, end: string): number {
  const [from, to] = [millisFromIso(start), millisFromIso(end)];
  return from.ok && to.ok ? to.value - from.value : Number.POSITIVE_INFINITY;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
