import { isoFromMillis } from "#base";
import { type FenceRow, highRates, type OrderAttempt, type VenueTelemetry } from "#evidence";

/** Everything that may change what an agent's decision does, besides the broker's own gates. */
type FenceFacts = Omit<FenceRow, "fence_id" | "trigger_count" | "block_count">;

export type RunFence =
  | "fence_no_market_features"
  | "fence_order_size_zero"
  | "fence_position_limit"
  | "fence_i_positions_empty_fallback"
  | "fence_m_no_fills_skip_reconstruction"
  | "fence_market_unseen_hold"
  | "fence_order_lifetime"
  | "fence_agent_death"
  | "fence_one_shot_override";

const inRun = {
  layer: "runner",
  off_switch: null,
  off_switch_reason: "physics_of_the_run",
} as const;

const facts: Readonly<Record<RunFence, FenceFacts>> = {
  fence_no_market_features: {
    ...inRun,
    layer: "core",
    type: "missing_default",
    category: "ecological",
    location: "src/kernel/reference-decide.ts decide",
    what_it_gates: "decisions on bars whose market features are all masked",
    default_behavior: "hold: no order, last signal unchanged",
    risk: "agents cannot close during a long outage",
  },
  fence_order_size_zero: {
    ...inRun,
    layer: "core",
    type: "hard_branch",
    category: "ecological",
    location: "src/kernel/reference-decide.ts placeOpening",
    what_it_gates: "opening orders that round down to less than the smallest order",
    default_behavior: "no order",
    risk: "poor agents stop trading before they die",
  },
  fence_position_limit: {
    ...inRun,
    layer: "core",
    type: "clip",
    category: "ecological",
    location: "src/kernel/reference-decide.ts placeOpening",
    what_it_gates: "opening orders larger than the last margin tier",
    default_behavior: "order reduced to the tier's limit",
    risk: "the richest agents cannot use their whole leverage",
  },
  fence_i_positions_empty_fallback: {
    ...inRun,
    type: "missing_default",
    category: "ecological",
    location: "src/execution/loop/account-look.ts",
    what_it_gates: "own state when the exchange reports no positions although fills made some",
    default_behavior: "positions are those that fills add up to, truth is degraded",
    risk: "agents act on a position that the exchange does not confirm",
  },
  fence_m_no_fills_skip_reconstruction: {
    ...inRun,
    type: "missing_default",
    category: "ecological",
    location: "src/execution/audit/raw-evidence.ts",
    what_it_gates: "the position rebuilt fill by fill when there is no fill",
    default_behavior: "the rebuilt position is the one at the start",
    risk: "an empty reconstruction looks like a proof",
  },
  fence_market_unseen_hold: {
    ...inRun,
    type: "missing_default",
    category: "ecological",
    location: "src/execution/loop/tick.ts",
    what_it_gates: "decisions of a tick whose market could not be read or is stale",
    default_behavior: "nobody is asked, everybody holds",
    risk: "agents cannot close while the market cannot be seen",
  },
  fence_order_lifetime: {
    ...inRun,
    type: "threshold",
    category: "ecological",
    location: "src/execution/follow-up/end-orders.ts",
    what_it_gates: "orders that still rest when their time in the tick is over",
    default_behavior: "cancelled; what was filled stays",
    risk: "patient orders never fill in quiet markets",
  },
  fence_agent_death: {
    ...inRun,
    type: "threshold",
    category: "ecological",
    location: "src/execution/loop/bury-the-dead.ts",
    what_it_gates: "agents whose attributed equity is zero or less",
    default_behavior: "death by capital_depleted; the position is settled by the run",
    risk: "the settlement moves the market of the others",
  },
  fence_one_shot_override: {
    layer: "runner",
    type: "hard_branch",
    category: "man_made",
    location: "src/execution/loop/one-shot.ts",
    what_it_gates: "the decision of one agent in one tick, for the one-shot proof",
    default_behavior: "the asked action in the smallest size",
    off_switch: "no --one-shot-tick",
    off_switch_reason: null,
    risk: "one decision of the run is not the genome's",
  },
};

export type FenceCounters = Readonly<{
  count: (fence: RunFence, events?: number) => void;
  triggersOf: (fence: RunFence) => number;
}>;

export function createFenceCounters(): FenceCounters {
  const triggers = new Map<RunFence, number>();
  return {
    count: (fence, events = 1) => void triggers.set(fence, (triggers.get(fence) ?? 0) + events),
    triggersOf: (fence) => triggers.get(fence) ?? 0,
  };
}

type HighRate = VenueTelemetry["high_rate_fences"][number];

export type TelemetryParts = Readonly<{
  runId: string;
  mode: "okx_demo" | "okx_live";
  nowMs: number;
  /** Decisions asked of living agents. */
  steps: number;
  attempts: readonly OrderAttempt[];
  counters: FenceCounters;
  /** A run without this one's man-made fences. */
  counterfactualRunId: string | null;
  /** The broker's own gates with their counts. */
  gates: readonly FenceRow[];
}>;

/** gating_telemetry.json: every fence once, with what it did. */
export function telemetryOf(parts: TelemetryParts): VenueTelemetry {
  const { runId, mode, nowMs, steps, attempts, counters, gates } = parts;
  const other = parts.counterfactualRunId;
  const tried = attempts.filter(
    ({ status, gate }) => status === "sending" || gate.gate_decision === "reject",
  ).length;
  const own = (Object.entries(facts) as [RunFence, FenceFacts][]).map(([fence, fact]) =>
    rowOf(fence, fact, counters.triggersOf(fence)),
  );
  const fences = [...own, ...gates].toSorted((left, right) =>
    left.fence_id < right.fence_id ? -1 : 1,
  );
  return {
    schema_version: "venue_telemetry/1",
    run_id: runId,
    mode,
    created_at: isoFromMillis(nowMs),
    steps,
    attempts: tried,
    fences,
    high_rate_fences: highRates(fences, { steps, attempts: tried }).map(
      ({ row, rate, rate_ppm }) => ({
        fence_id: row.fence_id,
        rate,
        rate_ppm,
        explanation: `${row.what_it_gates}: ${row.default_behavior}; ${row.risk}`,
        ...counterfactualOf(row, other),
      }),
    ),
  };
}

function counterfactualOf(
  { off_switch }: FenceRow,
  other: string | null,
): Pick<HighRate, "counterfactual_run_id" | "counterfactual_run_id_reason"> {
  if (off_switch === null) {
    return { counterfactual_run_id: null, counterfactual_run_id_reason: "physics_of_the_run" };
  }
  const why = other === null ? `not run yet; ${off_switch}` : null;
  return { counterfactual_run_id: other, counterfactual_run_id_reason: why };
}

/** Only these keep somebody from doing something; the others change what is known or what rests. */
const blocking: ReadonlySet<RunFence> = new Set([
  "fence_no_market_features",
  "fence_order_size_zero",
  "fence_market_unseen_hold",
]);

function rowOf(fence: RunFence, fact: FenceFacts, triggers: number): FenceRow {
  const { layer, type, category, location, what_it_gates, default_behavior } = fact;
  const { off_switch, off_switch_reason, risk } = fact;
  return {
    fence_id: fence,
    layer,
    type,
    category,
    location,
    what_it_gates,
    default_behavior,
    off_switch,
    off_switch_reason,
    risk,
    trigger_count: triggers,
    block_count: blocking.has(fence) ? triggers : 0,
  };
}
