import type { Fault, Result } from "#base";
import type { OpsFacts, RosterName } from "#protocol";
import type { AgentMode } from "#safety";
import type { Bus } from "./bus/bus.ts";
import type { ConfigSpec } from "./config/setting.ts";
import type { HttpApp } from "./http/http-app.ts";
import type { Identity } from "./identity.ts";
import type { Log } from "./log/log.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { Store } from "./store/store.ts";
import type { SwitchView } from "./switches/switch-view.ts";
import type { MeshClock } from "./time/mesh-clock.ts";
import type { Timers } from "./time/timers.ts";

/**
 * A service of the roster: what it may be told, and how it starts. One process hosts one of them
 * or several; a service cannot tell, and never touches the process, the environment or a signal.
 */
export type Service<C> = Readonly<{
  name: RosterName;
  /** Every setting that the service reads; nothing else of the environment reaches it. */
  config: ConfigSpec<C>;
  /**
   * Adds its routes to `deps.http` and begins its work. The host listens only after this has
   * returned, and it returns soon: what takes time goes on behind `readiness`. A fault ends the
   * start with its code; anything thrown is a bug and counts as a crash. `signal` aborts when the
   * host wants the service to end before it has started.
   */
  start: (deps: ServiceDeps<C>, signal: AbortSignal) => Promise<Result<RunningService, Fault>>;
}>;

/** What a service has of the world; the host closes all of it behind the service. */
export type ServiceDeps<C> = Readonly<{
  config: C;
  identity: Identity;
  clock: MeshClock;
  /** An act that throws ends the service as a crash; all are cancelled when it stops. */
  timers: Timers;
  bus: Bus;
  store: Store;
  log: Log;
  metrics: Metrics;
  /** Routes of the service beside the standard ones. */
  http: HttpApp;
  switches: SwitchView;
  /** The directory of the installation; a service writes below `<root>/mesh/<name>/` only. */
  root: string;
}>;

/** A service at work. */
export type RunningService = Readonly<{
  /** May work be sent here now, and why not; asked for by `/readyz`, so it answers at once. */
  readiness: () => Readiness;
  /** What `/ops/status` is judged from. */
  opsFacts: () => ServiceFacts;
  /** Ends the work within the deadline; what is not done by then is left as the disk has it. */
  stop: (deadlineMs: number) => Promise<void>;
  /**
   * Settles when the service has ended: a job that is done, a failure, or `stopped` after `stop`.
   * It never rejects. `createEnding` makes one.
   */
  ended: Promise<ServiceEnd>;
}>;

/** Each check by its name, with the word `ok` or a stable lower_snake reason. */
export type Readiness = Readonly<{ ready: boolean; checks: Readonly<Record<string, string>> }>;

/**
 * What a service says of itself for `/ops/status`. The host adds what it knows better: that the
 * process is up, and what the switch says.
 */
export type ServiceFacts = Omit<OpsFacts, "process_up" | "kill_switch"> &
  Readonly<{
    /** The mode that the service is in now, never the one that it would like. */
    mode: AgentMode;
  }>;

/**
 * How a service ended.
 * - stopped: it was asked to.
 * - done: a job that has nothing left to do.
 * - failed: it cannot go on; the host starts it again when its restart policy says so.
 */
export type ServiceEnd =
  | Readonly<{ outcome: "stopped" | "done" }>
  | Readonly<{ outcome: "failed"; fault: Fault }>;
