import { type Command, Option } from "commander";
import { roster } from "#protocol";
import type { VenueMode } from "#safety";
import { defaultRoot } from "./root.ts";
import type { Shell } from "./verb.ts";

export type ServiceOptions = Readonly<{
  root: string;
  config: boolean;
  stdio: boolean;
  venue?: VenueMode;
  ports: "roster" | "free";
  json: boolean;
}>;

const examples = `
Services: ${roster.agents.map(({ agent_name }) => agent_name).join(", ")}.

Settings come from the environment; --config lists them. Processes meet over ASSAY_BUS_URL (NATS)
and ASSAY_DATABASE_URL (PostgreSQL), and consumers of market data need MARKETDATA_HEALTH_URL. Logs
are JSON lines on standard error. SIGTERM drains and ends with 0, Ctrl-C with 130. A batch ends by
itself, with 0 when its result is complete: ${batches()}.

Examples:
  $ assay service marketdata-mcp-server --config
  $ ASSAY_MARKETDATA_SOURCE=simulator assay service marketdata-mcp-server
  $ assay service marketdata-mcp-server --stdio      for an MCP client that starts it
  $ assay service mission-control                    one snapshot of what runs here
`;

/** `assay service NAME`: one service of the roster as a process of its own. */
export function addService(program: Command, shell: Shell): void {
  program
    .command("service")
    .description("run one service of the mesh in this process until it is stopped")
    .argument("<name>", "its name in the roster")
    .option("--config", "say which settings it has and which are set, and end", false)
    .option("--stdio", "marketdata-mcp-server: serve MCP over standard input and output", false)
    .addOption(
      new Option(
        "--venue <mode>",
        "execution-agent: where it may be armed for; OFF at boot too",
      ).choices(venueModes),
    )
    .addOption(
      new Option("--ports <which>", "the port of the roster, or a free one; ASSAY_HTTP_PORT wins")
        .choices(["roster", "free"])
        .default("roster"),
    )
    .option("--root <dir>", "where it keeps what it writes", defaultRoot)
    .option("--json", "JSON lines instead of text", false)
    .addHelpText("after", examples)
    .action(async (name: string, options: ServiceOptions) => {
      // Services bring much with them that no other command has to wait for.
      const { startOneService } = await import("./service-run.ts");
      shell.end(await startOneService(name, options, shell));
    });
}

const venueModes: VenueMode[] = ["simulated", "okx_demo", "okx_live"];

function batches(): string {
  const names = roster.agents.filter((agent) => agent.process === "batch");
  return names.map(({ agent_name }) => agent_name).join(", ");
}
