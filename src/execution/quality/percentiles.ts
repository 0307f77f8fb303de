import type { ExecutionDocuments } from "#evidence";

export type Percentiles = NonNullable<
  ExecutionDocuments["execution_quality_summary"]["fill_ratio"]
>;

/** Nearest rank: pNN is the value at position ceil(NN * n / 100) in ascending order. */
export function percentilesOf(values: readonly number[]): Percentiles | null {
  const sorted = values.toSorted((left, right) => left - right);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return null;
  const rank = (share: number): number =>
    sorted[Math.max(Math.ceil((share * sorted.length) / 100) - 1, 0)] ?? max;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { orders: sorted.length, min, p50: rank(50), p95: rank(95), max, mean: rounded(mean) };
}

/** Six digits behind the point are more than any clock or price here is worth. */
export function rounded(value: number): number {
  return Math.round(value * 1_000_000) / 1_000_000;
}
