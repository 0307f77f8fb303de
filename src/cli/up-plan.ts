import { resolve } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import type { HostedService } from "#mesh";
import { rosterAgent } from "#protocol";
import { services } from "#services";
import { findService } from "./service-host.ts";
import { findRosterName } from "./service-product.ts";
import type { PortChoice } from "./up-ports.ts";

export type UpOptions = Readonly<{
  root: string;
  only?: string;
  with?: string;
  ports: PortChoice;
  json: boolean;
}>;

/** What this process hosts, in the order of the start, and whether execution-agent comes along. */
export type UpPlan = Readonly<{
  root: string;
  hosted: readonly HostedService[];
  execution: boolean;
}>;

/** Fault: option_unfit. */
export function planUp(options: UpOptions): Result<UpPlan, Fault> {
  const { only, with: beside } = options;
  if (beside !== undefined && beside !== "execution-agent") {
    return unfit("only execution-agent runs beside the mesh", "--with");
  }
  if (beside !== undefined && findService(beside) === null) {
    return unfit("this build has no execution-agent", "--with");
  }
  const hosted = only === undefined ? ok(inMesh) : chosen(only);
  if (!hosted.ok) return hosted;
  const root = resolve(options.root);
  return ok({ root, hosted: hosted.value, execution: beside !== undefined });
}

const inMesh = services.filter(({ name }) => rosterAgent(name).process === "in_mesh");

function chosen(only: string): Result<readonly HostedService[], Fault> {
  const words = only.split(",").map((word) => word.trim());
  for (const word of words) {
    const name = findRosterName(word);
    const kind = name === null ? null : rosterAgent(name).process;
    if (kind === "in_mesh") continue;
    if (kind === "own") return unfit(`${word} is never hosted: --with ${word}`, "--only");
    if (kind === "batch") return unfit(`${word} is a batch: assay service ${word}`, "--only");
    const known = inMesh.map((service) => service.name).join(", ");
    return unfit(`no service ${JSON.stringify(word)}; some of ${known}`, "--only");
  }
  return ok(inMesh.filter(({ name }) => words.includes(name)));
}

function unfit(message: string, at: string): Result<never, Fault> {
  return err({ code: "option_unfit", message, at });
}
