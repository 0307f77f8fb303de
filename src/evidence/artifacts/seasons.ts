import type { z } from "zod";
import { count, oneOf, positive, strictRecord } from "./fields.ts";
import { type CapitalTripletRecord, capitalTriplet, type EventHead, eventHead } from "./moment.ts";

/** Two lines for each season: where it starts and where it ended. */
export type SeasonLine = EventHead &
  Readonly<{
    edge: "start" | "end";
    /** First bar of the season in the dataset, and how many bars it has. */
    start_index: number;
    bars: number;
    alive_agents: number;
    capital_triplet: CapitalTripletRecord;
  }>;

export const seasonLine: z.ZodType<SeasonLine> = strictRecord<SeasonLine>({
  ...eventHead,
  edge: oneOf(["start", "end"]),
  start_index: count,
  bars: positive,
  alive_agents: count,
  capital_triplet: capitalTriplet,
});
