import { decide } from "./decide.ts";
import { head, type VenueSession } from "./session.ts";
import { startMs, tickMs } from "./spec.ts";

/** One tick: what the market was, what was done, what the ledger says. */
export function tick(session: VenueSession, number: number, act: (number: number) => void): void {
  session.clock.ms = Math.max(session.clock.ms, startMs + number * tickMs);
  session.steps += session.ids.agents.length;
  session.emptyPositions += Math.ceil(session.ids.agents.length / 3);
  session.decisions.push({
    ...head(session),
    record_type: "tick_summary",
    tick: number,
    feature_contract_version: "features/1",
    total_features_count: 33,
    effective_features_count: 30,
    inst_id_used: session.ids.instId,
    source_endpoint_used: "/api/v5/market/ticker",
    source_ts_used: null,
    source_ts_used_reason: "milliseconds_given",
    source_ts_ms_used: session.clock.ms - 500,
    source_ts_ms_used_reason: null,
    mark_price_used: "42000",
    mark_price_used_reason: null,
    input_quality_flags: [],
    reason_code: null,
    evidence_refs: [],
  });
  act(number);
  holdOthers(session, number);
  session.ticks.push({
    ...head(session),
    tick: number,
    bootstrap_equity: "10000",
    exchange_equity: "9998.5",
    exchange_equity_reason: null,
    capital_health_ratio: 0.99985,
    capital_health_ratio_reason: null,
    positions_truth_quality: "ok",
    position_exposure_ratio: 0.1,
    position_exposure_ratio_reason: null,
    pos_side_sign: 0,
    pos_side_sign_reason: null,
    reason_code: null,
    execution_orders_sent: 0,
    execution_orders_acked: 0,
    execution_orders_failed: 0,
  });
}

/** Whoever wants nothing of this tick says so. */
function holdOthers(session: VenueSession, number: number): void {
  const asked = new Set(
    session.decisions.flatMap((line) =>
      line.record_type === "agent_detail" && line.tick === number ? [line.agent_id_hash] : [],
    ),
  );
  for (const agent of session.ids.agents) {
    if (!asked.has(agent.hash)) decide(session, { number, agent, action: "hold", oneShot: false });
  }
}
