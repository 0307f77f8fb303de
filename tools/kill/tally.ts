/** What a campaign found; every list of what is wrong is empty when all is well. */
export type Tally = {
  /** Stories that were told to their end. */
  stories: number;
  /** Processes of runs that were killed at a point. */
  kills: number;
  /** Killed before the run had a directory. */
  nameless: number;
  /** Runs that came to their end before their point. */
  survived: number;
  /** Processes that were ending a run when they were killed too. */
  endsKilled: number;
  /** Killed runs that were ended, by the verdict of their evidence. */
  verdicts: Record<string, number>;
  /** Killed runs whose end was refused, by code. */
  refusals: Record<string, number>;
  /** Killed runs on whose account others had traded before they were ended. */
  overtaken: number;
  /** Runs that began after a killed one and came to their end, by verdict. */
  nextRuns: Record<string, number>;
  /** Orders that the venue took, of whichever process. */
  orders: number;
  /** Stories in which the venue held orders of a run when it was killed. */
  atStake: number;
  /** Orders that the venue had taken of runs when they were killed. */
  ordersAtStake: number;
  /** Orders of killed runs whose outcome was not recorded when they were killed. */
  inFlight: number;
  points: Record<string, number>;
  reasons: Record<string, number>;
  wrong: string[];
};

export function emptyTally(): Tally {
  return {
    stories: 0,
    ...{ kills: 0, nameless: 0, survived: 0, endsKilled: 0, overtaken: 0, inFlight: 0 },
    ...{ orders: 0, atStake: 0, ordersAtStake: 0 },
    ...{ verdicts: {}, refusals: {}, nextRuns: {}, points: {}, reasons: {}, wrong: [] },
  };
}

/**
 * Why a campaign proves little though nothing is wrong; null: it does not. Some points lie before
 * the first order by design; where most do, the runs did not trade as they should.
 */
export function idleness({ stories, atStake }: Tally): string | null {
  if (stories > 0 && atStake * 2 > stories) return null;
  return `of ${stories} stories ${atStake} had orders at stake: too few to prove anything`;
}

export function add(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
