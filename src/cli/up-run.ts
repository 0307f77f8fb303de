import { type Fault, ok, type Result } from "#base";
import { type Environment, type MeshOptions, type RunningMesh, startMesh } from "#mesh";
import { type RosterName, rosterAgent } from "#protocol";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { allVariables, exitFor, meshExit } from "./service-host.ts";
import type { StopSignals } from "./service-signals.ts";
import { removeUpDocument, writeUpDocument } from "./up-document.ts";
import { createEventTeller } from "./up-events.ts";
import { type ExecutionProcess, startExecution } from "./up-execution.ts";
import { openUpLog, type UpLog } from "./up-log.ts";
import { marketSettings, withDefaults } from "./up-market.ts";
import type { UpPlan } from "./up-plan.ts";
import { choosePorts, type PortChoice } from "./up-ports.ts";
import { introduce, untilReady } from "./up-screen.ts";
import { watchHalt } from "./up-switches.ts";

export type UpRun = Readonly<{
  plan: UpPlan;
  fromMs: number;
  environment: Environment;
  product: MeshOptions["product"];
  ports: PortChoice;
  json: boolean;
  output: Output;
  stop: StopSignals;
}>;

/** From the settings to the last closed socket; whatever fails leaves nothing running. */
export async function runUp(run: UpRun): Promise<ExitCode> {
  const { plan, output } = run;
  const prepared = await prepare(run);
  if (!prepared.ok) return output.fail(prepared.fault);
  const log = openLog(run);
  if (!log.ok) return output.fail(log.fault);
  try {
    return await host(run, prepared.value, log.value);
  } finally {
    removeUpDocument(plan.root);
    log.value.close();
  }
}

type Prepared = Readonly<{
  env: Environment;
  about: string;
  ports: ReadonlyMap<RosterName, number>;
}>;

async function prepare(run: UpRun): Promise<Result<Prepared, Fault>> {
  const { plan, environment } = run;
  const names: RosterName[] = plan.hosted.map(({ name }) => name);
  if (plan.execution) names.push("execution-agent");
  const given = environment["ASSAY_HTTP_HOST"] ?? "";
  const host = given === "" ? "127.0.0.1" : given;
  const ports = await choosePorts(names, { ports: run.ports, host });
  if (!ports.ok) return ports;
  const market = await marketSettings(plan.root, environment);
  if (!market.ok) return market;
  const { env, about } = market.value;
  const source = ports.value.get("marketdata-mcp-server");
  const port = source ?? rosterAgent("marketdata-mcp-server").port_default ?? 0;
  const health = { MARKETDATA_HEALTH_URL: `http://${shown(host)}:${port}/healthz` };
  return ok({ env: withDefaults(env, health), about, ports: ports.value });
}

/** An address that means every one is asked for on this machine. */
function shown(host: string): string {
  if (["0.0.0.0", "::"].includes(host)) return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

/** Machines get the lines themselves; a screen gets what matters, and the rest is in a file. */
function openLog({ plan, json, output }: UpRun): Result<UpLog, Fault> {
  if (!json) return openUpLog(plan.root, createEventTeller(output.note));
  return ok({ path: "stderr", write: output.raw, close: () => {} });
}

async function host(run: UpRun, prepared: Prepared, log: UpLog): Promise<ExitCode> {
  const { plan, product, output, stop } = run;
  const { env, ports } = prepared;
  const knownVariables = allVariables();
  using _halt = watchHalt({ root: plan.root, env, version: product.version, sink: log });
  const { root, hosted } = plan;
  const options = { root, env, product, knownVariables, ports, sink: log, restarts: true };
  const started = await startMesh(hosted, options, stop.signal);
  if (!started.ok) {
    const asked = stop.exit();
    if (asked === null) output.fail(started.fault);
    else output.note("stopped while it started");
    return asked ?? meshExit(started.fault);
  }
  const mesh = started.value;
  const execution = await startBeside(run, prepared, log);
  if (!execution.ok) {
    await mesh.stop();
    return output.fail(execution.fault);
  }
  const urls = urlsOf(mesh, execution.value);
  const written = writeUpDocument(root, { pid: process.pid, urls });
  if (!written.ok)
    output.note(`other commands will not find these ports: ${written.fault.message}`);
  const took = await untilReady(run, urls);
  if (took !== null) await introduce({ run, urls, log, about: prepared.about, ...took });
  return await end(run, mesh, execution.value);
}

async function startBeside(
  { plan, stop, output }: UpRun,
  { env, ports }: Prepared,
  log: UpLog,
): Promise<Result<ExecutionProcess | null, Fault>> {
  if (!plan.execution || stop.signal.aborted) return ok(null);
  const port = String(ports.get("execution-agent") ?? 0);
  const own = { ...env, ASSAY_HTTP_PORT: port };
  const started = await startExecution({ root: plan.root, env: own, sink: log });
  if (!started.ok) return started;
  void started.value.ended.then((code) => {
    if (stop.signal.aborted) return;
    output.note(`execution-agent has ended (${code ?? "killed"}) and is not started again`);
  });
  return started;
}

function urlsOf(
  mesh: RunningMesh,
  execution: ExecutionProcess | null,
): ReadonlyMap<RosterName, string> {
  const urls = new Map<RosterName, string>();
  for (const name of mesh.names) {
    const url = mesh.urlOf(name);
    if (url !== null) urls.set(name, url);
  }
  if (execution !== null) urls.set("execution-agent", execution.url);
  return urls;
}

async function end(
  { stop, output }: UpRun,
  mesh: RunningMesh,
  execution: ExecutionProcess | null,
): Promise<ExitCode> {
  const stopExecution = (): void => void execution?.stop();
  stop.signal.addEventListener("abort", stopExecution, { once: true });
  const { ends, exitCode } = await mesh.ended;
  await execution?.stop();
  stop.signal.removeEventListener("abort", stopExecution);
  const failed = ends.flatMap(({ name, end: how }) => {
    return how.outcome === "failed" ? [{ name, ...how.fault }] : [];
  });
  for (const { name, message, code } of failed) output.note(`${name}: ${message} [${code}]`);
  const code = exitCode === 0 ? (stop.exit() ?? exitCodes.ok) : exitFor(exitCode);
  output.record({ type: "mesh_ended", exit_code: code, failed });
  output.note(failed.length === 0 ? "everything has stopped" : "everything has ended");
  return code;
}
