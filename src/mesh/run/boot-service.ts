import type { Fault } from "#base";
import { rosterAgent } from "#protocol";
import { createHttpApp } from "../http/create-http-app.ts";
import { type Identity, newIdentity } from "../identity.ts";
import { createLog } from "../log/create-log.ts";
import { createMetrics } from "../metrics/create-metrics.ts";
import type { RunningService, ServiceDeps } from "../service.ts";
import { createSwitchView } from "../switches/create-switch-view.ts";
import { createTimers } from "../time/timers.ts";
import { createEnding, type Ending } from "./ending.ts";
import type { PreparedService } from "./hosted.ts";
import type { Mesh } from "./open-mesh.ts";
import { scopeBus } from "./scoped-bus.ts";
import type { ServiceState } from "./service-state.ts";
import { addStandardEndpoints } from "./standard-endpoints.ts";
import { createStandardMetrics } from "./standard-metrics.ts";
import { watchSwitches } from "./watch-switches.ts";

/** What one start of a service has, before the service itself does anything. */
export type Boot = Readonly<{
  identity: Identity;
  deps: Omit<ServiceDeps<unknown>, "config">;
  /** What the endpoints tell; the one who starts and stops keeps it true. */
  life: { running: RunningService | null; draining: boolean; ended: boolean };
  /** Ends the service from within: a timer's act that threw. */
  ending: Ending;
  /** Takes back whatever the service still holds. */
  release: () => Promise<void>;
}>;

/** Gives a start its name, tells of its settings and of the switch, and prepares what it gets. */
export function bootService(mesh: Mesh, service: PreparedService): Boot {
  const { clock, config, options, sink, redact } = mesh;
  const identity = newIdentity(service.name, options.product);
  const startedMs = clock.nowMs();
  const metrics = createMetrics();
  const standard = createStandardMetrics(metrics, identity, startedMs);
  const log = createLog({
    ...{ speaker: identity, level: config.logLevel, redact, sink },
    nowMs: clock.nowMs,
    written: standard.logged,
  });
  const ending = createEnding();
  const crashed = (cause: unknown): void => {
    log.error("service.crashed", { error: cause, outcome: "failed" });
    ending.end({ outcome: "failed", fault: crashOf(cause, "service_crashed") });
  };
  const timers = createTimers(crashed);
  const hostTimers = createTimers(crashed);
  const scoped = scopeBus(mesh.bus);
  const switches = createSwitchView(mesh.places, clock);
  const life: Boot["life"] = { running: null, draining: false, ended: false };
  const agent = rosterAgent(service.name);
  const state: ServiceState = {
    ...{ identity, agent, startedMs, clock, switches, bus: mesh.bus },
    running: () => life.running,
    isDraining: () => life.draining,
    hasEnded: () => life.ended,
  };
  const { allowedHosts } = config;
  const http = createHttpApp({ log, metrics, allowedHosts, monotonicMs: clock.monotonicMs });
  addStandardEndpoints(http, state, metrics, standard);
  log.info("service.starting", {
    role: agent.role,
    mode_default: agent.mode_default,
    // Texts rather than fields, whose names would be taken for those of secrets.
    config: [...mesh.presence, ...service.presence].map(({ variable, state: found }) => {
      return `${variable}=${found}`;
    }),
  });
  watchSwitches({ identity, switches, log, standard, timers: hostTimers, clock, bus: mesh.bus });
  return {
    identity,
    life,
    ending,
    deps: {
      ...{ identity, clock, timers, log, metrics, switches, http },
      ...{ bus: scoped.bus, store: mesh.stores.storeOf(identity), root: options.root },
    },
    async release() {
      timers.cancelAll();
      hostTimers.cancelAll();
      await scoped.release();
    },
  };
}

/** A bug as the fault with which it ended the service; its stack is in the log. */
export function crashOf(cause: unknown, code: string): Fault {
  const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return { code, message: `a bug of the service ended it: ${what.split("\n")[0] ?? what}` };
}
