import { z } from "zod";
import { type Millis, parseJson } from "#base";
import { maxFutureMs } from "#safety";

/** What came of asking for `/healthz`. */
export type HealthProbe =
  | Readonly<{ state: "timed_out" }>
  | Readonly<{ state: "unreachable" }>
  | Readonly<{ state: "answered"; status: number; text: string }>;

export type HealthReason =
  | "fresh"
  | "health_timed_out"
  | "health_unreachable"
  | "health_status_not_200"
  | "health_body_malformed"
  | "health_forced_stale"
  | "health_not_ok"
  | "tick_never_seen"
  | "tick_in_future"
  | "tick_too_old";

/** A consumer's own judgement. Whatever it cannot establish is stale. */
export type HealthVerdict = Readonly<{
  fresh: boolean;
  reason: HealthReason;
  /** The code with which a consumer refuses; null exactly when fresh. */
  refusal: "marketdata_stale" | "marketdata_unreachable" | null;
  lastTickMs: Millis | null;
  /** By the consumer's clock; null when no tick can be dated. */
  ageMs: number | null;
}>;

/** `maxAgeMs`: MARKETDATA_MAX_AGE_SECONDS of the consumer. */
export type HealthLimits = Readonly<{ maxAgeMs: number }>;

/** The age is recomputed from the tick; what the service says can only make it worse. */
export function judgeHealthProbe(
  probe: HealthProbe,
  nowMs: Millis,
  limits: HealthLimits,
): HealthVerdict {
  switch (probe.state) {
    case "timed_out":
      return refuse("health_timed_out");
    case "unreachable":
      return refuse("health_unreachable");
    case "answered":
      break;
  }
  const judged = judgeHealthBody(parsed(probe.text), nowMs, limits);
  // A refusal keeps what the body tells of the last tick; the status alone decides.
  return probe.status === 200 ? judged : { ...judged, ...refuse("health_status_not_200", judged) };
}

/** The same for a body that is already JSON, for who is told without HTTP. */
export function judgeHealthBody(body: unknown, nowMs: Millis, limits: HealthLimits): HealthVerdict {
  const read = needed.safeParse(body);
  if (!read.success) return refuse("health_body_malformed");
  const { last_tick_epoch_seconds: tick, max_age_seconds, ok, forced_stale } = read.data;
  if (tick === null || !(tick > 0)) return refuse("tick_never_seen");

  const lastTickMs = Math.floor(tick * 1000);
  const ageMs = nowMs - lastTickMs;
  if (forced_stale) return refuse("health_forced_stale", { lastTickMs, ageMs });
  if (ageMs < -maxFutureMs) return refuse("tick_in_future", { lastTickMs, ageMs: null });
  // Written so that an age or a limit that is no number is stale; the stricter limit counts.
  const limitMs = Math.min(limits.maxAgeMs, max_age_seconds * 1000);
  if (!(ageMs <= limitMs)) return refuse("tick_too_old", { lastTickMs, ageMs });
  if (!ok) return refuse("health_not_ok", { lastTickMs, ageMs });
  return { fresh: true, reason: "fresh", refusal: null, lastTickMs, ageMs: Math.max(ageMs, 0) };
}

/** What a consumer needs; who serves less is stale, who serves more may be of a newer version. */
const needed = z.object({
  last_tick_epoch_seconds: z.number().nullable(),
  max_age_seconds: z.number().min(0),
  ok: z.boolean(),
  forced_stale: z.boolean(),
});

type Known = Readonly<{ lastTickMs: Millis | null; ageMs: number | null }>;

function refuse(reason: HealthReason, known?: Known): HealthVerdict {
  const silent = reason === "health_timed_out" || reason === "health_unreachable";
  return {
    fresh: false,
    reason,
    refusal: silent ? "marketdata_unreachable" : "marketdata_stale",
    lastTickMs: known?.lastTickMs ?? null,
    ageMs: known?.ageMs ?? null,
  };
}

function parsed(text: string): unknown {
  const json = parseJson(text);
  return json.ok ? json.value : null;
}
