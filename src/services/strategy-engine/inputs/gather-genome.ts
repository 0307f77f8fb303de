import { createHash } from "node:crypto";
import { err, type Fault, isoFromMillis, ok, type Result } from "#base";
import { type Dataset, openDataset } from "#datasets";
import {
  defaultKeysDirectory,
  keysPlace,
  nodeFileSystem,
  policyPath,
  readDocument,
  readPolicy,
  type TrustPolicy,
} from "#evidence";
import { barSourceOf, type VerifiedPromotion, verifyPromotion } from "#lab";
import { createBarColumns } from "#market";
import type { FundedBar } from "#strategies";
import type { Gather, Gathered } from "./gathered.ts";

export type GenomeInputs = Readonly<{
  root: string;
  /** The promotion record; null when none was ever made. */
  promotion: string | null;
  /** Whom to believe; null: the policy beside the installation's keys. */
  policy: string | null;
  replay: boolean;
}>;

/** As many bars as a genome may have to live through at once. */
const maxBars = 2048;
const maxPromotionBytes = 65_536;

/** The promoted genome and the bars of its dataset; verified anew for every decision. */
export function gatherGenome({ root, promotion, policy, replay }: GenomeInputs): Gather {
  return (nowMs) => {
    if (promotion === null || nodeFileSystem.look(promotion) === null) {
      const message = "no genome has been promoted: ASSAY_GENOME_PROMOTION names no record";
      return err({ code: "no_promoted_genome", message });
    }
    const bytes = readDocument(nodeFileSystem, promotion, maxPromotionBytes);
    if (!bytes.ok) return unverified(bytes.fault.message);
    const trusted = readTrust(policy);
    if (!trusted.ok) return unverified(trusted.fault.message);
    const verified = verifyPromotion(bytes.value, trusted.value);
    if (!verified.ok) return verified;
    const sha256 = createHash("sha256").update(bytes.value).digest("hex");
    const dataset = openDataset(root, verified.value.record.dataset);
    if (!dataset.ok) return err({ ...dataset.fault, code: "input_missing" });
    try {
      return gatherBars(verified.value, dataset.value, { nowMs, replay, sha256 });
    } finally {
      dataset.value.close();
    }
  };
}

function readTrust(path: string | null): Result<TrustPolicy, Fault> {
  const ring = keysPlace(defaultKeysDirectory(), null);
  return ring.ok ? readPolicy(ring.value, path ?? policyPath(ring.value)) : ring;
}

type Scene = Readonly<{ nowMs: number; replay: boolean; sha256: string }>;

function gatherBars(
  { record, weights }: VerifiedPromotion,
  dataset: Dataset,
  { nowMs, replay, sha256 }: Scene,
): Result<Gathered, Fault> {
  const { instrument, intervalMs } = dataset;
  const lastMs = dataset.barStart(dataset.barCount - 1) + intervalMs;
  const now_ms = replay ? lastMs : nowMs;
  const closed = dataset.indexAtOrAfter(now_ms - intervalMs + 1);
  const count = Math.min(closed, maxBars);
  if (count === 0) return err({ code: "input_missing", message: "the dataset has no closed bar" });
  const bars = readBars(dataset, closed - count, count);
  const { promotion_id, run_id, gene_id, genome_schema_version } = record;
  const agent_id = String(record.agent_id);
  const config = {
    genome: { promotion_id, run_id, agent_id, gene_id, genome_schema_version, weights },
    instrument,
    interval_ms: intervalMs,
    physics: record.physics,
    max_age_intervals: 2,
    proposal_valid_ms: Math.min(intervalMs, 3_600_000),
  };
  const bars_utc = isoFromMillis(dataset.barStart(closed - 1));
  const barsName = `${replay ? "replay:" : ""}bars:${dataset.document.name}`;
  return ok({
    view: { now_ms, bars },
    config: config,
    inputs: [
      { name: barsName, sha256: dataset.id, as_of_utc: bars_utc },
      { name: "promotion", sha256, as_of_utc: record.decided_utc },
    ],
    symbol: instrument.id,
    genome: { run_id, agent_id, gene_id, promotion_id },
  });
}

function readBars(dataset: Dataset, start: number, count: number): readonly FundedBar[] {
  const columns = createBarColumns(count);
  const [due, known] = [new Float64Array(count), new Float64Array(count)];
  const source = barSourceOf(dataset);
  source.read(start, count, columns);
  source.readFunding(start, count, due, known);
  const at = (column: Float64Array, index: number): number => column[index] ?? Number.NaN;
  return Array.from({ length: count }, (_, index) => ({
    ts_ms: at(columns.ts_ms, index),
    open: at(columns.open, index),
    high: at(columns.high, index),
    low: at(columns.low, index),
    close: at(columns.close, index),
    volume: at(columns.volume, index),
    funding_due_ppb: rateOf(at(due, index)),
    funding_known_ppb: rateOf(at(known, index)),
  }));
}

function rateOf(rate: number): number | null {
  return Number.isNaN(rate) ? null : rate;
}

function unverified(message: string): Result<never, Fault> {
  return err({ code: "promotion_unverified", message: `the promotion: ${message}` });
}
