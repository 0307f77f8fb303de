import { join } from "node:path";
import { z } from "zod";
import { err, type Fault, ok, type Result } from "#base";
import { hex, maybe, parseShape, shortText, whole } from "../files/parse-shape.ts";
import { type Line, linesOf } from "../files/read-lines.ts";
import { runFiles } from "../sources/run-files.ts";
import type { LivingAgent } from "./read-summary.ts";
import type { RowSink } from "./row-sink.ts";

export type RunPlace = Readonly<{
  root: string;
  /** Relative to the root. */
  directory: string;
  runId: string;
  /** The files of a sealed run are whole; those of any other may end in the middle of a line. */
  sealed: boolean;
  /** Who lives at the end, of a run that owes no survivor file; null where the file says it. */
  living: readonly LivingAgent[] | null;
}>;

/** Streams roster, deaths and survivors; a fault means that one of them cannot be read. */
export async function indexAgents(place: RunPlace, sink: RowSink): Promise<Fault | null> {
  const roster = await indexRoster(place, sink);
  return roster ?? indexEnds(place, sink);
}

/**
 * `{head,"agents":[`, then one agent per line, each but the first led by a comma, then `]}`: one
 * JSON document that is read line by line.
 */
async function indexRoster(place: RunPlace, sink: RowSink): Promise<Fault | null> {
  const file = `${place.directory}/${runFiles.roster}`;
  let schema: string | null = null;
  let rows = 0;
  let closed = false;
  for (const line of linesOf(join(place.root, file), file)) {
    if (!line.ok) return excuse(line.fault, place);
    const { number, text } = line.value;
    const at = `${file}:${number}`;
    if (closed) return { code: "record_invalid", message: "text after the end of the list", at };
    if (schema === null) {
      const head = readHead(line.value, at, place.runId);
      if (!head.ok) return head.fault;
      schema = head.value;
    } else if (text === "]}") {
      closed = true;
    } else {
      const agent = parseShape(text.startsWith(",") ? text.slice(1) : text, agentShape, at);
      if (!agent.ok) return agent.fault;
      const { metadata, genome_schema_version, ...anchor } = agent.value;
      await sink.put("agents", {
        ...anchor,
        ...(metadata ?? noMetadata),
        run_id: place.runId,
        roster_row: rows++,
        genome_schema_version: genome_schema_version ?? schema,
      });
    }
  }
  if (closed || !place.sealed) return null;
  return { code: "roster_unfinished", message: "the list of agents is not closed", at: file };
}

function readHead({ text }: Line, at: string, runId: string): Result<string, Fault> {
  const opening = ',"agents":[';
  if (!text.endsWith(opening)) {
    return err({ code: "record_invalid", message: "the first line opens no list of agents", at });
  }
  const head = parseShape(`${text.slice(0, -opening.length)}}`, headShape, at);
  if (!head.ok) return head;
  if (head.value.run_id === runId) return ok(head.value.genome_schema_version);
  return err({ code: "run_id_differs", message: "the roster is of another run", at });
}

async function indexEnds(place: RunPlace, sink: RowSink): Promise<Fault | null> {
  let rows = 0;
  for (const { name, status } of place.living === null ? endFiles : deathFiles) {
    const file = `${place.directory}/${name}`;
    for (const line of linesOf(join(place.root, file), file)) {
      if (!line.ok) {
        const fault = excuse(line.fault, place);
        if (fault !== null) return fault;
        break;
      }
      const end = parseShape(line.value.text, endShape, `${file}:${line.value.number}`);
      if (!end.ok) return end.fault;
      const { agent_id_hash, death_reason, life } = end.value;
      await sink.put("agent_ends", {
        run_id: place.runId,
        end_row: rows++,
        agent_id_hash,
        status,
        death_reason,
        final_capital_micro: life?.final_capital_micro ?? null,
        age_ticks: life?.age_ticks ?? null,
      });
    }
  }
  for (const agent of place.living ?? []) {
    const { agent_id_hash, final_capital_micro } = agent;
    const end = { run_id: place.runId, end_row: rows++, agent_id_hash, status: "alive" } as const;
    await sink.put("agent_ends", {
      ...end,
      death_reason: null,
      final_capital_micro,
      age_ticks: null,
    });
  }
  return null;
}

/** A run that is at work, or died at work, may lack a file or the end of its last line. */
function excuse(fault: Fault, { sealed }: RunPlace): Fault | null {
  const unfinished = fault.code === "file_missing" || fault.code === "line_unfinished";
  return unfinished && !sealed ? null : fault;
}

const deathFiles = [{ name: runFiles.deaths, status: "dead" }] as const;

const endFiles = [...deathFiles, { name: runFiles.survivors, status: "alive" }] as const;

const text = maybe(shortText);
const number = maybe(whole);

const headShape = z.object({ run_id: shortText, genome_schema_version: shortText });

const agentShape = z.object({
  agent_id: shortText,
  agent_id_hash: hex,
  gene_id: hex,
  weights_sha256: hex,
  genome_schema_version: text,
  metadata: maybe(
    z.object({
      lineage_id: text,
      parent_id: text,
      origin: text,
      generation: number,
      born_tick: number,
    }),
  ),
});

const noMetadata = {
  lineage_id: null,
  parent_id: null,
  origin: null,
  generation: null,
  born_tick: null,
};

const endShape = z.object({
  agent_id_hash: hex,
  death_reason: text,
  life: maybe(z.object({ final_capital_micro: number, age_ticks: number })),
});
