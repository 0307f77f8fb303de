import type { Json } from "#base";
import type { ProposalDraft } from "./proposal-draft.ts";

/**
 * A strategy: a pure function of what is seen, how it is set and what it remembered. Time is in
 * the view, the memory is plain JSON, and the same three arguments give the same answer for ever.
 */
export type Strategy<View, Config, Memory> = (
  view: View,
  config: Config,
  memory: Memory,
) => Decision<Memory>;

export type Decision<Memory> = Readonly<{
  verdict: Verdict;
  /** Why, the most important first; never empty. */
  reasons: readonly Reason[];
  /** The numbers behind the verdict; unknown = null, with a reason beside it. At most 64. */
  indicators: Indicators;
  /** Tables behind the indicators, for the record; each is bounded. */
  details: Details;
  /** To be handed back with the next view. */
  memory: Memory;
}>;

/**
 * `hold`: everything needed was seen, and it asks for nothing. `refuse`: something needed was not
 * there, so nothing can be said. Both propose nothing.
 */
export type Verdict =
  | Readonly<{ type: "propose"; proposals: readonly ProposalDraft[] }>
  | Readonly<{ type: "hold" }>
  | Readonly<{ type: "refuse"; code: RefusalCode }>;

export type RefusalCode =
  /** Something the strategy cannot do without is absent. */
  | "input_missing"
  /** Older than the configuration allows, or from the future. */
  | "input_stale"
  /** It is there, and means nothing or contradicts what was seen before. */
  | "input_malformed"
  /** Nobody has been promoted. */
  | "no_promoted_genome";

/** `code` is stable; `message` is for people. */
export type Reason = Readonly<{ code: string; message: string }>;

/** Flat, so that a proposal can carry them: keys in lower_snake. */
export type Indicators = Readonly<Record<string, string | number | boolean | null>>;

export type Details = Readonly<Record<string, Json>>;

/** What every verdict carries besides itself. */
type Findings<Memory> = Readonly<{ indicators: Indicators; details: Details; memory: Memory }>;

export function propose<Memory>(
  proposals: readonly ProposalDraft[],
  reasons: readonly Reason[],
  { indicators, details, memory }: Findings<Memory>,
): Decision<Memory> {
  return { verdict: { type: "propose", proposals }, reasons, indicators, details, memory };
}

export function hold<Memory>(
  code: string,
  message: string,
  { indicators, details, memory }: Findings<Memory>,
): Decision<Memory> {
  return { verdict: { type: "hold" }, reasons: [{ code, message }], indicators, details, memory };
}

export function refuse<Memory>(
  code: RefusalCode,
  reason: Reason,
  { indicators, details, memory }: Findings<Memory>,
): Decision<Memory> {
  return { verdict: { type: "refuse", code }, reasons: [reason], indicators, details, memory };
}
