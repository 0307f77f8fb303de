import type { Command } from "commander";
import { collect } from "./incident-shared.ts";
import { defaultRoot } from "./root.ts";
import type { Shell } from "./verb.ts";

export type StatusOptions = Readonly<{
  root: string;
  address?: readonly string[];
  strict: boolean;
  json: boolean;
}>;

const examples = `
Asks every agent, changes nothing, writes nothing. Exit codes: 0 told; with --strict 1 for NO_GO and
3 where something could not be seen (UNKNOWN).

Examples:
  $ assay status
  $ assay status --strict && echo "all is as it should be"
  $ assay status --address marketdata-mcp-server=http://10.0.0.5:8080
`;

/** `assay status`: the posture of the mesh on one screen. */
export function addStatus(program: Command, shell: Shell): void {
  program
    .command("status")
    .description("say how the mesh stands: posture, agents, reasons, and what to do next")
    .option("--address <name=url>", "where an agent answers; may be repeated", collect)
    .option("--strict", "let the exit code say the verdict", false)
    .option("--root <dir>", "of the mesh that is meant", defaultRoot)
    .option("--json", "one JSON line", false)
    .addHelpText("after", examples)
    .action(async (options: StatusOptions) => {
      const { showStatus } = await import("./status-show.ts");
      await showStatus(options, shell);
    });
}
