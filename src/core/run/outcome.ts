import type {
  CapitalTriplet,
  CollapseReason,
  DeathReason,
  LedgerTotals,
  Moment,
} from "./events.ts";

/** How a run came to its end. */
export type RunEnd =
  | "window_end"
  | "extinction"
  | "financial_collapse"
  | "capital_ceiling"
  | "stopped";

/** A collapse inside the run, for the survival KPI; ticks are market time. */
export type CollapseMark = Readonly<{ at: Moment; reason: CollapseReason; rebooted: boolean }>;

/** Everything a summary needs that events alone would make a reader add up. */
export type RunOutcome = Readonly<{
  end: RunEnd;
  /** Ticks lived; a stopped run replays to exactly this many. */
  ticks: number;
  last: Moment;
  /** Sum over ticks of the agents alive in them: the unit of every speed figure. */
  agent_bars: number;
  founders: number;
  births: number;
  deaths: number;
  deaths_by_reason: Readonly<Record<DeathReason, number>>;
  alive_agents: number;
  agents_ever: number;
  max_generation: number;
  segments: number;
  collapses: readonly CollapseMark[];
  initial_total_micro: number;
  capital_triplet: CapitalTriplet;
  totals: LedgerTotals;
  orders: OrderCounts;
  fences: readonly FenceCount[];
  /** Bars in which the E feature of that index was masked; 12 counters. */
  masked_bars_by_feature: readonly number[];
  effective_features_min: number;
  has_nan: boolean;
  has_inf: boolean;
}>;

export type OrderCounts = Readonly<{
  placed: number;
  filled: number;
  partial: number;
  unfilled: number;
  opened_long: number;
  opened_short: number;
  closed: number;
  /** Positions closed by the world: season end, split, cull, depletion. */
  forced_closes: number;
  liquidations: number;
  funding_payments: number;
}>;

export type FenceCount = Readonly<{ fence_id: string; trigger_count: number; block_count: number }>;
