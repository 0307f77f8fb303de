import type { Instrument } from "#market";

/** A genome that a promotion record stands for; the runtime has checked that record. */
export type PromotedGenome = Readonly<{
  promotion_id: string;
  run_id: string;
  agent_id: string;
  gene_id: string;
  genome_schema_version: string;
  /** float32 values, in the order of the schema. */
  weights: readonly number[];
}>;

/** What trading costs and allows in the shadow account: the keys of world/1, same meaning. */
export type ShadowPhysics = Readonly<{
  capital_micro: number;
  max_leverage_ppm: number;
  participation_cap_ppm: number;
  taker_fee_ppm: number;
  half_spread_ppm: number;
  impact_y_ppm: number;
  /** Of `capital_micro`. */
  living_cost_ppm_per_tick: number;
}>;

export type GenomeConfig = Readonly<{
  genome: PromotedGenome | null;
  instrument: Instrument;
  interval_ms: number;
  physics: ShadowPhysics;
  /** A bar that ended longer ago than so many intervals is too old to act on. */
  max_age_intervals: number;
  proposal_valid_ms: number;
}>;
