import { isoFromMillis } from "#base";
import type {
  ExecutionRawRecord,
  FenceRow,
  HighRateFence,
  PositionsSnapshot,
  ReconstructionRawRecord,
  RosterAgent,
  VenueFingerprint,
  VenueRosterHead,
  VenueTelemetry,
} from "#evidence";
import type { Draft } from "./draft.ts";
import { head, type VenueSession } from "./session.ts";
import { startMs } from "./spec.ts";
import { anchorOf, genomeSchema, type World, weightsCount, worldOf } from "./world.ts";

/** What follows from what happened: counts, positions, raw evidence, the roster. */
export type Derived = {
  roster: { head: Draft<VenueRosterHead>; agents: Draft<RosterAgent>[] };
  telemetry: Draft<VenueTelemetry>;
  fingerprint: Draft<VenueFingerprint>;
  positions: Draft<PositionsSnapshot>;
  executionRaw: Draft<ExecutionRawRecord>[];
  reconstructionRaw: Draft<ReconstructionRawRecord>[];
  world: World;
};

export function derive(session: VenueSession): Derived {
  countTicks(session);
  return {
    roster: rosterOf(session),
    telemetry: telemetryOf(session),
    fingerprint: fingerprintOf(session),
    positions: positionsOf(session),
    executionRaw: executionRawOf(session),
    reconstructionRaw: reconstructionOf(session),
    world: worldOf(session),
  };
}

function countTicks(session: VenueSession): void {
  for (const tick of session.ticks) {
    const own = session.attempts.filter(
      (one) => one.tick === tick.tick && one.gate.gate_decision === "allow",
    );
    tick.execution_orders_sent = own.filter((one) => one.status === "sending").length;
    tick.execution_orders_acked = own.filter((one) => one.status === "ok").length;
    tick.execution_orders_failed =
      own.length - tick.execution_orders_sent - tick.execution_orders_acked;
  }
}

function rosterOf({ ids }: VenueSession): Derived["roster"] {
  return {
    head: {
      schema_version: "agent_roster/1",
      run_id: ids.runId,
      build_git_sha: "1".repeat(40),
      build_git_sha_reason: null,
      image_digest: null,
      image_digest_reason: "image_not_named",
      feature_contract_version: "features/1",
      feature_dimension: 33,
      genome_schema_version: genomeSchema,
      weights_count: weightsCount,
    },
    agents: ids.agents.map(({ id, hash }) => ({
      agent_id: id,
      agent_id_hash: hash,
      gene_id: anchorOf(id).gene_id,
      weights_sha256: anchorOf(id).weights_sha256,
      weights_count: weightsCount,
      genome_schema_version: genomeSchema,
      metadata: {
        parent_id: null,
        origin: "founder",
        generation: 0,
        lineage_id: id,
        born_tick: 0,
        cohort_id: `${ids.runId}:0`,
      },
    })),
  };
}

function telemetryOf(session: VenueSession): Draft<VenueTelemetry> {
  const { attempts, steps } = session;
  const blocks = (fence: string): number =>
    attempts.filter((one) => one.gate.gate_name === fence).length;
  const fences = [
    fenceOf("fence_execution_freeze", "ops", blocks("fence_execution_freeze")),
    {
      ...fenceOf("fence_i_positions_empty_fallback", "core", session.emptyPositions),
      block_count: 0,
    },
    fenceOf("fence_live_auth_guard", "ops", blocks("fence_live_auth_guard")),
    fenceOf("fence_m_no_fills_skip_reconstruction", "core", 0),
    fenceOf("fence_rate_limiter_block_order", "ops", blocks("fence_rate_limiter_block_order")),
  ];
  return {
    schema_version: "venue_telemetry/1",
    run_id: session.ids.runId,
    mode: "okx_demo",
    created_at: isoFromMillis(session.clock.ms),
    steps,
    attempts: attempts.filter(
      (one) => one.status === "sending" || one.gate.gate_decision === "reject",
    ).length,
    fences,
    high_rate_fences: session.emptyPositions * 5 > steps ? [highRate(session)] : [],
  };
}

function highRate({ emptyPositions, steps }: VenueSession): Draft<HighRateFence> {
  return {
    fence_id: "fence_i_positions_empty_fallback",
    rate: "trigger_per_step",
    rate_ppm: Math.floor((emptyPositions * 1_000_000) / steps),
    explanation: "the venue reports no positions while agents are flat",
    counterfactual_run_id: null,
    counterfactual_run_id_reason: "ecological_fence",
  };
}

