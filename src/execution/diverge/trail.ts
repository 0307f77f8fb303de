/**
 * What one run left behind of its decisions and of what became of them, joined by agent and tick:
 * all that a comparison of two runs looks at.
 */
export type RunTrail = Readonly<{
  runId: string;
  mode: string;
  instId: string;
  /** Agents by their name in the run (`a000001`). */
  agents: ReadonlyMap<string, AgentTrail>;
  ticks: ReadonlyMap<number, TickTrail>;
  /** By `agent name|tick`. */
  steps: ReadonlyMap<string, StepTrail>;
}>;

export type AgentTrail = Readonly<{ agentId: string; geneId: string }>;

/** The market of one tick, as the run saw it. */
export type TickTrail = Readonly<{
  tick: number;
  /** Opening time of the bar that was decided on; null where the run did not say. */
  barOpenMs: number | null;
  /** Open, high, low, close, volume as the venue spelt them. */
  bar: readonly string[] | null;
  /** E1 to E12 and their mask. */
  features: readonly number[] | null;
  mask: number | null;
  /** Integers that the colony's features are made of. */
  colony: readonly number[] | null;
  /** Middle price when the orders of the tick were about to leave. */
  submitMid: string | null;
  /** Best levels then, as `px sz` texts. */
  book: readonly string[] | null;
}>;

/** One agent in one tick. */
export type StepTrail = Readonly<{
  agentId: string;
  tick: number;
  action: string;
  signal: number | null;
  leverage: number | null;
  oneshot: boolean;
  /** Own state before the decision, in the order of its record; null where it was not kept. */
  state: readonly number[] | null;
  order: OrderTrail | null;
}>;

/** The order that carried the decision out; the last one where there were several tries. */
export type OrderTrail = Readonly<{
  clOrdId: string;
  side: string;
  type: string;
  sz: string;
  px: string | null;
  /** `refused` by a gate of ours, `rejected` by the exchange, `error`: never known. */
  outcome: "ok" | "rejected" | "refused" | "error" | "unknown";
  reasonCode: string | null;
  /** Milliseconds from the tick's decision to the order's arrival at the exchange. */
  arrivalMs: number | null;
  state: string | null;
  fills: readonly FillTrail[];
}>;

export type FillTrail = Readonly<{
  tradeId: string;
  px: string;
  sz: string;
  fee: string;
  execType: string;
}>;

export function stepKey(agentId: string, tick: number): string {
  return `${agentId}|${tick}`;
}
