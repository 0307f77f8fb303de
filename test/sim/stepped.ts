import type { CountedPoints } from "#support";

/** How a campaign over the steps of a real program went. */
export type Stepped = CountedPoints &
  Readonly<{
    /** After how many breaks the state before was found. */
    kept: number;
  }>;
