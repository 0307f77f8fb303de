import { type Fault, ok, type Result } from "#base";
import {
  createEnding,
  type RunningService,
  type Service,
  type ServiceDeps,
  type ServiceFacts,
} from "#mesh";
import type { VenueMode } from "#safety";
import { type Agent, openAgent } from "./agent.ts";
import { type ExecutionAgentConfig, executionAgentConfig } from "./config.ts";
import { addArmRoutes } from "./http/add-arm-routes.ts";
import { addRoutes } from "./http/add-routes.ts";

type Deps = ServiceDeps<ExecutionAgentConfig>;

/** The execution agent without a venue: it shows every gate, and refuses every order. */
export const executionAgent: Service<ExecutionAgentConfig> = executionAgentAt(null);

/**
 * The execution agent at a venue. Which one is an argument of the process, typed by a person: no
 * variable and no file names it. It is OFF at boot there too.
 */
export function executionAgentAt(venue: VenueMode | null): Service<ExecutionAgentConfig> {
  return {
    name: "execution-agent",
    config: executionAgentConfig,
    start: async (deps) => startExecutionAgent(deps, venue),
  };
}

const turnMs = 250;
const lookMs = 1000;
/** The venue's dead man's timer: it cancels everything when this process is gone for so long. */
const timerSeconds = 30;
const timerEveryMs = 10_000;

async function startExecutionAgent(
  deps: Deps,
  venue: VenueMode | null,
): Promise<Result<RunningService, Fault>> {
  const opened = await openAgent(deps, venue);
  if (!opened.ok) return opened;
  const agent = opened.value;
  const { desk, executor, acts, note } = agent;
  const refused = countRefusals(deps);
  const { http, config, timers, clock, log } = deps;
  let lastLookMs = clock.nowMs();
  const look = async (): Promise<void> => {
    await agent.data.read();
    desk.turn();
    lastLookMs = clock.nowMs();
  };
  addRoutes({ http, key: config.key, desk, executor, look, ...acts, refused });
  addArmRoutes({
    ...{ http, key: config.key, look, refused },
    arming: () => agent.arming,
    isClosed: desk.isClosed,
    async acted(type, body) {
      desk.turn();
      await note(type, body);
    },
  });
  await look();
  timers.every(turnMs, desk.turn);
  timers.every(lookMs, async () => {
    await look();
    try {
      await agent.venue?.refresh();
    } catch (cause) {
      log.error("execution.look_failed", { error: cause, outcome: "failed" });
      desk.failed("look_failed");
    }
  });
  timers.every(timerEveryMs, async () => {
    if (desk.mode() !== "OFF") await agent.venue?.broker.armTimer(timerSeconds);
  });
  const ending = createEnding();
  return ok({
    readiness: () => ({
      ready: !desk.isClosed(),
      checks: { intake: desk.isClosed() ? "closed" : "ok", venue: venue === null ? "none" : "ok" },
    }),
    opsFacts: () => factsOf(agent, lastLookMs, isOffOutsideWindow(deps, agent)),
    async stop(deadlineMs) {
      desk.close();
      await agent.close(deadlineMs);
      ending.end({ outcome: "stopped" });
    },
    ended: ending.ended,
  });
}

function countRefusals({ metrics }: Deps): (code: string) => void {
  const refusals = metrics.counter({
    name: "assay_execution_agent_refusals_total",
    help: "Requests that were refused, by reason.",
    labels: ["reason"],
  });
  return (reason) => refusals.add({ reason });
}

/** Where live trading is possible, a switch that says off is for a window alone (arming.md 7.5). */
function isOffOutsideWindow({ switches }: Deps, { arming, venue }: Agent): boolean {
  const isLive = venue !== null && venue.mode === "okx_live";
  const isArmed = arming.ok && arming.value.live.arming().state === "armed";
  return isLive && !isArmed && switches.last().reading.value === "off";
}

function factsOf(
  { desk, data }: Agent,
  lastLookMs: number,
  offOutsideWindow: boolean,
): ServiceFacts {
  const lastTickMs = data.last()?.lastTickMs ?? null;
  const stale = lastTickMs === null ? "missing" : "stale";
  return {
    mode: desk.mode(),
    kind: "execution",
    missing_fields: [],
    execution_enabled: desk.mode() !== "OFF",
    market: null,
    marketdata: data.freshness().fresh ? "fresh" : stale,
    last_tick_ms: lastTickMs,
    last_bar_ms: null,
    last_heartbeat_ms: lastLookMs,
    degraded_by: [
      ...(desk.gate().state === "ERROR" ? ["agent_failed"] : []),
      ...(offOutsideWindow ? ["switch_off_outside_window"] : []),
    ],
  };
}
