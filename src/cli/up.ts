import { performance } from "node:perf_hooks";
import { type Command, Option } from "commander";
import { defaultRoot } from "./root.ts";
import type { UpOptions } from "./up-plan.ts";
import type { Shell } from "./verb.ts";

const examples = `
Without further settings the mesh lives on recorded data: the embedded S&P 500 series, played with
times of now. ASSAY_MARKETDATA_SOURCE names another source (simulator, replay, okx, alpaca); assay
service NAME --config lists every setting. Strategies run in processes of their own, without network
or file writes. Execution is OFF, and nothing here turns it on.

Exit codes: 0 after SIGTERM, 130 after Ctrl-C (a second one leaves at once), 2 a setting is wrong,
5 a port, the store or the bus is not to be had.

Examples:
  $ assay up
  $ assay up --only marketdata-mcp-server,strategy-engine --ports free
  $ ASSAY_MARKETDATA_SOURCE=simulator assay up --with execution-agent
`;

/** `assay up`: the whole mesh in one process. */
export function addUp(program: Command, shell: Shell): void {
  program
    .command("up")
    .description("host the mesh of services in this process until it is stopped")
    .option("--only <names>", "services between commas; all by default")
    .option("--with <name>", "execution-agent too, as a process of its own; it stays OFF")
    .addOption(
      new Option("--ports <which>", "the ports of the roster, or free ones")
        .choices(["roster", "free"])
        .default("roster"),
    )
    .option("--root <dir>", "where it keeps what it writes", defaultRoot)
    .option("--json", "JSON lines: what is ready here, the logs on standard error", false)
    .addHelpText("after", examples)
    .action(async (options: UpOptions) => {
      const fromMs = performance.now();
      // Services bring much with them that no other command has to wait for.
      const { startUp } = await import("./up-start.ts");
      shell.end(await startUp(options, fromMs, shell));
    });
}
