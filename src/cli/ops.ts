import { type Command, Option } from "commander";
import type { SnapshotKind } from "#ops";
import { collect } from "./incident-shared.ts";
import { defaultRoot } from "./root.ts";
import type { Shell } from "./verb.ts";

export type OpsOptions = Readonly<{
  root: string;
  address?: readonly string[];
  strict: boolean;
  json: boolean;
}>;

const examples = `
Both only read the mesh. Exit codes: 0 everything was asked and written, whatever the verdict; with
--strict 1 for NO_GO and 3 for UNKNOWN; 5 the result could not be written.

Examples:
  $ assay ops snapshot --kind pre_market
  $ assay ops report --strict
`;

/** `assay ops`: what mission-control and reporting-agent do, once, by hand. */
export function addOps(program: Command, shell: Shell): void {
  const ops = program
    .command("ops")
    .description("land what the mesh looks like, without touching it");
  const snapshot = ops
    .command("snapshot")
    .description("ask every agent and land ROOT/audit_artifacts/ops_runs/TIME_KIND/")
    .addOption(
      new Option("--kind <kind>", "which one of the day").choices(kinds).default("manual"),
    );
  withOptions(snapshot).action(async (options: OpsOptions & { kind: SnapshotKind }) => {
    const { landSnapshot } = await import("./ops-land.ts");
    await landSnapshot(options, shell, options.kind);
  });
  const report = ops
    .command("report")
    .description("ask every agent and write ROOT/audit_artifacts/deploy_report.{md,json}");
  withOptions(report).action(async (options: OpsOptions) => {
    const { landReport } = await import("./ops-land.ts");
    await landReport(options, shell);
  });
}

const kinds: SnapshotKind[] = ["pre_market", "intraday", "post_market", "manual"];

function withOptions(command: Command): Command {
  return command
    .option("--address <name=url>", "where an agent answers; may be repeated", collect)
    .option("--strict", "let the exit code say the verdict", false)
    .option("--root <dir>", "of the mesh that is meant", defaultRoot)
    .option("--json", "one JSON line", false)
    .addHelpText("after", examples);
}
