import { type Fault, ok, type Result } from "#base";
import { rosterAgent } from "#protocol";
import type { ServiceEnd } from "../service.ts";
import { backoffMs, type FailureHistory, isCrashLoop, recordFailure } from "./backoff.ts";
import type { PreparedService } from "./hosted.ts";
import type { Mesh } from "./open-mesh.ts";
import { type ServiceRun, startService } from "./start-service.ts";

/** A service that is started again as its restart policy says. */
export type Supervised = Readonly<{
  name: PreparedService["name"];
  status: () => SupervisedStatus;
  /** Settles when it will not be started again. */
  ended: Promise<ServiceEnd>;
  stop: () => Promise<void>;
}>;

/**
 * - running: started, and its endpoints answer.
 * - waiting: failed, and started again after a pause; `crash_looping` when that goes on.
 * - ended: for good.
 */
export type SupervisedStatus = Readonly<{
  state: "running" | "waiting" | "ended";
  crash_looping: boolean;
  starts: number;
  url: string | null;
  boot_id: string | null;
  last_fault: Fault | null;
}>;

export type SupervisorOptions = Readonly<{
  port: number;
  /** Whether the roster's restart policy holds; false where something outside restarts. */
  restarts: boolean;
  /** Interrupts the first start; `stop` ends what comes after. */
  signal: AbortSignal;
}>;

/** The first start either succeeds or is the caller's to judge; later ones are tried again. */
export async function supervise(
  mesh: Mesh,
  service: PreparedService,
  options: SupervisorOptions,
): Promise<Result<Supervised, Fault>> {
  const first = await startService(mesh, service, options.port, options.signal);
  return first.ok ? ok(new Supervisor(mesh, service, options, first.value)) : first;
}

class Supervisor implements Supervised {
  readonly name: PreparedService["name"];
  readonly ended: Promise<ServiceEnd>;
  readonly #mesh: Mesh;
  readonly #service: PreparedService;
  readonly #options: SupervisorOptions;
  readonly #stopping: AbortController = new AbortController();
  #run: ServiceRun | null;
  #starts = 1;
  #over = false;
  #lastFault: Fault | null = null;
  #history: FailureHistory = [];

  constructor(
    mesh: Mesh,
    service: PreparedService,
    options: SupervisorOptions,
    started: ServiceRun,
  ) {
    this.name = service.name;
    this.#mesh = mesh;
    this.#service = service;
    this.#options = options;
    this.#run = started;
    this.ended = this.#watch(started);
  }

  status(): SupervisedStatus {
    return {
      state: this.#over ? "ended" : this.#run === null ? "waiting" : "running",
      crash_looping: isCrashLoop(this.#history),
      starts: this.#starts,
      url: this.#run?.url ?? null,
      boot_id: this.#run?.identity.boot_id ?? null,
      last_fault: this.#lastFault,
    };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#run?.stop();
    await this.ended;
  }

  /** Lives from the first start to the last end. */
  async #watch(started: ServiceRun): Promise<ServiceEnd> {
    let end = await this.#untilEnd(started);
    while (end.outcome === "failed" && this.#mayRestart()) {
      if (!(await this.#pause(end.fault))) break;
      const again = await this.#startAgain();
      end = again.ok
        ? await this.#untilEnd(again.value)
        : { outcome: "failed", fault: again.fault };
      if (end.outcome === "failed") this.#lastFault = end.fault;
    }
    this.#over = true;
    return end;
  }

  async #untilEnd(run: ServiceRun): Promise<ServiceEnd> {
    const end = await run.ended;
    if (end.outcome === "failed") this.#lastFault = end.fault;
    // Its sockets and timers go in every case, and its port is free for the next start.
    await run.stop();
    this.#run = null;
    return end;
  }

  #mayRestart(): boolean {
    const { restart_policy } = rosterAgent(this.name);
    const { restarts } = this.#options;
    return restarts && restart_policy !== "never" && !this.#stopping.signal.aborted;
  }

  async #startAgain(): Promise<Result<ServiceRun, Fault>> {
    this.#starts += 1;
    const { signal } = this.#stopping;
    const again = await startService(this.#mesh, this.#service, this.#options.port, signal);
    if (!again.ok) return again;
    this.#run = again.value;
    // Whoever asked to stop meanwhile found nothing that ran.
    if (signal.aborted) await again.value.stop();
    return again;
  }

  /** False when somebody asked to stop instead. */
  #pause(fault: Fault): Promise<boolean> {
    const { clock, options, log } = this.#mesh;
    this.#history = recordFailure(this.#history, clock.nowMs());
    const failures = this.#history.length;
    const wait_ms = backoffMs(failures, (options.draw ?? Math.random)());
    const { code: reason_code, message: msg } = fault;
    const fields = { agent: this.name, reason_code, msg, failures, wait_ms };
    if (isCrashLoop(this.#history)) log.error("mesh.crash_loop", { ...fields, outcome: "failed" });
    else log.warn("mesh.restarting", { ...fields, outcome: "failed" });
    return waitFor(wait_ms, this.#stopping.signal);
  }
}

/** False when the signal ended the wait. */
function waitFor(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const over = (): void => {
    clearTimeout(timer);
    resolve(false);
  };
  const timer = setTimeout(() => {
    signal.removeEventListener("abort", over);
    resolve(true);
  }, ms);
  signal.addEventListener("abort", over, { once: true });
  return promise;
}
