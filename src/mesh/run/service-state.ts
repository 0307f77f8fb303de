import { createOpsStatus, type OpsStatus, type OpsSubject, type RosterAgent } from "#protocol";
import type { AgentMode } from "#safety";
import type { Bus } from "../bus/bus.ts";
import type { Identity } from "../identity.ts";
import type { Readiness, RunningService, ServiceFacts } from "../service.ts";
import type { SwitchView } from "../switches/switch-view.ts";
import type { MeshClock } from "../time/mesh-clock.ts";

/** What the standard endpoints tell of one start of a service. */
export type ServiceState = Readonly<{
  identity: Identity;
  agent: RosterAgent;
  startedMs: number;
  clock: MeshClock;
  switches: SwitchView;
  bus: Bus;
  /** Null until it has started. */
  running: () => RunningService | null;
  isDraining: () => boolean;
  hasEnded: () => boolean;
}>;

/** The service's own checks and those of the host; one that is not `ok` keeps work away. */
export function readinessOf(state: ServiceState): Readiness {
  const { state: bus } = state.bus.status();
  const own = state.running()?.readiness() ?? { ready: false, checks: {} };
  const process = processCheck(state);
  const checks = { process, bus: bus === "up" ? "ok" : `bus_${bus}`, ...own.checks };
  return { ready: own.ready && process === "ok" && bus === "up", checks };
}

function processCheck(state: ServiceState): string {
  if (state.hasEnded()) return "ended";
  if (state.isDraining()) return "draining";
  return state.running() === null ? "starting" : "ok";
}

/** Who this is and how it runs: facts of the process, no judgement. */
export type HealthFacts = Readonly<{
  service: string;
  boot_id: string;
  version: string;
  git_commit: string | null;
  started_utc: string;
  uptime_seconds: number;
  mode: string;
  switch: ReturnType<SwitchView["last"]>["reading"];
}>;

export function healthFactsOf(state: ServiceState): HealthFacts {
  const { identity, startedMs, clock, switches } = state;
  const { agent_name: service, boot_id, version, git_commit } = identity;
  return {
    ...{ service, boot_id, version, git_commit },
    started_utc: new Date(startedMs).toISOString(),
    uptime_seconds: Math.max(0, clock.nowMs() - startedMs) / 1000,
    mode: modeOf(state),
    switch: switches.last().reading,
  };
}

/** Before it has started a service is in no mode but OFF. */
function modeOf(state: ServiceState): AgentMode {
  return state.running()?.opsFacts().mode ?? "OFF";
}

/**
 * The answer of `/ops/status`. The switch is read anew: a status that people act on is never older
 * than the question. A service that has not started yet cannot be judged.
 */
export function opsStatusOf(state: ServiceState, hasHealthz: boolean): OpsStatus {
  const { identity, agent, startedMs, clock, switches } = state;
  const subject: OpsSubject = {
    service_name: agent.agent_name,
    repo_id: "assay",
    git_sha: identity.git_commit,
    build_id: identity.version,
    agent_name: agent.agent_name,
    agent_role: agent.role,
    agent_mode: modeOf(state),
    started_ms: startedMs,
    endpoints: { healthz: hasHealthz ? "/healthz" : null, heartbeat: null, metrics: "/metrics" },
  };
  const { mode: _, ...told } = state.running()?.opsFacts() ?? notStarted;
  const facts = {
    ...told,
    process_up: !state.hasEnded(),
    kill_switch: switches.look().reading,
  };
  return createOpsStatus(subject, facts, clock.nowMs());
}

const notStarted: ServiceFacts = {
  mode: "OFF",
  kind: "ops",
  missing_fields: ["service_facts"],
  execution_enabled: null,
  market: null,
  marketdata: "none",
  last_tick_ms: null,
  last_bar_ms: null,
  last_heartbeat_ms: null,
  degraded_by: [],
};
