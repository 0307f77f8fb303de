import type { z } from "zod";
import {
  count,
  exactly,
  flag,
  listOf,
  nullable,
  oneOf,
  reason,
  strictRecord,
  utcTime,
} from "../fields.ts";
import {
  anyRunId,
  code,
  type LineHead,
  lineHead,
  reasonedRecord,
  recordId,
} from "../orders/order-fields.ts";
import { type TickHead, type TruthProfile, tickHead, truthProfile } from "./execution-fields.ts";

export type StartupCheck = Readonly<{
  check: string;
  ok: boolean;
  reason_code: string | null;
  /** What was found, in words and figures. */
  detail: string;
  call_ids: readonly string[];
}>;

/** probe_startup_full.json: every question that was asked before the first order. */
export type StartupProbe = Readonly<{
  schema_version: "probe_startup/1";
  run_id: string;
  ts_utc: string;
  checks: readonly StartupCheck[];
  stop_required: boolean;
}>;

export const startupProbe: z.ZodType<StartupProbe> = strictRecord<StartupProbe>({
  schema_version: exactly("probe_startup/1"),
  run_id: anyRunId,
  ts_utc: utcTime,
  checks: listOf(
    strictRecord<StartupCheck>({
      check: code,
      ok: flag,
      reason_code: nullable(code),
      detail: reason,
      call_ids: listOf(recordId),
    }),
  ),
  stop_required: flag,
});

type ProbeStatus = "ok" | "degraded" | "unavailable";

/** Whether market and account could be seen in this tick. */
export type ProbeHealthLine = LineHead &
  Readonly<{
    tick: number;
    e_status: ProbeStatus;
    i_status: ProbeStatus;
    /** Age of the last tick of the exchange when it was read. */
    market_age_ms: number | null;
    market_age_ms_reason: string | null;
    endpoints_failed: readonly string[];
    stop_required: boolean;
  }>;

const probeStatus = oneOf<ProbeStatus>(["ok", "degraded", "unavailable"]);

export const probeHealthLine: z.ZodType<ProbeHealthLine> = reasonedRecord<ProbeHealthLine>({
  ...lineHead,
  tick: count,
  e_status: probeStatus,
  i_status: probeStatus,
  market_age_ms: nullable(count),
  market_age_ms_reason: nullable(reason),
  endpoints_failed: listOf(reason),
  stop_required: flag,
});

/** Whether agents were asked in this tick, and why not. */
export type ProbeGatingLine = LineHead &
  Readonly<{
    tick: number;
    truth_profile: TruthProfile;
    gating_decision: "continue" | "stop";
    reason_codes: readonly string[];
    /** Features that could be seen. */
    available_count: number;
  }>;

export const probeGatingLine: z.ZodType<ProbeGatingLine> = strictRecord<ProbeGatingLine>({
  ...lineHead,
  tick: count,
  truth_profile: truthProfile,
  gating_decision: oneOf(["continue", "stop"]),
  reason_codes: listOf(code),
  available_count: count,
});

/** Switches as they were read, freezes and stops, in the order in which they came. */
export type GatingEventLine = TickHead &
  Readonly<{
    event_type: "switch_read" | "halt_on" | "freeze_on" | "stop_seen";
    /** Which switch, or which gate. */
    source: string;
    value: string | null;
    value_reason: string | null;
    trigger_reason_codes: readonly string[];
  }>;

export const gatingEventLine: z.ZodType<GatingEventLine> = reasonedRecord<GatingEventLine>({
  ...tickHead,
  event_type: oneOf(["switch_read", "halt_on", "freeze_on", "stop_seen"]),
  source: reason,
  value: nullable(reason),
  value_reason: nullable(reason),
  trigger_reason_codes: listOf(code),
});
