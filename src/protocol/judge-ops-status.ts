import type { Millis } from "#base";
import { maxFutureMs } from "#safety";
import { heartbeatTtlSeconds, type OpsFacts, type OpsState } from "./ops-facts.ts";

/** Codes of the status contract; a service may add lower_snake ones of its own behind them. */
export type OpsReason =
  | "REQUIRED_FIELDS_MISSING"
  | "EXECUTION_DISABLED"
  | "PROCESS_DOWN"
  | "KILL_SWITCH"
  | "MARKETDATA_MISSING"
  | "MARKETDATA_STALE"
  | "HEARTBEAT_STALE"
  | "MARKET_CLOSED";

export type OpsVerdict = Readonly<{
  state: OpsState;
  /** One sentence for people. */
  summary: string;
  /** Everything that holds; the first one decided. Empty exactly when OK. */
  reason_codes: readonly string[];
  /** True only when OK: nothing speaks against it, and the data is known to be fresh. */
  safe_to_run_strategies: boolean;
  /** No status makes an order safe: that takes a permit. */
  safe_to_execute_orders: false;
  gating_reasons: readonly string[];
}>;

/**
 * Total: every combination of facts has one verdict. The first line of `rules` that holds gives the
 * state; later ones still show among the reasons.
 */
export function judgeOpsStatus(facts: OpsFacts, nowMs: Millis): OpsVerdict {
  const held = rules.flatMap(({ holds, reason, state }) => {
    return holds(facts, nowMs) ? [{ reason: reason(facts), state: state(facts) }] : [];
  });
  const deciding = held.find(({ state }) => state !== null);
  const state = deciding?.state ?? "OK";
  const ordered = deciding === undefined ? [] : [deciding, ...held.filter((h) => h !== deciding)];
  const reason_codes = unique(ordered.flatMap(({ reason }) => reason));
  const gating_reasons = unique([...reason_codes, ...dataGate(facts)]);
  return {
    state,
    summary: summaryOf(state, reason_codes),
    reason_codes,
    safe_to_run_strategies: gating_reasons.length === 0,
    safe_to_execute_orders: false,
    gating_reasons,
  };
}

type Rule = Readonly<{
  holds(facts: OpsFacts, nowMs: Millis): boolean;
  reason(facts: OpsFacts): readonly string[];
  /** Null: told among the reasons, and decides nothing. */
  state(facts: OpsFacts): OpsState | null;
}>;

const rules: readonly Rule[] = [
  {
    holds: ({ missing_fields, process_up }) => missing_fields.length > 0 || process_up === null,
    reason: () => ["REQUIRED_FIELDS_MISSING"],
    state: () => "UNKNOWN",
  },
  {
    holds: ({ kind, execution_enabled }) => kind === "execution" && execution_enabled !== true,
    reason: () => ["EXECUTION_DISABLED"],
    state: () => "OFFLINE",
  },
  {
    holds: ({ process_up }) => process_up === false,
    reason: () => ["PROCESS_DOWN"],
    state: () => "OFFLINE",
  },
  {
    holds: ({ kill_switch }) => kill_switch?.value !== "off",
    reason: () => ["KILL_SWITCH"],
    state: () => "HALTED",
  },
  {
    holds: (facts) => inHours(facts) && dataGate(facts).length > 0 && needsData(facts),
    reason: dataGate,
    state: ({ kind }) => (kind === "strategy" || kind === "execution" ? "HALTED" : "DEGRADED"),
  },
  {
    holds: ({ last_heartbeat_ms }, nowMs) => !isAlive(last_heartbeat_ms, nowMs),
    reason: () => ["HEARTBEAT_STALE"],
    state: () => "DEGRADED",
  },
  {
    holds: ({ degraded_by }) => degraded_by.length > 0,
    reason: ({ degraded_by }) => degraded_by,
    state: () => "DEGRADED",
  },
  {
    holds: (facts) => !inHours(facts),
    reason: () => ["MARKET_CLOSED"],
    state: () => "MARKET_CLOSED",
  },
];

/** A market nobody knows of counts as open, so that its data has to be fresh. */
function inHours({ market }: OpsFacts): boolean {
  return market !== "closed";
}

/** Strategies and execution always do; another service only when it looks at data at all. */
function needsData({ kind, marketdata }: OpsFacts): boolean {
  return kind === "strategy" || kind === "execution" || marketdata !== "none";
}

/** Strategies need fresh data. A service that does not look at it cannot call them safe. */
function dataGate({ marketdata }: OpsFacts): readonly OpsReason[] {
  switch (marketdata) {
    case "fresh":
      return [];
    case "stale":
      return ["MARKETDATA_STALE"];
    case "missing":
    case "none":
      return ["MARKETDATA_MISSING"];
  }
}

/** A heartbeat never written, too old, or from the future is none. */
function isAlive(lastMs: Millis | null, nowMs: Millis): boolean {
  if (lastMs === null) return false;
  const ageMs = nowMs - lastMs;
  return ageMs <= heartbeatTtlSeconds * 1000 && ageMs >= -maxFutureMs;
}

const sentences: Readonly<Record<OpsState, string>> = {
  OK: "works as it should",
  DEGRADED: "works, and less well than it should",
  HALTED: "is halted",
  MARKET_CLOSED: "waits: the market is closed",
  OFFLINE: "is off",
  UNKNOWN: "cannot be judged",
};

function summaryOf(state: OpsState, reasons: readonly string[]): string {
  const shown = reasons.slice(0, 8).join(", ");
  return shown === "" ? sentences[state] : `${sentences[state]} (${shown})`;
}

function unique(codes: readonly string[]): readonly string[] {
  return [...new Set(codes)];
}
