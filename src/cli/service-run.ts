import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import {
  checkSettings,
  type HostedService,
  hosted,
  type Presence,
  type RunningMesh,
  startMesh,
} from "#mesh";
import { executionAgentAt, marketdataService, services } from "#services";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { writableRoot } from "./root.ts";
import type { ServiceOptions } from "./service.ts";
import { allVariables, exitFor, findService, meshExit } from "./service-host.ts";
import { productOf } from "./service-product.ts";
import { leaveSoon, listenForStop } from "./service-signals.ts";
import { tableLines } from "./table.ts";
import type { Shell } from "./verb.ts";

/** Shows the settings of a service, or runs it until it ends. */
export async function startOneService(
  name: string,
  options: ServiceOptions,
  shell: Shell,
): Promise<ExitCode> {
  const output = shell.output(options);
  const service = choose(name, options);
  if (!service.ok) return output.fail(service.fault);
  if (options.config) return showSettings(service.value, shell, output);
  return runService(service.value, options, shell, output);
}

function choose(name: string, options: ServiceOptions): Result<HostedService, Fault> {
  const { stdio, venue } = options;
  const found = findService(name);
  if (found === null) {
    const known = services.map((service) => service.name).join(", ");
    const message = `there is no service ${JSON.stringify(name)}; one of ${known}`;
    return err({ code: "service_unknown", message, at: "name" });
  }
  if (venue !== undefined) {
    if (found.name === "execution-agent") return ok(hosted(executionAgentAt(venue)));
    const message = `${found.name} has no venue; --venue is for execution-agent`;
    return err({ code: "option_unfit", message, at: "--venue" });
  }
  if (!stdio) return ok(found);
  if (found.name !== "marketdata-mcp-server") {
    const message = `${found.name} does not speak MCP; --stdio is for marketdata-mcp-server`;
    return err({ code: "option_unfit", message, at: "--stdio" });
  }
  const streams = { input: process.stdin, output: process.stdout };
  return ok(hosted(marketdataService({ stdio: streams })));
}

/** Names and presence; never what a variable holds. */
function showSettings(service: HostedService, shell: Shell, output: Output): ExitCode {
  const options = { env: shell.environment, knownVariables: allVariables() };
  const checked = checkSettings([service], options);
  if (!checked.ok) return output.fail(checked.fault);
  output.record({ type: "settings", service: service.name, settings: checked.value });
  // What the process reads for all and a service for itself is one setting.
  const byVariable = new Map(checked.value.map((presence) => [presence.variable, presence]));
  const rows = [...byVariable.values()].map((presence) => {
    return [presence.variable, stateText(presence), presence.meaning];
  });
  const columns = ["setting", "state", "meaning"].map((title) => {
    return { title, align: "left" } as const;
  });
  for (const line of tableLines(columns, rows)) output.line(line);
  return exitCodes.ok;
}

function stateText({ state, secret }: Presence): string {
  if (!secret) return state;
  return state === "set" ? "set (secret)" : "not set";
}

async function runService(
  service: HostedService,
  options: ServiceOptions,
  shell: Shell,
  output: Output,
): Promise<ExitCode> {
  const root = writableRoot(options.root);
  if (!root.ok) return output.fail(root.fault);
  using stop = listenForStop();
  const started = await startMesh(
    [service],
    {
      root: root.value,
      env: shell.environment,
      product: productOf(shell),
      knownVariables: allVariables(),
      ports: options.ports,
      // Others may run on this root, each with a bus of its own or all with one elsewhere.
      busFolder: join(root.value, "mesh", service.name, "bus"),
    },
    stop.signal,
  );
  if (!started.ok) {
    const asked = stop.exit();
    if (asked === null) output.fail(started.fault);
    return leaveSoon(asked ?? meshExit(started.fault));
  }
  // Over stdio, standard output carries MCP and nothing else.
  if (!options.stdio) introduce(started.value, service, output);
  const { exitCode } = await started.value.ended;
  return leaveSoon(exitCode === 0 ? (stop.exit() ?? exitCodes.ok) : exitFor(exitCode));
}

function introduce(mesh: RunningMesh, { name }: HostedService, output: Output): void {
  const url = mesh.urlOf(name);
  output.line(`${name} at ${url ?? "no address"}`);
  output.record({ type: "service_started", service: name, url, pid: process.pid });
}
