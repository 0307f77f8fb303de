import { type Fault, ok, type Result } from "#base";
import { type RosterName, rosterAgent } from "#protocol";
import type { ServiceEnd } from "../service.ts";
import { exitCodeOf } from "./exit-code.ts";
import type { HostedService } from "./hosted.ts";
import type { MeshOptions } from "./mesh-options.ts";
import { type Mesh, openMesh } from "./open-mesh.ts";
import { type Supervised, type SupervisedStatus, supervise } from "./supervise.ts";

/** Services at work in this process. */
export type RunningMesh = Readonly<{
  names: readonly RosterName[];
  statusOf: (name: RosterName) => SupervisedStatus | null;
  /** Where it answers now; null while it does not. */
  urlOf: (name: RosterName) => string | null;
  /** Stops all at once, each within its drain time, and closes what they shared. */
  stop: () => Promise<MeshEnd>;
  /** Settles when every service has ended for good and everything is closed. */
  ended: Promise<MeshEnd>;
}>;

export type MeshEnd = Readonly<{
  ends: readonly Readonly<{ name: RosterName; end: ServiceEnd }>[];
  /** Of the first service that failed for good; 0 when none did. */
  exitCode: number;
}>;

/**
 * Starts services in one process, in the order given. One that cannot start takes the others down
 * again: a mesh is whole or it is not there. Faults: of openMesh and startService.
 */
export async function startMesh(
  services: readonly HostedService[],
  options: MeshOptions & Readonly<{ restarts?: boolean }>,
  signal: AbortSignal = new AbortController().signal,
): Promise<Result<RunningMesh, Fault>> {
  const opened = await openMesh(services, options);
  if (!opened.ok) return opened;
  const mesh = opened.value;
  const started: Supervised[] = [];
  for (const service of mesh.services) {
    const port = portOf(mesh, service.name);
    const restarts = options.restarts ?? services.length > 1;
    const one = await supervise(mesh, service, { port, restarts, signal });
    if (!one.ok) {
      await Promise.all(started.map((other) => other.stop()));
      await mesh.close();
      return one;
    }
    started.push(one.value);
  }
  return ok(run(mesh, started, signal));
}

function run(mesh: Mesh, started: readonly Supervised[], signal: AbortSignal): RunningMesh {
  const stopAll = (): void => {
    for (const service of started) void service.stop();
  };

  async function untilEnded(): Promise<MeshEnd> {
    const ends = await Promise.all(
      started.map(async ({ name, ended }) => {
        const end = await ended;
        const fault = end.outcome === "failed" ? end.fault : null;
        const reason = fault === null ? {} : { reason_code: fault.code, msg: fault.message };
        mesh.log.info("mesh.service_ended", { agent: name, outcome: outcomeOf(end), ...reason });
        return { name, end };
      }),
    );
    signal.removeEventListener("abort", stopAll);
    await mesh.close();
    const exitCode = ends.map(({ end }) => exitCodeOf(end)).find((code) => code !== 0) ?? 0;
    return { ends, exitCode };
  }

  const ended = untilEnded();
  signal.addEventListener("abort", stopAll, { once: true });
  if (signal.aborted) stopAll();
  const find = (name: RosterName): Supervised | null => {
    return started.find((service) => service.name === name) ?? null;
  };
  return {
    names: started.map(({ name }) => name),
    statusOf: (name) => find(name)?.status() ?? null,
    urlOf: (name) => find(name)?.status().url ?? null,
    stop() {
      stopAll();
      return ended;
    },
    ended,
  };
}

function outcomeOf(end: ServiceEnd): "ok" | "failed" {
  return end.outcome === "failed" ? "failed" : "ok";
}

function portOf({ config, options }: Mesh, name: RosterName): number {
  if (config.httpPort !== null) return config.httpPort;
  const { ports = "roster" } = options;
  if (ports === "free") return 0;
  return (ports === "roster" ? rosterAgent(name).port_default : ports.get(name)) ?? 0;
}
