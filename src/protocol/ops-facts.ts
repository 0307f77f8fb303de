import type { Millis } from "#base";
import type { SwitchReading } from "./switch-reading.ts";

export const opsStates = [
  "OK",
  "DEGRADED",
  "HALTED",
  "MARKET_CLOSED",
  "OFFLINE",
  "UNKNOWN",
] as const;
export type OpsState = (typeof opsStates)[number];

export const serviceKinds = ["marketdata", "ingest", "strategy", "execution", "ops"] as const;
export type ServiceKind = (typeof serviceKinds)[number];

/** Seconds that a heartbeat counts for. */
export const heartbeatTtlSeconds = 60;

/** Market data older than this, in hours, is worth waking somebody for. */
export const staleAlarmSeconds = 120;

/**
 * What a service knows of itself. Every fact may be unknown, and none has a default: a heartbeat
 * that was never written is null, not now.
 */
export type OpsFacts = Readonly<{
  kind: ServiceKind;
  /** Names of required fields that nobody could fill. */
  missing_fields: readonly string[];
  /** Whether the process does its work; null when nobody can tell. */
  process_up: boolean | null;
  /** Of the execution agent: whether it may be on at all. Null for every other. */
  execution_enabled: boolean | null;
  /** Null: not read, which halts. */
  kill_switch: SwitchReading | null;
  /** Null: not known, which counts as open. A market around the clock is open. */
  market: "open" | "closed" | null;
  /** `none`: the service does not look at market data. */
  marketdata: "fresh" | "stale" | "missing" | "none";
  last_tick_ms: Millis | null;
  last_bar_ms: Millis | null;
  /** When the main loop last went round. */
  last_heartbeat_ms: Millis | null;
  /** Codes of what else works less well than it should: `source_unavailable`. */
  degraded_by: readonly string[];
}>;
