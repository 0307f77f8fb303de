import type { AgentSample } from "#ops";
import { heartbeatTtlSeconds } from "#protocol";

/** What a person can safely do about the state of an agent; a dash where nothing is to be done. */
export function nextActionOf(sample: AgentSample): string {
  const { agent, address, paths, ops } = sample;
  const { agent_name: name } = agent;
  if (agent.process === "batch") return "-";
  const isSilent = paths.every(({ status }) => status === null);
  if (agent.process === "own" && (address === null || isSilent)) return "-";
  if (address === null) return `say where it answers: --address ${name}=URL`;
  if (isSilent) return `start it: assay up, or assay service ${name}`;
  if (ops === null) return `its status cannot be read: ask ${address}/ops/status`;
  const codes = ops.status.reason_codes;
  // That nobody has released the switch is no trouble; what stands behind it may be one.
  const code = codes.find((one) => !quiet.has(one)) ?? codes[0];
  if (code === undefined) return "-";
  if (code === "HEARTBEAT_STALE" && ops.uptime_seconds < heartbeatTtlSeconds) {
    return "none yet: it has just started";
  }
  return actions[code]?.(name) ?? `ask ${address}/readyz?verbose`;
}

const quiet: ReadonlySet<string> = new Set(["KILL_SWITCH", "EXECUTION_DISABLED", "MARKET_CLOSED"]);

const look = "see the reason in /healthz of marketdata-mcp-server";

const actions: Readonly<Record<string, (name: string) => string>> = {
  KILL_SWITCH: () => "none: halted is the default (assay halt --status)",
  EXECUTION_DISABLED: () => "none: off is the default",
  MARKET_CLOSED: () => "none: wait for the session",
  MARKETDATA_STALE: () => look,
  MARKETDATA_MISSING: () => look,
  PROCESS_DOWN: (name) => `start it: assay service ${name}`,
  REQUIRED_FIELDS_MISSING: () => "wait until it has started, or ask /readyz?verbose",
  HEARTBEAT_STALE: () => "its main loop stands still: read its log",
  source_unavailable: (name) => `give it a source: assay service ${name} --config`,
  bus_unreachable: () => "start the bus again; nothing that landed is lost",
  store_failing: () => "look after the store; nothing that was acknowledged is lost",
  strategy_failed: () => "read why in the log; it is started again by itself",
};
