import { featureContract } from "#core";
import type { EvidenceRef } from "#evidence";
import type { Wish } from "../colony/decide.ts";
import type { LinePlace } from "../landing/journal.ts";
import { refToLines } from "../landing/refs.ts";
import type { MarketLook } from "../market-view/read-market.ts";
import { rounded } from "../quality/percentiles.ts";
import type { RunState } from "./run-state.ts";

export type DecidedTick = Readonly<{
  tick: number;
  look: MarketLook;
  /** Features that could be seen, of all 33. */
  effective: number;
  flags: readonly string[];
  /** Why nobody was asked; null when everybody was. */
  heldBecause: string | null;
  inputs: readonly LinePlace[];
  wishes: readonly Wish[];
  marked: number | null;
  /** The order of each wish; null for one that wants nothing. */
  intentIds: readonly (string | null)[];
}>;

/** What the market was and what each agent wanted, durable before any order leaves. */
export function recordDecisions(state: RunState, decided: DecidedTick): void {
  const { journal } = state.session;
  const { tick, wishes, marked } = decided;
  journal.land();
  recordTick(state, decided);
  for (const [slot, wish] of wishes.entries()) {
    journal.order("decision_trace", {
      record_type: "agent_detail",
      tick,
      agent_id_hash: wish.member.hash,
      intent_id: decided.intentIds[slot] ?? null,
      intent_action: wish.action,
      intent_desired_state: wish.desired,
      signal: wish.signal,
      signal_reason: null,
      leverage_target: rounded(wish.leverage),
      leverage_target_reason: null,
      oneshot: slot === marked,
    });
  }
}

function recordTick(state: RunState, decided: DecidedTick): void {
  const { journal, auditScopeId, directory, request } = state.session;
  const { look, flags, inputs } = decided;
  const sourceMs = look.ticker?.value.tsMs ?? null;
  const refs: readonly EvidenceRef[] = inputs.map(({ file, line }) =>
    refToLines(directory, { file, start: line, end: line }, auditScopeId),
  );
  journal.order("decision_trace", {
    record_type: "tick_summary",
    tick: decided.tick,
    feature_contract_version: featureContract.version,
    total_features_count: featureContract.dimension,
    effective_features_count: decided.effective,
    inst_id_used: request.config.instId,
    source_endpoint_used: look.candlesEndpoint,
    source_ts_used: null,
    source_ts_used_reason: "milliseconds_given",
    source_ts_ms_used: sourceMs,
    source_ts_ms_used_reason: sourceMs === null ? "ticker_not_read" : null,
    mark_price_used: look.mark?.value.px ?? null,
    mark_price_used_reason: look.mark === null ? "mark_price_not_read" : null,
    input_quality_flags: flags,
    reason_code: decided.heldBecause,
    evidence_refs: refs,
  });
}
