import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A run directory in few words; what is not said has a plain default. */
export type WrittenRun = Readonly<{
  run_id: string;
  folder?: "runs_hf" | "runs";
  seed?: number;
  status?: string;
  dataset?: string;
  window?: string;
  start_time?: string;
  system_return?: number | null;
  /** Agents a000001 and so on; the first half died, the others survived. */
  agents?: number;
  sealed?: boolean;
  /** More keys for the manifest, or other values. */
  manifest?: Readonly<Record<string, unknown>>;
}>;

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The sixteen digits that a run's records call an agent by. */
export function agentHash(runId: string, agentId: string): string {
  return hashOf(`${runId}:${agentId}`).slice(0, 16);
}

export function agentName(index: number): string {
  return `a${String(index + 1).padStart(6, "0")}`;
}

/** Writes the files of a run that an index reads, and gives the directory. */
export function writeRun(root: string, run: WrittenRun): string {
  const directory = join(root, run.folder ?? "runs_hf", run.run_id);
  mkdirSync(directory, { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);
  write("run_manifest.json", json(manifestOf(run)));
  write("agent_roster.json", rosterOf(run));
  const { deaths, survivors } = endsOf(run);
  write("death_events.jsonl", deaths);
  write("survivors.jsonl", survivors);
  if (run.sealed === false) return directory;
  write("multiple_experiments_summary.json", json(summaryOf(run)));
  write("SHA256SUMS", `${hashOf("x")}  run_manifest.json\n`);
  return directory;
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function manifestOf(run: WrittenRun): object {
  return {
    schema_version: "run_manifest/1",
    run_id: run.run_id,
    meta: { tier: "tier1_hf", contract: "run_directory/1" },
    mode: "offline",
    status: run.status ?? "completed",
    status_detail: "window_end",
    seed: run.seed ?? 1,
    dataset: { dataset_id: hashOf(run.dataset ?? "market"), name: run.dataset ?? "market" },
    instrument: { id: "BTC-USDT-SWAP" },
    window: { name: run.window ?? "all", start_index: 0, len: 10 },
    start_time: run.start_time ?? "2026-01-01T00:00:00.000Z",
    ...run.manifest,
  };
}

function summaryOf(run: WrittenRun): object {
  const agents = run.agents ?? 2;
  const dead = Math.floor(agents / 2);
  return {
    schema_version: "run_summary/1",
    run_id: run.run_id,
    end: "window_end",
    agent_bars: agents * 10,
    founders: agents,
    births: 0,
    deaths: dead,
    deaths_by_reason: { capital_depleted: dead, liquidated: 0, review_culled: 0 },
    alive_agents: agents - dead,
    system_return: run.system_return === undefined ? 0.01 : run.system_return,
  };
}

function rosterOf({ run_id, agents = 2 }: WrittenRun): string {
  const head = JSON.stringify({ run_id, genome_schema_version: "twin-33-5-1/1" });
  const lines = Array.from({ length: agents }, (_, index) => {
    const agent_id = agentName(index);
    const weights = hashOf(`${run_id} weights ${index}`);
    const record = {
      agent_id,
      agent_id_hash: agentHash(run_id, agent_id),
      gene_id: weights.slice(0, 16),
      weights_sha256: weights,
      genome_schema_version: "twin-33-5-1/1",
      metadata: { lineage_id: agent_id, parent_id: null, origin: "founder", generation: 0 },
    };
    return `${index === 0 ? "" : ","}${JSON.stringify(record)}\n`;
  });
  return `${head.slice(0, -1)},"agents":[\n${lines.join("")}]}\n`;
}

function endsOf({ run_id, agents = 2 }: WrittenRun): { deaths: string; survivors: string } {
  const dead = Math.floor(agents / 2);
  const lines = Array.from({ length: agents }, (_, index) => {
    const end = {
      run_id,
      agent_id_hash: agentHash(run_id, agentName(index)),
      ...(index < dead ? { death_reason: "capital_depleted" } : {}),
      life: { final_capital_micro: index * 1_000_000, age_ticks: index },
    };
    return `${JSON.stringify(end)}\n`;
  });
  return { deaths: lines.slice(0, dead).join(""), survivors: lines.slice(dead).join("") };
}
