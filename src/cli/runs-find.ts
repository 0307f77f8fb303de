import type { Command } from "commander";
import { err, type Fault, ok, type Result } from "#base";
import type { AgentFilter, FoundAgent } from "#catalog";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { money } from "./run-figures.ts";
import { isAtVenue, readLimit, skippedLine } from "./runs-list.ts";
import { groupDigits } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";
import {
  addCatalogOptions,
  type CatalogOptions,
  type OpenCatalog,
  withFreshCatalog,
} from "./with-catalog.ts";
import { readOrThrow } from "./world-flags.ts";

type FindOptions = CatalogOptions &
  Readonly<{
    geneId?: string;
    weightsSha256?: string;
    agentHash?: string;
    lineage?: string;
    run?: string;
    limit: number;
  }>;

const examples = `
Which genome did this? An order, a death or a log line names an agent by its hash; the roster of
its run names the genome. Several parts narrow the search. Exit 1 when nothing is found.

Examples:
  $ assay runs find --agent-hash 58e79269a0479524
  $ assay runs find --gene-id c1c0732a
  $ assay runs find --run HF_0123456789abcdef --lineage a000007 --json
`;

/** `assay runs find`: agents and the genomes behind them, by any of the names they go by. */
export function addRunsFind(runs: Command, shell: Shell): void {
  const command = runs
    .command("find")
    .description("find the genome behind an agent, or the agents of a genome")
    .option("--gene-id <hex>", "16 digits, or the first of them", hexOf(16))
    .option("--weights-sha256 <hex>", "64 digits, or the first of them", hexOf(64))
    .option("--agent-hash <hex>", "16 digits, or the first of them", hexOf(16))
    .option("--lineage <agent>", "founder of the lineage, like a000007")
    .option("--run <id>", "agents of this run only")
    .option("--limit <n>", "how many at most", readLimit, 20);
  addCatalogOptions(command)
    .addHelpText("after", examples)
    .action(async (options: FindOptions) => {
      const filter = endOrValue(filterOf(options), shell, shell.output(options));
      if (filter === null) return;
      await withFreshCatalog(options, shell, (open) => find(filter, options.limit, open));
    });
}

/** Fewer digits than four would find half of everything. */
function hexOf(digits: number): (text: string) => string {
  const read = (text: string): Result<string, Fault> => {
    const hex = text.toLowerCase();
    if (/^[0-9a-f]{4,}$/.test(hex) && hex.length <= digits) return ok(hex);
    const message = `expected 4 to ${digits} hex digits, got "${text}"`;
    return err({ code: "hex_malformed", message });
  };
  return (text) => readOrThrow(text, read);
}

function filterOf(options: FindOptions): Result<AgentFilter, Fault> {
  const { geneId, weightsSha256, agentHash, lineage, run } = options;
  const filter: AgentFilter = {
    ...(geneId === undefined ? {} : { gene_id: geneId }),
    ...(weightsSha256 === undefined ? {} : { weights_sha256: weightsSha256 }),
    ...(agentHash === undefined ? {} : { agent_id_hash: agentHash }),
    ...(lineage === undefined ? {} : { lineage_id: lineage }),
    ...(run === undefined ? {} : { run_id: run }),
  };
  if (Object.keys(filter).length > 0) return ok(filter);
  const names = "--gene-id, --weights-sha256, --agent-hash, --lineage or --run";
  return err({ code: "find_nothing_named", message: `say what to find: ${names}` });
}

async function find(
  filter: AgentFilter,
  limit: number,
  { catalog, store, output }: OpenCatalog,
): Promise<ExitCode> {
  const found = await catalog.findAgents(store, { filter, limit });
  if (!found.ok) return output.fail(found.fault);
  const { agents, total } = found.value;
  const skipped = await catalog.listSkipped(store);
  if (!skipped.ok) return output.fail(skipped.fault);

  for (const [index, agent] of agents.entries()) {
    if (index > 0) output.line("");
    for (const line of linesOf(agent)) output.line(line);
    output.record({ type: "agent", ...agent, run_sealed: agent.run_sealed === 1 });
  }
  output.record({ type: "result", listed: agents.length, total, skipped: skipped.value.length });
  output.note(summaryLine(agents.length, total));
  if (skipped.value.length > 0) output.note(skippedLine(skipped.value.length));
  return total > 0 ? exitCodes.ok : exitCodes.finding;
}

function summaryLine(shown: number, total: number): string {
  if (total === 0) return "no agent of an indexed run matches";
  if (shown === total) return total === 1 ? "1 agent" : `${groupDigits(total)} agents`;
  return `${groupDigits(shown)} of ${groupDigits(total)} agents; --limit shows more`;
}

function linesOf(agent: FoundAgent): readonly string[] {
  const { pools, parent_id, lineage_id, generation, born_tick } = agent;
  const parent = parent_id === null ? (agent.origin ?? "origin unknown") : `child of ${parent_id}`;
  // The first line of a roster is its head, and lines count from 1.
  const roster = `${agent.run_directory}/agent_roster.json line ${agent.roster_row + 2}`;
  return [
    `agent    ${agent.agent_id}  hash ${agent.agent_id_hash}`,
    `genome   ${agent.gene_id}  ${agent.genome_schema_version}`,
    `weights  sha256 ${agent.weights_sha256}`,
    `descent  lineage ${lineage_id ?? "-"}, generation ${generation ?? "-"}, ${parent}, ` +
      `born at tick ${born_tick ?? "-"}`,
    `end      ${endText(agent)}`,
    `run      ${agent.run_id}  ${agent.run_status}${agent.run_sealed === 1 ? "" : ", unsealed"}, ` +
      `${agent.run_verdict ?? "not verified"}; ${placeOf(agent)}`,
    `record   ${roster}; weights in genomes_snapshot.jsonl there`,
    ...(pools.length === 0 ? [] : [`pools    ${pools.join(", ")}`]),
  ];
}

/** The bars that a run lived on, or the venue at which it traded. */
function placeOf({ run_mode: mode, ...run }: FoundAgent): string {
  if (isAtVenue(mode)) return `${mode} at a venue, ${run.instrument ?? "-"}`;
  const { dataset_name: dataset, window_name: window, seed } = run;
  return `${dataset ?? "-"}, window ${window ?? "-"}, seed ${seed ?? "-"}`;
}

function endText(agent: FoundAgent): string {
  const { agent_status, death_reason, final_capital_micro, age_ticks } = agent;
  if (agent_status === "unknown") return "not on record: the run did not end";
  const how = agent_status === "alive" ? "alive when the run ended" : `died: ${death_reason}`;
  const capital = final_capital_micro === null ? "-" : money(final_capital_micro);
  return `${how}, after ${age_ticks ?? "-"} ticks, with a capital of ${capital}`;
}