function fenceOf(id: string, layer: string, count: number): Draft<FenceRow> {
  const ecological = layer === "core";
  return {
    fence_id: id,
    layer,
    type: ecological ? "missing_default" : "hard_branch",
    category: ecological ? "ecological" : "man_made",
    location: ecological ? "src/core" : "src/venues/broker",
    what_it_gates: ecological ? "own state in features" : "orders on their way out",
    default_behavior: ecological ? "masked" : "refused with a reason",
    off_switch: ecological ? null : `${id} = off`,
    off_switch_reason: ecological ? "a missing answer cannot be switched off" : null,
    risk: "agents learn the fence instead of the market",
    trigger_count: count,
    block_count: count,
  };
}

function fingerprintOf(session: VenueSession): Draft<VenueFingerprint> {
  const { calls, attempts } = session;
  const failed = calls.filter((call) => call.error_type !== null);
  return {
    schema_version: "venue_fingerprint/1",
    run_id: session.ids.runId,
    mode: "okx_demo",
    api_calls: calls.length,
    orders_sent: attempts.filter((one) => one.status === "sending").length,
    error_count: failed.length,
    error_events: failed.map(({ ts_utc, call_id, error_type }) => ({
      ts_utc,
      call_id,
      error_type: error_type ?? "api_error",
    })),
    latency_stats_ms: { min: 11.5, max: 12.25, mean: 12.2, p95: 12.25 },
    latency_stats_ms_reason: null,
    rate_limit_hits: 0,
  };
}

function positionsOf(session: VenueSession): Draft<PositionsSnapshot> {
  let tenths = 20;
  for (const { side, fillSz } of session.fills) {
    tenths += (side === "buy" ? 1 : -1) * Math.round(Number(fillSz) * 10);
  }
  const contracts = (count: number): string => String(count / 10);
  const position = (
    count: number,
  ): Draft<PositionsSnapshot["snapshots"][number]["positions"][number]> => ({
    inst_id: session.ids.instId,
    side: "net",
    contracts: contracts(count),
    avg_entry: "42000",
    avg_entry_reason: null,
    source: "exchange_reported",
  });
  return {
    schema_version: "positions_snapshot/1",
    run_id: session.ids.runId,
    positions_quality: "exchange_reported",
    snapshots: [
      { moment: "run_start", ts_utc: isoFromMillis(startMs), positions: [position(20)] },
      {
        moment: "run_end",
        ts_utc: isoFromMillis(session.clock.ms),
        positions: tenths === 0 ? [] : [position(tenths)],
      },
    ],
  };
}

function executionRawOf(session: VenueSession): Draft<ExecutionRawRecord>[] {
  return session.fills.map((fill) => ({
    run_id: session.ids.runId,
    seq: 0,
    ts_utc: fill.ts_utc,
    kind: "fill",
    account_id_hash: session.ids.account,
    agent_id_hash:
      session.bills.find((bill) => bill.tradeId === fill.tradeId)?.agent_id_hash ?? null,
    inst_id: fill.inst_id,
    side: fill.side,
    px: fill.fill_px,
    px_reason: null,
    sz: fill.fillSz,
    ordId: fill.ordId,
    ordId_reason: null,
    clOrdId: fill.clOrdId,
    clOrdId_reason: fill.clOrdId === null ? "exchange_did_not_say" : null,
    tradeId: fill.tradeId,
    tradeId_reason: null,
    exec_type: fill.exec_type,
    exec_type_reason: null,
    stp_mode: "cancel_maker",
    stp_mode_reason: null,
    raw: { tradeId: fill.tradeId, fillPx: fill.fill_px, fillSz: fill.fillSz },
  }));
}

function reconstructionOf(session: VenueSession): Draft<ReconstructionRawRecord>[] {
  let tenths = 20;
  return session.fills.map((fill) => {
    const before = tenths;
    tenths += (fill.side === "buy" ? 1 : -1) * Math.round(Number(fill.fillSz) * 10);
    return {
      ...head(session),
      ts_utc: fill.ts_utc,
      evidence_type: "fill",
      inst_id: fill.inst_id,
      tradeId: fill.tradeId,
      tradeId_reason: null,
      position_before: String(before / 10),
      position_after: String(tenths / 10),
      raw: { tradeId: fill.tradeId },
    };
  });
}
