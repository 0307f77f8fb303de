/**
 * A fence is anything outside Genome + Features -> Action that changes what an agent may do.
 * Each is listed here once and counted in every run; an uncounted fence cannot exist because the
 * counters are indexed by this list.
 */
export type Fence = Readonly<{
  fence_id: FenceId;
  layer: "core";
  type: "threshold" | "missing_default" | "hard_branch" | "clip";
  category: "ecological" | "man_made";
  location: string;
  what_it_gates: string;
  default_behavior: string;
  /** Configuration that turns it off; null = physics of the world, cannot be off. */
  off_switch: string | null;
  risk: string;
}>;

export const fenceInventory: readonly Fence[] = [
  fence({
    fence_id: "fence_no_market_features",
    type: "missing_default",
    category: "ecological",
    location: "src/kernel/reference-decide.ts decide",
    what_it_gates: "decisions in bars whose E features are all masked",
    default_behavior: "hold: no order, last signal unchanged",
    off_switch: null,
    risk: "agents cannot close during a long outage",
  }),
  fence({
    fence_id: "fence_order_size_zero",
    type: "hard_branch",
    category: "ecological",
    location: "src/kernel/reference-decide.ts placeOpening",
    what_it_gates: "opening orders that round down to less than one lot",
    default_behavior: "no order",
    off_switch: null,
    risk: "poor agents stop trading before they die",
  }),
  fence({
    fence_id: "fence_participation_cap",
    type: "clip",
    category: "ecological",
    location: "src/kernel/reference-settle.ts fill",
    what_it_gates: "filled size beyond a share of the bar's volume",
    default_behavior: "partial fill, rest cancelled",
    off_switch: "participation_cap_ppm = 1000000",
    risk: "large agents leave positions late",
  }),
  fence({
    fence_id: "fence_zero_volume_bar",
    type: "hard_branch",
    category: "ecological",
    location: "src/kernel/reference-settle.ts fill",
    what_it_gates: "orders due in a bar without volume",
    default_behavior: "order cancelled",
    off_switch: null,
    risk: "positions cannot be closed during an outage",
  }),
  fence({
    fence_id: "fence_position_limit",
    type: "clip",
    category: "ecological",
    location: "src/kernel/reference-decide.ts placeOpening",
    what_it_gates: "opening orders larger than the last margin tier",
    default_behavior: "order reduced to the tier's limit",
    off_switch: null,
    risk: "the richest agents cannot use their whole leverage",
  }),
  fence({
    fence_id: "fence_liquidation",
    type: "threshold",
    category: "ecological",
    location: "src/kernel/reference-settle.ts liquidate",
    what_it_gates: "positions whose equity at the adverse extreme is within maintenance margin",
    default_behavior: "closed at the extreme with the taker fee; the agent dies",
    off_switch: null,
    risk: "intrabar order of prices is unknown: the adverse extreme is assumed to come first",
  }),
  fence({
    fence_id: "fence_living_cost_death",
    type: "threshold",
    category: "ecological",
    location: "src/core/life/deaths.ts buryTheDead",
    what_it_gates: "agents whose equity is zero or less",
    default_behavior: "death by capital_depleted",
    off_switch: "living_cost_ppm_per_tick = 0",
    risk: "idle agents die of cost alone",
  }),
  fence({
    fence_id: "fence_review_cull",
    type: "threshold",
    category: "man_made",
    location: "src/core/life/review.ts review",
    what_it_gates: "the share of agents with the lowest period return at each review",
    default_behavior: "death by review_culled",
    off_switch: "review_cull_ppm = 0",
    risk: "administrative deaths hide natural selection",
  }),
  fence({
    fence_id: "fence_population_cap",
    type: "threshold",
    category: "man_made",
    location: "src/core/life/births.ts split",
    what_it_gates: "splits that find no free slot",
    default_behavior: "no split until the next review",
    off_switch: "max_agents large enough never to bind",
    risk: "winners cannot reproduce in a crowded world",
  }),
  fence({
    fence_id: "fence_capital_ceiling",
    type: "threshold",
    category: "man_made",
    location: "src/core/run/run-world.ts isTooRich",
    what_it_gates: "runs whose capital nears the largest exact number of micro-units",
    default_behavior: "the run ends with its books closed",
    off_switch: "initial_total_capital_micro small enough never to reach it",
    risk: "the most profitable worlds are cut short",
  }),
  fence({
    fence_id: "fence_season_end",
    type: "hard_branch",
    category: "man_made",
    location: "src/core/run/run-world.ts closeSeason",
    what_it_gates: "positions held at the end of a season",
    default_behavior: "closed at cost; the last bar takes no orders",
    off_switch: "seasons.kind = whole_window leaves only the end of the run",
    risk: "long holders pay for a boundary that the market does not have",
  }),
];

/** Append-only. */
export type FenceId =
  | "fence_no_market_features"
  | "fence_order_size_zero"
  | "fence_participation_cap"
  | "fence_zero_volume_bar"
  | "fence_position_limit"
  | "fence_liquidation"
  | "fence_living_cost_death"
  | "fence_review_cull"
  | "fence_population_cap"
  | "fence_capital_ceiling"
  | "fence_season_end";

/** Position of a fence in the counters. */
export function fenceIndex(id: FenceId): number {
  return fenceInventory.findIndex((entry) => entry.fence_id === id);
}

function fence(entry: Omit<Fence, "layer">): Fence {
  return { ...entry, layer: "core" };
}
