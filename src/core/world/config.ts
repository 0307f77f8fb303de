/** The world a run lives in. Every key is recorded, hashed and never defaulted silently. */
export type WorldConfig = Readonly<{
  world_contract: "world/1";
  genome_schema_version: string;
  /** Founders of the first segment. */
  population: number;
  /** Slots for living agents; a split that finds none is a counted fence. */
  max_agents: number;
  initial_total_capital_micro: number;
  /** Share of the capital given to founders; the rest is the reserve. Below one million. */
  allocation_ratio_ppm: number;
  max_leverage_ppm: number;
  /** Each agent's order may take at most this share of a bar's volume. */
  participation_cap_ppm: number;
  taker_fee_ppm: number;
  half_spread_ppm: number;
  /** The constant Y of the square-root impact law. */
  impact_y_ppm: number;
  /** Share of a founder's capital; the same for rich and poor, so idleness is not free. */
  living_cost_ppm_per_tick: number;
  review_ticks: number;
  /** Share of the living with the lowest period return culled at each review. */
  review_cull_ppm: number;
  /** Period return at which an agent splits. */
  split_return_ppm: number;
  mutation_rate_ppm: number;
  mutation_sigma_ppm: number;
  /** Learning rate of the log-normal self-adaptation of sigma. */
  mutation_tau_ppm: number;
  max_reboots: number;
  seasons: SeasonPlan;
}>;

/** One season over the whole window, or `count` sub-windows of `bars` bars, drawn by the run. */
export type SeasonPlan =
  | Readonly<{ kind: "whole_window" }>
  | Readonly<{ kind: "drawn"; count: number; bars: number }>;
