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
import { type SessionIds, type SessionSpec } from "./spec.ts";
/** What happened, before anybody counted, audited or pointed at it. All of it may be changed. */
export type VenueSession = {
  readonly spec: SessionSpec;
  readonly ids: SessionIds;
  readonly clock: {
    ms: number;
  };
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
export declare function newSession(spec: SessionSpec, prefix: string | null): VenueSession;
/** The next moment; never the same twice. */
export declare function stamp(session: VenueSession): string;
/** Head of the next line; `seq` is given when the file is written. */
export declare function head(session: VenueSession): Readonly<{
  run_id: string;
  seq: number;
  ts_utc: string;
}>;
