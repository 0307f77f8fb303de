import type { Fault, Json, Result } from "#base";
import type { GenomeRef, InputRef } from "#protocol";

/** Everything that one decision will look at, named by digest. */
export type Gathered = Readonly<{
  view: Json;
  config: Json;
  inputs: readonly InputRef[];
  /** What the refusal would be about. */
  symbol: string | null;
  genome: GenomeRef | null;
}>;

/**
 * Gathers for one runtime. `nowMs` is the wall; a replay decides at the time that its recording
 * speaks of instead. Faults carry the codes of a refusal: input_missing, input_malformed,
 * no_promoted_genome, promotion_unverified.
 */
export type Gather = (nowMs: number) => Result<Gathered, Fault>;
