import { createGet, judgePosture, type Posture, sampleAgents } from "#ops";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { addressesOf } from "./ops-addresses.ts";
import { readableRoot } from "./root.ts";
import type { StatusOptions } from "./status.ts";
import { agentLineOf, agentTable, postureLines } from "./status-view.ts";
import { endOrValue, type Shell } from "./verb.ts";

/** Asks once and prints one screen. */
export async function showStatus(options: StatusOptions, shell: Shell): Promise<void> {
  const output = shell.output(options);
  // Services elsewhere can be asked from a machine that has no root.
  const root = readableRoot(options.root);
  const given = root.ok ? root.value : options.root;
  const addresses = endOrValue(addressesOf(given, options.address ?? []), shell, output);
  if (addresses === null) return;
  const samples = await sampleAgents(createGet(), addresses, Date.now);
  const posture = judgePosture(samples);
  const agents = samples.map(agentLineOf);
  output.record({ type: "status", ...posture, agents });
  for (const line of [...postureLines(posture), "", ...agentTable(agents)]) output.line(line);
  if (samples.every(({ ops }) => ops === null)) {
    output.note("no agent answers here; assay up starts them all");
  }
  shell.end(options.strict ? verdictExit(posture) : exitCodes.ok);
}

/** What could not be seen is not what was seen to be wrong. */
export function verdictExit({ verdict }: Posture): ExitCode {
  switch (verdict) {
    case "GO":
      return exitCodes.ok;
    case "NO_GO":
      return exitCodes.finding;
    case "UNKNOWN":
      return exitCodes.not_measurable;
  }
}
