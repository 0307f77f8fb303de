import { isoFromMillis } from "#base";
import { fenceInventory, type RunOutcome } from "#core";
import type { ExecutionFingerprint } from "../artifacts/execution-fingerprint.ts";
import type { FenceRow, GatingTelemetry } from "../artifacts/gating-telemetry.ts";
import { type FenceBases, type HighRateFence, highRates } from "../artifacts/high-rate-fences.ts";

/** The whole fence inventory with what the run counted at each; an uncounted fence counts zero. */
export function telemetryOf(runId: string, outcome: RunOutcome): GatingTelemetry {
  const counts = new Map(outcome.fences.map((fence) => [fence.fence_id, fence]));
  const fences = inventoryRows().map((row) => ({
    ...row,
    trigger_count: counts.get(row.fence_id)?.trigger_count ?? 0,
    block_count: counts.get(row.fence_id)?.block_count ?? 0,
  }));
  const bases = {
    steps: outcome.agent_bars,
    attempts: ordersWanted(outcome.orders.placed, fences),
  };
  return {
    schema_version: "gating_telemetry/2",
    run_id: runId,
    mode: "offline",
    ts_utc: isoFromMillis(outcome.last.ts_ms),
    ticks: outcome.ticks,
    ...bases,
    fences,
    high_rate_fences: highRateFences(fences, bases),
  };
}

/** An order too small for a lot is wanted and never placed. */
export function ordersWanted(placed: number, fences: readonly FenceRow[]): number {
  const tooSmall = fences.find(({ fence_id }) => fence_id === "fence_order_size_zero");
  return placed + (tooSmall?.block_count ?? 0);
}

/**
 * Fences that acted on more than a fifth, explained by their inventory. A run cannot know the run
 * that leaves the fence out, but how to make one.
 */
export function highRateFences(
  fences: readonly FenceRow[],
  bases: FenceBases,
): readonly HighRateFence[] {
  return highRates(fences, bases).map(({ row, rate, rate_ppm }) => ({
    fence_id: row.fence_id,
    rate,
    rate_ppm,
    explanation: `${row.what_it_gates}: ${row.default_behavior}; ${row.risk}`,
    counterfactual_run_id: null,
    counterfactual_run_id_reason:
      row.off_switch === null ? "physics_of_the_world" : `not run here; ${row.off_switch}`,
  }));
}

/** The inventory of the core in recorded form, in its frozen order. */
export function inventoryRows(): readonly Omit<FenceRow, "trigger_count" | "block_count">[] {
  return fenceInventory.map((fence) => ({
    fence_id: fence.fence_id,
    layer: fence.layer,
    type: fence.type,
    category: fence.category,
    location: fence.location,
    what_it_gates: fence.what_it_gates,
    default_behavior: fence.default_behavior,
    off_switch: fence.off_switch,
    off_switch_reason: fence.off_switch === null ? "physics_of_the_world" : null,
    risk: fence.risk,
  }));
}

/** An offline run calls nobody; what its simulated world met is said apart. */
export function fingerprintOf(runId: string, outcome: RunOutcome): ExecutionFingerprint {
  return {
    schema_version: "execution_fingerprint/1",
    run_id: runId,
    mode: "offline",
    api_calls: 0,
    orders_sent: 0,
    orders_simulated: outcome.orders.placed,
    error_count: 0,
    error_events: [],
    latency_stats_ms: null,
    latency_stats_ms_reason: "offline_no_api",
    rate_limit_hits: 0,
  };
}
