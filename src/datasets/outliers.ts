import { createTopList } from "./top-list.ts";

/** One bar far outside what its series usually does. `move` is a natural log, `z` robust. */
type Outlier = Readonly<{ ts_utc: string; move: number; z: number }>;

/**
 * Moves of one kind. z = |move| / (1.4826 * median of the moves that are not zero): the median
 * absolute deviation from no move at all, scaled to a normal's standard deviation. Markets have
 * fat tails, so outliers are listed for a person to look at and refuse nothing.
 */
export type OutlierReport = Readonly<{
  kind: "close_return" | "wick";
  median_move: number | null;
  threshold_z: number;
  count: number;
  largest: readonly Outlier[];
}>;

export type OutlierTracker = Readonly<{
  /** `move` is a size, not negative. */
  add: (tsUtc: () => string, move: number) => void;
  report: () => OutlierReport;
}>;

const thresholdZ = 25;
const listed = 20;

/** One pass and a few kilobytes however long the series: sizes are counted in narrow buckets. */
export function createOutlierTracker(kind: OutlierReport["kind"]): OutlierTracker {
  const counts = new Uint32Array(bucketCount);
  const top = createTopList<Readonly<{ ts_utc: string; move: number }>>(listed);
  let moves = 0;
  let floor = 0;

  return {
    add(tsUtc, move): void {
      if (move <= 0) return;
      const bucket = bucketOf(move);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      moves += 1;
      if (move <= floor) return;
      top.add(move, { ts_utc: tsUtc(), move });
      const kept = top.items();
      if (kept.length === listed) floor = kept.at(-1)?.move ?? 0;
    },
    report(): OutlierReport {
      if (moves === 0) {
        return { kind, median_move: null, threshold_z: thresholdZ, count: 0, largest: [] };
      }
      const median = lowerEdge(bucketAtRank(counts, (moves - 1) / 2));
      const sigma = 1.4826 * median;
      const from = bucketOf(thresholdZ * sigma);
      let count = 0;
      for (let bucket = from; bucket < bucketCount; bucket += 1) count += counts[bucket] ?? 0;
      const largest = top
        .items()
        .map(({ ts_utc, move }) => ({
          ts_utc,
          move: rounded(move, 6),
          z: rounded(move / sigma, 1),
        }))
        .filter(({ z }) => z >= thresholdZ);
      return { kind, median_move: rounded(median, 9), threshold_z: thresholdZ, count, largest };
    },
  };
}

/** Buckets by the exponent and the first 8 fraction bits of a float64: under 0.4 % wide. */
const bucketBits = 8;
const lowestExponent = -40;
const bucketCount = 46 << bucketBits;
const cell = new DataView(new ArrayBuffer(8));

function bucketOf(move: number): number {
  cell.setFloat64(0, move);
  const place = cell.getUint32(0) >>> (20 - bucketBits);
  const bucket = place - ((1023 + lowestExponent) << bucketBits);
  return bucket < 0 ? 0 : bucket >= bucketCount ? bucketCount - 1 : bucket;
}

function lowerEdge(bucket: number): number {
  cell.setUint32(0, (bucket + ((1023 + lowestExponent) << bucketBits)) << (20 - bucketBits));
  cell.setUint32(4, 0);
  return cell.getFloat64(0);
}

function bucketAtRank(counts: Uint32Array, rank: number): number {
  let seen = 0;
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    seen += counts[bucket] ?? 0;
    if (seen > rank) return bucket;
  }
  return counts.length - 1;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
