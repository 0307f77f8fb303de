import { z } from "zod";
import { type Codec, createCodec } from "./codec.ts";
import { count, seconds, symbol, utc } from "./shapes.ts";

export const heartbeatSchema = "assay.heartbeat/1";

export const streamStates = ["connecting", "live", "stalled", "reconnecting", "closed"] as const;
export type StreamState = (typeof streamStates)[number];

export const heartbeatStatuses = ["running", "degraded", "paused", "stopping"] as const;
export type HeartbeatStatus = (typeof heartbeatStatuses)[number];

/**
 * A sign of life that is anchored in ticks. `heartbeat_ts` says only that the process lives; who
 * gates on data looks at `last_tick_ts`.
 */
export type Heartbeat = Readonly<{
  schema: typeof heartbeatSchema;
  heartbeat_ts: string;
  /** Exchange time of the newest tick; null before the first, with symbol and age. */
  last_tick_ts: string | null;
  last_tick_symbol: string | null;
  tick_age_seconds: number | null;
  stream_state: StreamState;
  status: HeartbeatStatus;
  /** Counts the heartbeats of one boot from 1. */
  sequence: number;
}>;

export const heartbeatCodec: Codec<Heartbeat> = createCodec(
  heartbeatSchema,
  z
    .object({
      schema: z.literal(heartbeatSchema),
      heartbeat_ts: utc,
      last_tick_ts: utc.nullable(),
      last_tick_symbol: symbol.nullable(),
      tick_age_seconds: seconds.nullable(),
      stream_state: z.enum(streamStates),
      status: z.enum(heartbeatStatuses),
      sequence: count,
    })
    .refine((beat) => {
      const seen = beat.last_tick_ts !== null;
      return seen === (beat.last_tick_symbol !== null) && (seen || beat.tick_age_seconds === null);
    }, "time, symbol and age of the last tick go together"),
);
