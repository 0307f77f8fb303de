import { lstatSync } from "node:fs";
import type { SessionCalendar } from "#market";
import type { HealthBody } from "#protocol";
import { judgeFreshness, type TickWatch } from "#safety";
import type { HttpApp } from "../http/http-app.ts";
import { type MeshClock, momentOf } from "../time/mesh-clock.ts";
import { isMarketOpen } from "./market-hours.ts";

/** What the promise of freshness is made from. */
export type HealthSource = Readonly<{
  service: string;
  clock: MeshClock;
  maxAgeSeconds: number;
  /** The ticks that have come in so far (`observeTick` of #safety). */
  watch: () => TickWatch;
  calendar: SessionCalendar;
  drill: StaleDrill;
}>;

/**
 * A drill makes healthy data look stale, never the other way round: by the setting
 * MARKETDATA_FORCE_STALE at start, or while a file is there, to begin and end it without a restart.
 */
export type StaleDrill = Readonly<{ forced: boolean; file: string }>;

/** `/healthz` for consumers, not for probes: 200 exactly while the newest tick is young enough. */
export function addHealthz(app: HttpApp, source: HealthSource): void {
  app.get("/healthz", (context) => {
    const body = healthBodyOf(source);
    return context.json(body, body.ok ? 200 : 503);
  });
}

/** The same promise without HTTP. */
export function healthBodyOf(source: HealthSource): HealthBody {
  const { service, clock, maxAgeSeconds, watch, calendar, drill } = source;
  const now = momentOf(clock);
  const forcedStale = drill.forced || isThere(drill.file);
  const limits = { maxAgeMs: maxAgeSeconds * 1000, forcedStale };
  const { fresh, reason, lastTickMs, ageMs } = judgeFreshness(watch(), limits, now);
  const open = isMarketOpen(calendar, now.wallMs);
  return {
    service,
    last_tick_epoch_seconds: lastTickMs === null ? null : lastTickMs / 1000,
    age_seconds: ageMs === null ? null : ageMs / 1000,
    max_age_seconds: maxAgeSeconds,
    ok: fresh,
    forced_stale: forcedStale,
    market: open ? "open" : "closed",
    expected_fresh: open,
    reason,
  };
}

/** Where it cannot be seen whether a drill is on, it is on. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
