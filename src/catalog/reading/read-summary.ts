import { z } from "zod";
import { type Fault, ok, type Result } from "#base";
import type { RunSummary } from "#evidence";
import { hex, maybe, shortText, whole } from "../files/parse-shape.ts";
import { readDocument } from "../files/read-document.ts";
import type { RunRow } from "../tables/run-rows.ts";

/** The columns of a run that its summary fills. */
export type SummaryPart = Pick<
  RunRow,
  | "world_end"
  | "ticks"
  | "agent_bars"
  | "founders"
  | "births"
  | "deaths"
  | "survivors"
  | "agents_ever"
  | "max_generation"
  | "initial_total_micro"
  | "current_total_micro"
  | "system_return_ppm"
>;

export type ReadSummary = Readonly<{
  part: SummaryPart;
  deathsByReason: Readonly<Record<string, number>>;
  /** Agents alive at the end, where the summary lists them: that of a run at a venue does. */
  living: readonly LivingAgent[];
}>;

export type LivingAgent = Readonly<{ agent_id_hash: string; final_capital_micro: number | null }>;

/** Reads what the index takes from a summary; a run that has not ended has none. */
export function readSummary(path: string, at: string): Result<ReadSummary, Fault> {
  const read = readDocument(path, summaryShape, at);
  if (!read.ok) return read.fault.code === "file_missing" ? ok(noSummary) : read;
  const { agents, end, alive_agents, capital_triplet, deaths_by_reason, ...rest } =
    read.value.value;
  const { system_return, ...columns } = rest;
  const part: SummaryPart = {
    ...columns,
    world_end: end,
    survivors: alive_agents,
    current_total_micro: capital_triplet?.current_total_micro ?? null,
    system_return_ppm: system_return === null ? null : Math.round(system_return * 1_000_000),
  };
  const living = (agents ?? []).filter(({ is_alive }) => is_alive);
  return ok({ part, deathsByReason: deaths_by_reason ?? {}, living });
}

const text = maybe(shortText);
const number = maybe(whole);

/** Far above any return, so that its millionths are a whole number that float64 holds. */
const ratio = z.number().gt(-1e9).lt(1e9);

const agentShape = z.object({
  agent_id_hash: hex,
  final_capital_micro: number,
  is_alive: z.boolean(),
});

const summaryShape = z.object({
  agents: maybe(z.array(agentShape)),
  end: text,
  ticks: number,
  agent_bars: number,
  founders: number,
  births: number,
  deaths: number,
  deaths_by_reason: maybe(z.record(shortText, whole)),
  alive_agents: number,
  agents_ever: number,
  max_generation: number,
  initial_total_micro: number,
  capital_triplet: maybe(z.object({ current_total_micro: number })),
  system_return: maybe(ratio),
} satisfies Partial<Record<keyof RunSummary | "agents", z.ZodType>>);

const noSummary: ReadSummary = {
  part: {
    world_end: null,
    ticks: null,
    agent_bars: null,
    founders: null,
    births: null,
    deaths: null,
    survivors: null,
    agents_ever: null,
    max_generation: null,
    initial_total_micro: null,
    current_total_micro: null,
    system_return_ppm: null,
  },
  deathsByReason: {},
  living: [],
};
