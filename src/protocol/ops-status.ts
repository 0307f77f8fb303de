import { z } from "zod";
import { isoFromMillis, type Millis } from "#base";
import type { AgentMode } from "#safety";
import { type Codec, createCodec } from "./codec.ts";
import { judgeOpsStatus } from "./judge-ops-status.ts";
import {
  heartbeatTtlSeconds,
  type OpsFacts,
  type OpsState,
  opsStates,
  type ServiceKind,
  serviceKinds,
  staleAlarmSeconds,
} from "./ops-facts.ts";
import { line, seconds, utc } from "./shapes.ts";
import { type SwitchReading, switchReadingShape } from "./switch-reading.ts";

export const opsStatusSchema = "assay.ops_status/1";

export type OpsStatus = Readonly<{
  schema: typeof opsStatusSchema;
  service_name: string;
  service_kind: ServiceKind;
  repo_id: string;
  /** Null where the code runs from no commit. */
  git_sha: string | null;
  build_id: string;
  agent_identity: Readonly<{ agent_name: string; agent_role: string; agent_mode: AgentMode }>;
  uptime_seconds: number;
  status: Readonly<{
    state: OpsState;
    summary: string;
    reason_codes: readonly string[];
    last_updated_utc: string;
  }>;
  heartbeat: Readonly<{
    /** Null when it was never written. */
    last_heartbeat_utc: string | null;
    age_seconds: number | null;
    ttl_seconds: number;
  }>;
  marketdata: Readonly<{
    last_tick_utc: string | null;
    last_bar_utc: string | null;
    stale_threshold_seconds: number;
    /** Null for a service that does not look at market data. */
    is_fresh: boolean | null;
  }>;
  safety: Readonly<{
    /** Null when it was not read, which halts. */
    kill_switch: SwitchReading | null;
    safe_to_run_strategies: boolean;
    safe_to_execute_orders: false;
    gating_reasons: readonly string[];
  }>;
  endpoints: Readonly<{ healthz: string | null; heartbeat: string | null; metrics: string | null }>;
}>;

const codes = z.array(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, "must be a code"));
const modes = ["OFF", "OBSERVE", "PAPER", "LIVE"] as const;

export const opsStatusCodec: Codec<OpsStatus> = createCodec(
  opsStatusSchema,
  z.object({
    schema: z.literal(opsStatusSchema),
    service_name: line,
    service_kind: z.enum(serviceKinds),
    repo_id: line,
    git_sha: line.nullable(),
    build_id: line,
    agent_identity: z.object({ agent_name: line, agent_role: line, agent_mode: z.enum(modes) }),
    uptime_seconds: seconds,
    status: z.object({
      state: z.enum(opsStates),
      summary: line,
      reason_codes: codes,
      last_updated_utc: utc,
    }),
    heartbeat: z.object({
      last_heartbeat_utc: utc.nullable(),
      age_seconds: seconds.nullable(),
      ttl_seconds: seconds,
    }),
    marketdata: z.object({
      last_tick_utc: utc.nullable(),
      last_bar_utc: utc.nullable(),
      stale_threshold_seconds: seconds,
      is_fresh: z.boolean().nullable(),
    }),
    safety: z.object({
      kill_switch: switchReadingShape.nullable(),
      safe_to_run_strategies: z.boolean(),
      safe_to_execute_orders: z.literal(false),
      gating_reasons: codes,
    }),
    endpoints: z.object({
      healthz: line.nullable(),
      heartbeat: line.nullable(),
      metrics: line.nullable(),
    }),
  }),
);

/** What does not change while a process runs. */
export type OpsSubject = Readonly<{
  service_name: string;
  repo_id: string;
  git_sha: string | null;
  build_id: string;
  agent_name: string;
  agent_role: string;
  agent_mode: AgentMode;
  started_ms: Millis;
  endpoints: OpsStatus["endpoints"];
}>;

/** The answer of `/ops/status`: facts with their verdict. */
export function createOpsStatus(about: OpsSubject, facts: OpsFacts, nowMs: Millis): OpsStatus {
  const verdict = judgeOpsStatus(facts, nowMs);
  const { agent_name, agent_role, agent_mode } = about;
  return {
    schema: opsStatusSchema,
    service_name: about.service_name,
    service_kind: facts.kind,
    repo_id: about.repo_id,
    git_sha: about.git_sha,
    build_id: about.build_id,
    agent_identity: { agent_name, agent_role, agent_mode },
    uptime_seconds: ageSeconds(about.started_ms, nowMs) ?? 0,
    status: {
      state: verdict.state,
      summary: verdict.summary,
      reason_codes: verdict.reason_codes,
      last_updated_utc: isoFromMillis(nowMs),
    },
    heartbeat: {
      last_heartbeat_utc: utcOf(facts.last_heartbeat_ms),
      age_seconds: ageSeconds(facts.last_heartbeat_ms, nowMs),
      ttl_seconds: heartbeatTtlSeconds,
    },
    marketdata: {
      last_tick_utc: utcOf(facts.last_tick_ms),
      last_bar_utc: utcOf(facts.last_bar_ms),
      stale_threshold_seconds: staleAlarmSeconds,
      is_fresh: facts.marketdata === "none" ? null : facts.marketdata === "fresh",
    },
    safety: {
      kill_switch: facts.kill_switch,
      safe_to_run_strategies: verdict.safe_to_run_strategies,
      safe_to_execute_orders: false,
      gating_reasons: verdict.gating_reasons,
    },
    endpoints: about.endpoints,
  };
}

function utcOf(ms: Millis | null): string | null {
  return ms === null ? null : isoFromMillis(Math.floor(ms));
}

/** An age below zero says that the clocks disagree: none is told. */
function ageSeconds(ms: Millis | null, nowMs: Millis): number | null {
  return ms === null || nowMs < ms ? null : (nowMs - ms) / 1000;
}
