import { isoFromMillis } from "#base";
import type {
  BillRow,
  DecisionTraceLine,
  ExchangeApiCall,
  ExecutionError,
  FillRow,
  FreezeEvent,
  LedgerTick,
  OrderAttempt,
  OrderHistoryRow,
  OrderStatusSample,
  StartupPreflight,
} from "#evidence";
import type { Draft } from "./draft.ts";
import { type SessionIds, type SessionSpec, sessionIds, startMs } from "./spec.ts";

/** What happened, before anybody counted, audited or pointed at it. All of it may be changed. */
export type VenueSession = {
  readonly spec: SessionSpec;
  readonly ids: SessionIds;
  readonly clock: { ms: number };
  preflight: Draft<StartupPreflight>;
  decisions: Draft<DecisionTraceLine>[];
  attempts: Draft<OrderAttempt>[];
  calls: Draft<ExchangeApiCall>[];
  freezes: Draft<FreezeEvent>[];
  samples: Draft<OrderStatusSample>[];
  ticks: Draft<LedgerTick>[];
  errors: Draft<ExecutionError>[];
  /** What the exchange remembers; the auditor adds pages. */
  history: Draft<OrderHistoryRow>[];
  fills: Draft<FillRow>[];
  bills: Draft<BillRow>[];
  /** How often the market data fence made an agent hold. */
  emptyPositions: number;
  steps: number;
};

export function newSession(spec: SessionSpec, prefix: string | null): VenueSession {
  const ids = sessionIds(spec, prefix);
  const start = isoFromMillis(startMs);
  const look = (positions: number): Draft<StartupPreflight["before"]> => ({
    open_orders_count: 0,
    open_orders_count_reason: null,
    positions_count: positions,
    positions_count_reason: null,
    balance: "10000",
    balance_reason: null,
  });
  return {
    spec,
    ids,
    clock: { ms: startMs },
    preflight: {
      schema_version: "startup_preflight/1",
      run_id: ids.runId,
      mode: "okx_demo",
      inst_id: ids.instId,
      start_time: start,
      end_time: start,
      duration_ms: 0,
      before: look(1),
      after: look(0),
      actions: [],
      preflight_status: "success",
      preflight_errors: [],
    },
    decisions: [],
    attempts: [],
    calls: [],
    freezes: [],
    samples: [],
    ticks: [],
    errors: [],
    history: [],
    fills: [],
    bills: [],
    emptyPositions: 0,
    steps: 0,
  };
}

/** The next moment; never the same twice. */
export function stamp(session: VenueSession): string {
  session.clock.ms += 7;
  return isoFromMillis(session.clock.ms);
}

/** Head of the next line; `seq` is given when the file is written. */
export function head(
  session: VenueSession,
): Readonly<{ run_id: string; seq: number; ts_utc: string }> {
  return { run_id: session.ids.runId, seq: 0, ts_utc: stamp(session) };
}
