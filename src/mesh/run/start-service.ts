import { setTimeout as sleep } from "node:timers/promises";
import { err, type Fault, ok, type Result } from "#base";
import { type HttpServer, serveHttp } from "../http/serve-http.ts";
import type { Identity } from "../identity.ts";
import type { Log, LogFields } from "../log/log.ts";
import type { RunningService, ServiceEnd } from "../service.ts";
import { type Boot, bootService, crashOf } from "./boot-service.ts";
import type { PreparedService } from "./hosted.ts";
import type { Mesh } from "./open-mesh.ts";

/** One start of a service, from its boot id to its end. */
export type ServiceRun = Readonly<{
  identity: Identity;
  url: string;
  /** Settles when it has ended by itself or by `stop`. */
  ended: Promise<ServiceEnd>;
  /** Ready no more, then drained, then closed: within the drain time, whatever it is doing. */
  stop: () => Promise<void>;
}>;

/** From the request to stop to the last socket closed. */
export const drainMs = 8_000;

/** What is kept of it for sockets when a service uses up its time. */
const socketsMs = 500;

/** A start that takes longer has hung: what takes time goes on behind readiness. */
const startMs = 30_000;

/** What a start still gets when somebody wants it to stop. */
const abortedStartMs = 1_000;

/**
 * Starts a service with everything that is its own. Faults: those of the service,
 * service_start_crashed, service_start_timed_out, service_start_interrupted (by `signal`),
 * http_port_unavailable.
 */
export async function startService(
  mesh: Mesh,
  service: PreparedService,
  port: number,
  signal: AbortSignal,
): Promise<Result<ServiceRun, Fault>> {
  const { clock, config } = mesh;
  const fromMs = clock.monotonicMs();
  const boot = bootService(mesh, service);
  const { log, http } = boot.deps;
  const started = await startWithin(service, boot, signal);
  if (!started.ok) {
    log.error("service.start_failed", faultFields(started.fault));
    await boot.release();
    return started;
  }
  boot.life.running = started.value;
  const server = await serveHttp(http, { host: config.httpHost, port });
  if (!server.ok) {
    log.error("service.start_failed", faultFields(server.fault));
    await stopWithin(started.value, log, drainMs);
    await boot.release();
    return server;
  }
  const { url } = server.value;
  log.info("service.started", { url, duration_ms: Math.round(clock.monotonicMs() - fromMs) });
  const ended = Promise.race([started.value.ended, boot.ending.ended]).then((end) => {
    boot.life.ended = true;
    return end;
  });
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= drain(mesh, boot, started.value, server.value);
    return stopping;
  };
  return ok({ identity: boot.identity, url, ended, stop });
}

async function drain(
  { clock }: Mesh,
  boot: Boot,
  running: RunningService,
  server: HttpServer,
): Promise<void> {
  const { log } = boot.deps;
  const until = clock.monotonicMs() + drainMs;
  boot.life.draining = true;
  log.info("service.stopping", { drain_ms: drainMs });
  await stopWithin(running, log, drainMs - socketsMs);
  await server.close(Math.max(socketsMs / 2, until - clock.monotonicMs()));
  boot.ending.end({ outcome: "stopped" });
  await boot.release();
  log.info("service.stopped", { outcome: "ok" });
}

async function startWithin(
  service: PreparedService,
  boot: Boot,
  signal: AbortSignal,
): Promise<Result<RunningService, Fault>> {
  const aborter = new AbortController();
  const over = new AbortController();
  const tooLate = waitOrAbort(startMs, over.signal);
  const interrupted = untilAborted(signal, over.signal).then(async () => {
    aborter.abort();
    await waitOrAbort(abortedStartMs, over.signal);
  });
  try {
    const starting = service.start(boot.deps, aborter.signal);
    const first = await Promise.race([starting, tooLate, interrupted]);
    if (first !== undefined) return first;
    aborter.abort();
    // Should it come up after all, nobody wants it any more.
    void starting.then((late) => (late.ok ? late.value.stop(0) : undefined)).catch(() => {});
    if (signal.aborted) {
      const message = `${service.name} was told to stop while it started`;
      return err({ code: "service_start_interrupted", message });
    }
    const message = `${service.name} has not started within ${startMs / 1000} s`;
    return err({ code: "service_start_timed_out", message });
  } catch (cause) {
    boot.deps.log.error("service.crashed", { error: cause, outcome: "failed" });
    return err(crashOf(cause, "service_start_crashed"));
  } finally {
    over.abort();
  }
}

/** Resolves after the time, or at once when the signal aborts. */
async function waitOrAbort(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

/** Resolves when the signal aborts; forgotten when the other one does. */
function untilAborted(signal: AbortSignal, forget: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true, signal: forget });
  });
}

/** A service that does not stop in time is left behind; what it has not written, it has not. */
async function stopWithin(service: RunningService, log: Log, deadlineMs: number): Promise<void> {
  const timer = new AbortController();
  const late = sleep(deadlineMs, "late", { signal: timer.signal }).catch(() => "late");
  try {
    if ((await Promise.race([service.stop(deadlineMs), late])) === "late") {
      const msg = "work was still under way when the time to drain was over";
      log.warn("service.drain_timed_out", { deadline_ms: deadlineMs, outcome: "failed", msg });
    }
  } catch (cause) {
    log.error("service.crashed", { error: cause, outcome: "failed" });
  } finally {
    timer.abort();
  }
}

function faultFields({ code, message, at }: Fault): LogFields {
  return { outcome: "failed", reason_code: code, msg: message, at: at ?? null };
}
