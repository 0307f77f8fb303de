import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { err, type Fault, ok, type Result } from "#base";
import { rosterAgent, rosterHead } from "../artifacts/agent-roster.ts";
import { ledgerLine } from "../artifacts/capital-ledger.ts";
import { type GatingTelemetry, gatingTelemetry } from "../artifacts/gating-telemetry.ts";
import type { RunManifest } from "../artifacts/run-manifest.ts";
import type { RunSummary } from "../artifacts/run-summary.ts";
import { type SurvivorLine, survivorLine } from "../artifacts/survivors.ts";
import { runFileNames, sumsFileName } from "../run/file-names.ts";
import { lifetimeGain } from "../run/population-stats.ts";
import { readDocument } from "./read-document.ts";
import { readListDocument } from "./read-list-document.ts";
import { readRecords } from "./read-records.ts";
import { readRunManifest, readRunSummary } from "./read-run.ts";

/** What a researcher wants to see of a run; nothing here is verified. */
export type RunOverview = Readonly<{
  manifest: RunManifest;
  summary: RunSummary;
  telemetry: GatingTelemetry;
  sealed: boolean;
  /** Total capital at each ledger line. */
  equity: readonly EquityPoint[];
  /** Families of the agents alive at the end, the richest first. */
  lineages: readonly LineageOverview[];
}>;

export type EquityPoint = Readonly<{ tick: number; total_micro: number; alive_agents: number }>;

export type LineageOverview = Readonly<{
  lineage_id: string;
  /** Everyone of this family who ever lived. */
  members: number;
  alive: number;
  deepest_generation: number;
  final_capital_micro: number;
  /** Best lifetime return among its living. */
  best_return: number;
  best_agent: string;
}>;

/** Faults: run_file_missing, run_file_invalid. */
export function readRunOverview(directory: string): Result<RunOverview, Fault> {
  const manifest = readRunManifest(directory);
  if (!manifest.ok) return manifest;
  const summary = readRunSummary(directory);
  if (!summary.ok) return summary;
  const telemetryPath = join(directory, runFileNames.gating_telemetry);
  const telemetry = readDocument(telemetryPath, gatingTelemetry);
  if (telemetry.value === null) return err(invalid(telemetryPath, telemetry.problems[0]?.detail));
  const equity: EquityPoint[] = [];
  const ledger = each(join(directory, runFileNames.capital_ledger), ledgerLine, (line) => {
    const { tick, alive_agents, capital_triplet } = line;
    equity.push({ tick, alive_agents, total_micro: capital_triplet.current_total_micro });
  });
  if (!ledger.ok) return ledger;
  const lineages = readLineages(directory);
  if (!lineages.ok) return lineages;
  return ok({
    manifest: manifest.value,
    summary: summary.value,
    telemetry: telemetry.value,
    sealed: lstatSync(join(directory, sumsFileName), { throwIfNoEntry: false }) !== undefined,
    equity,
    lineages: lineages.value,
  });
}

function readLineages(directory: string): Result<readonly LineageOverview[], Fault> {
  const survivors = new Map<string, SurvivorLine["life"]>();
  const read = each(join(directory, runFileNames.survivors), survivorLine, (line) => {
    survivors.set(line.agent_id, line.life);
  });
  if (!read.ok) return read;

  const families = new Map<string, LineageOverview>();
  const path = join(directory, runFileNames.agent_roster);
  let fault: Fault | null = null;
  const shape = { head: rosterHead, listKey: "agents", item: rosterAgent };
  readListDocument(path, shape, {
    head: () => {},
    item({ agent_id, metadata }): void {
      const { lineage_id, generation } = metadata;
      const family = families.get(lineage_id) ?? emptyFamily(lineage_id);
      const life = survivors.get(agent_id);
      const gain = life === undefined ? null : lifetimeGain(life) / life.initial_capital_micro;
      const best = gain !== null && gain > family.best_return;
      families.set(lineage_id, {
        lineage_id,
        members: family.members + 1,
        alive: family.alive + (life === undefined ? 0 : 1),
        deepest_generation: Math.max(family.deepest_generation, generation),
        final_capital_micro: family.final_capital_micro + (life?.final_capital_micro ?? 0),
        best_return: best ? gain : family.best_return,
        best_agent: best ? agent_id : family.best_agent,
      });
    },
    problem: ({ detail }) => {
      fault ??= invalid(path, detail);
    },
  });
  if (fault !== null) return err(fault);
  const living = [...families.values()].filter(({ alive }) => alive > 0);
  return ok(living.toSorted((a, b) => b.final_capital_micro - a.final_capital_micro));
}

function emptyFamily(lineage_id: string): LineageOverview {
  return {
    lineage_id,
    members: 0,
    alive: 0,
    deepest_generation: 0,
    final_capital_micro: 0,
    best_return: Number.NEGATIVE_INFINITY,
    best_agent: "",
  };
}

/** Streams the records of a line file; its first problem is the fault. */
function each<T extends object>(
  path: string,
  schema: z.ZodType<T>,
  take: (record: T) => void,
): Result<null, Fault> {
  let fault: Fault | null = null;
  const read = readRecords(path, schema, {
    record: take,
    problem: ({ detail, line }) => {
      fault ??= invalid(`${path} line ${line}`, detail);
    },
  });
  if (!read.ok) return err(invalid(path, read.fault.detail));
  return fault === null ? ok(null) : err(fault);
}

function invalid(at: string, detail: string | undefined): Fault {
  const message = `cannot be read: ${detail ?? "unknown reason"}; assay verify tells more`;
  return { code: "run_file_invalid", message, at };
}
