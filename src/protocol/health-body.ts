import { z } from "zod";
import { type Codec, createCodec } from "./codec.ts";
import { code, line, seconds } from "./shapes.ts";

/** Version of the body that `/healthz` answers with; the body itself carries none, as ever. */
export const healthSchema = "assay.health/1";

/** Defaults of the contract; a deployment may be stricter or laxer, and echoes what it uses. */
export const healthMaxAgeSeconds = 60;
export const healthTimeoutMs = 2000;

/** The promise of a market data service: 200 exactly when `ok`, else 503. */
export type HealthBody = Readonly<{
  service: string;
  /** Exchange time of the newest tick, in seconds with a fraction; null before the first. */
  last_tick_epoch_seconds: number | null;
  age_seconds: number | null;
  max_age_seconds: number;
  ok: boolean;
  /** A drill: stale whatever comes in. */
  forced_stale: boolean;
  market: "open" | "closed";
  /** Whether ticks are due now. False explains a stale feed; it does not excuse it. */
  expected_fresh: boolean;
  /** `fresh`, or why not, by the codes of the safety contract. */
  reason: string;
}>;

export const healthCodec: Codec<HealthBody> = createCodec(
  healthSchema,
  z.object({
    service: line,
    last_tick_epoch_seconds: z.number().nullable(),
    age_seconds: seconds.nullable(),
    max_age_seconds: seconds,
    ok: z.boolean(),
    forced_stale: z.boolean(),
    market: z.enum(["open", "closed"]),
    expected_fresh: z.boolean(),
    reason: code,
  }),
);
