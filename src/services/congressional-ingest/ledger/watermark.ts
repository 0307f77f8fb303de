/** How far a source has been taken in. Everything before it is in the ledger. */
export type Watermark = Readonly<{
  /** The key of the source: the digest of a file, or the name of an interface. */
  source: string;
  /** Last row of a file that is in the ledger; 0 before the first, and for an interface. */
  row: number;
  /** A file that was read to its end is not read again. */
  complete: boolean;
  /** Latest day of disclosure of all polls that were read to their end; null before the first. */
  disclosedThrough: string | null;
  /** The same within the poll that is going on; it counts only when the poll ends. */
  pendingThrough: string | null;
  /** Rows over all polls, by what became of them. */
  counts: WatermarkCounts;
}>;

export type WatermarkCounts = Readonly<{
  disclosed: number;
  /** In the ledger before, from this source or another. */
  known: number;
  refused: number;
}>;

/** What a batch of rows came to; `lastRow` null for an interface. */
export type BatchOutcome = Readonly<{
  lastRow: number | null;
  latestDisclosure: string | null;
  counts: WatermarkCounts;
}>;

export function firstWatermark(source: string): Watermark {
  return {
    source,
    row: 0,
    complete: false,
    disclosedThrough: null,
    pendingThrough: null,
    counts: noCounts,
  };
}

export const noCounts: WatermarkCounts = { disclosed: 0, known: 0, refused: 0 };

export function addCounts(one: WatermarkCounts, other: WatermarkCounts): WatermarkCounts {
  return {
    disclosed: one.disclosed + other.disclosed,
    known: one.known + other.known,
    refused: one.refused + other.refused,
  };
}

/** A new poll: what an earlier one saw without coming to its end does not count. */
export function beginPoll(mark: Watermark): Watermark {
  return { ...mark, complete: false, pendingThrough: null };
}

export function takeBatch(mark: Watermark, batch: BatchOutcome): Watermark {
  return {
    ...mark,
    row: Math.max(mark.row, batch.lastRow ?? 0),
    pendingThrough: later(mark.pendingThrough, batch.latestDisclosure),
    counts: addCounts(mark.counts, batch.counts),
  };
}

/** The rows of a poll came in any order, so only its end says how far the source was read. */
export function endPoll(mark: Watermark, fixed: boolean): Watermark {
  return {
    ...mark,
    complete: fixed,
    disclosedThrough: later(mark.disclosedThrough, mark.pendingThrough),
    pendingThrough: null,
  };
}

/**
 * The first day of disclosure that a poll looks at: sources correct what they published lately, so
 * it reaches back behind the watermark. Null: everything.
 */
export function lookFrom(
  { disclosedThrough }: Watermark,
  daysBefore: (day: string) => string,
): string | null {
  return disclosedThrough === null ? null : daysBefore(disclosedThrough);
}

function later(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}
