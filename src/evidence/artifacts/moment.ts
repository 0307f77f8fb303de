import type { z } from "zod";
import {
  count,
  type Fields,
  nullable,
  recordOf,
  runId,
  strictRecord,
  utcTime,
  whole,
} from "./fields.ts";

/** The head of every event line: which run, which place in its stream, which tick. */
export type EventHead = Readonly<{
  run_id: string;
  /** Place in the run's stream of events; over all event files 0, 1, 2 ... without a gap. */
  seq: number;
  /** Opening time of the bar, UTC. */
  ts_utc: string;
  tick: number;
  bar_index: number;
  season: number;
  segment: number;
}>;

export const eventHead: Fields<EventHead> = {
  run_id: runId,
  seq: count,
  ts_utc: utcTime,
  tick: count,
  bar_index: count,
  season: count,
  segment: count,
};

/** current_total = allocated_capital + system_reserve, exactly; micro of the quote currency. */
export type CapitalTripletRecord = Readonly<{
  allocated_capital_micro: number;
  system_reserve_micro: number;
  current_total_micro: number;
}>;

export const capitalTriplet: z.ZodType<CapitalTripletRecord> = recordOf<CapitalTripletRecord>(
  (take) => ({
    allocated_capital_micro: take(whole),
    system_reserve_micro: take(whole),
    current_total_micro: take(whole),
  }),
);

/** Where a tick stands, without the run: used inside documents that name the run once. */
export type MomentRecord = Omit<EventHead, "run_id" | "seq">;

const momentRecord: z.ZodType<MomentRecord> = strictRecord<MomentRecord>({
  ts_utc: utcTime,
  tick: count,
  bar_index: count,
  season: count,
  segment: count,
});

export const nullableMoment: z.ZodType<MomentRecord | null> = nullable(momentRecord);
