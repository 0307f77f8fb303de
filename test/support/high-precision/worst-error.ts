/** The largest error found and the first argument that shows it. */
export type WorstError = Readonly<{ ulps: number; at: number }>;

/** Asks `errorAt` about every point; an error that is not a number counts as infinite. */
export function worstError(
  points: Iterable<number>,
  errorAt: (point: number) => number,
): WorstError {
  let worst: WorstError = { ulps: 0, at: NaN };
  for (const at of points) {
    const ulps = errorAt(at);
    if (!(ulps <= worst.ulps)) worst = { ulps: Number.isNaN(ulps) ? Infinity : ulps, at };
  }
  return worst;
}
