/** What a run tells the outside, in order. Recorded names are used as they stand. */
export type RunEvent =
  | SeasonEvent
  | BirthEvent
  | DeathEvent
  | SurvivorEvent
  | LedgerEvent
  | CollapseEvent
  | RebootEvent;

/** A listener must be done with the event when it returns: arrays inside are reused. */
export type RunListener = (event: RunEvent) => void;

/** Where a tick stands: ticks count bars lived by the run, over all its seasons. */
export type Moment = Readonly<{
  tick: number;
  /** Index of the bar in the dataset. */
  bar_index: number;
  /** Opening time of that bar, UTC. */
  ts_ms: number;
  season: number;
  /** Rises by one with each reboot. */
  segment: number;
}>;

/** The capital triplet; current_total = allocated_capital + system_reserve, exactly. */
export type CapitalTriplet = Readonly<{
  allocated_capital_micro: number;
  system_reserve_micro: number;
  current_total_micro: number;
}>;

export type SeasonEvent = Readonly<{
  type: "season";
  edge: "start" | "end";
  at: Moment;
  start_index: number;
  bars: number;
  alive_agents: number;
  capital_triplet: CapitalTriplet;
}>;

export type BirthOrigin = "founder" | "split" | "reboot_founder";

export type BirthEvent = Readonly<{
  type: "birth";
  at: Moment;
  agent_id: number;
  origin: BirthOrigin;
  parent_id: number | null;
  generation: number;
  /** First ancestor; a founder is its own. */
  lineage_id: number;
  capital_micro: number;
  /** What the parent kept after the split; null for founders. */
  parent_capital_micro: number | null;
  mutation_sigma: number;
  mutated_loci: number;
  /** float32 genes in schema order; valid only during the call. */
  weights: Float32Array;
  capital_triplet: CapitalTriplet;
}>;

export type DeathReason = "capital_depleted" | "liquidated" | "review_culled";

/** The whole life of one agent in numbers; money in micro-units of the quote currency. */
export type LifeRecord = Readonly<{
  agent_id: number;
  born_tick: number;
  /** Ticks lived, including the last. */
  age_ticks: number;
  initial_capital_micro: number;
  /** Capital at the last reset (birth or own split). */
  capital_base_micro: number;
  /** Given to children by splits. */
  given_to_children_micro: number;
  /** Net cash flow of fills before fees: minus bought notional plus sold notional. */
  trade_flow_micro: number;
  fees_micro: number;
  /** Paid is positive. */
  funding_micro: number;
  living_cost_micro: number;
  /** Signed lots still held and the price they are marked at. */
  position_lots: number;
  mark_price_ticks: number;
  /** At the close: initial - given + trade flow + position - fees - funding - living cost. */
  final_capital_micro: number;
  opened_long: number;
  opened_short: number;
  closed: number;
  closed_with_profit: number;
  partial_fills: number;
  unfilled_orders: number;
  children: number;
  last_signal: number;
  /** For the dead: the state in which death struck, before the world closed the position. */
  state_final: "OUT_MARKET" | "IN_MARKET";
}>;

export type DeathEvent = Readonly<{
  type: "death";
  at: Moment;
  reason: DeathReason;
  /** Position held when death struck, before it was closed. */
  position_side: "long" | "short" | "flat";
  position_lots: number;
  life: LifeRecord;
  /** What returned to the reserve; negative = shortfall that the reserve paid. */
  settled_to_reserve_micro: number;
  /** After settlement. */
  capital_triplet: CapitalTriplet;
  /** Blocks per fence since the previous review, most blocked first, at most three. */
  fence_blocks: readonly Readonly<{ fence_id: string; block_count: number }>[];
}>;

/** An agent alive when the run ended. */
export type SurvivorEvent = Readonly<{ type: "survivor"; at: Moment; life: LifeRecord }>;

/** Running totals since the start of the run; each checkpoint lets anyone re-add the capital. */
export type LedgerTotals = Readonly<{
  price_pnl_micro: number;
  fees_micro: number;
  funding_micro: number;
  living_cost_micro: number;
  settled_to_reserve_micro: number;
  /** Reserve handed to founders by reboots. */
  reboot_capital_micro: number;
}>;

export type LedgerEvent = Readonly<{
  type: "ledger";
  cause: "start" | "review" | "season_end" | "reboot" | "end";
  at: Moment;
  alive_agents: number;
  births: number;
  deaths: number;
  capital_triplet: CapitalTriplet;
  totals: LedgerTotals;
}>;

export type CollapseReason = "extinction" | "financial" | "both";

export type CollapseEvent = Readonly<{
  type: "collapse";
  at: Moment;
  reason: CollapseReason;
  capital_triplet: CapitalTriplet;
}>;

export type RebootEvent = Readonly<{
  type: "reboot";
  at: Moment;
  founders: number;
  capital_micro: number;
}>;
