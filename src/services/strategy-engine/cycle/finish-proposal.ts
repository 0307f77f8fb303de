import { type Fault, isoFromMillis, type Json, type Result } from "#base";
import {
  checkProposal,
  createProposal,
  type GenomeRef,
  type Indicator,
  type InputRef,
  type Proposal,
  type RuntimeName,
  type SwitchReading,
} from "#protocol";
import type { ProposalDraft } from "#strategies";

/** What the engine knows of a decision beside what the strategy said. */
export type ProposalScene = Readonly<{
  strategy: RuntimeName;
  strategyVersion: string;
  nowMs: number;
  inputs: readonly InputRef[];
  heartbeatAgeMs: number;
  maxHeartbeatAgeMs: number;
  switchReading: SwitchReading;
  genome: GenomeRef | null;
  indicators: Readonly<Record<string, Json>>;
  symbols: readonly string[] | null;
  correlationId: string;
}>;

/** Makes a draft a proposal that can stand. Faults: of checkProposal. */
export function finishProposal(
  draft: ProposalDraft,
  scene: ProposalScene,
): Result<Proposal, Fault> {
  const proposal = createProposal({
    created_at_utc: isoFromMillis(Math.floor(scene.nowMs)),
    strategy_name: scene.strategy,
    strategy_version: scene.strategyVersion,
    correlation_id: scene.correlationId,
    symbol: draft.symbol,
    asset_type: draft.asset_type,
    option: draft.option,
    side: draft.side,
    quantity: draft.quantity,
    limit_price: draft.limit_price,
    time_in_force: "DAY",
    rationale: {
      short_reason: oneLine(draft.rationale),
      indicators: plainIndicators(scene.indicators),
    },
    risk: {
      max_loss_usd: draft.risk.max_loss_usd,
      notional_usd: draft.risk.notional_usd,
      stop_loss: draft.risk.stop_loss,
      take_profit: draft.risk.take_profit,
    },
    constraints: {
      valid_until_utc: isoFromMillis(Math.floor(scene.nowMs) + draft.valid_for_ms),
      requires_human_approval: true,
    },
    inputs: scene.inputs,
    heartbeat_age_ms: Math.floor(scene.heartbeatAgeMs),
    switch: scene.switchReading,
    genome: scene.genome,
  });
  return checkProposal(proposal, {
    nowMs: scene.nowMs,
    symbols: scene.symbols,
    maxHeartbeatAgeMs: scene.maxHeartbeatAgeMs,
  });
}

/** A proposal carries a bounded number of plain ones; the whole decision is in the evidence. */
const maxIndicators = 60;

function plainIndicators(indicators: Readonly<Record<string, Json>>): Record<string, Indicator> {
  const plain = Object.entries(indicators).flatMap(([name, value]): [string, Indicator][] => {
    if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) return [];
    if (typeof value === "string") return [[name, oneLine(value)]];
    return value === null || typeof value !== "object" ? [[name, value]] : [];
  });
  return Object.fromEntries(plain.slice(0, maxIndicators));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").slice(0, 200);
}
