import { isoFromMillis } from "#base";
import type { BirthEvent } from "#core";
import { agentIdText, agentName, createGenomeAnchorer } from "./agent-identity.ts";
import type { Arrival } from "./behavior-record.ts";
import type { BirthNames } from "./event-lines.ts";
import { type RunFiles, schemaOfPlan } from "./run-files.ts";
import { type RunPlan, runIdOfPlan } from "./run-plan.ts";

/** Lands roster entry, genome and matrix row of each birth. */
export type BirthRecorder = Readonly<{
  /** Gives the names that the birth line shares with them. */
  record: (event: BirthEvent) => BirthNames;
  isFounder: (agentId: number) => boolean;
  /** Hands out and forgets: what a behavior record repeats of a birth is kept for the living. */
  arrivalOf: (agentId: number) => Arrival | undefined;
}>;

export function createBirthRecorder(plan: RunPlan, files: RunFiles): BirthRecorder {
  const runId = runIdOfPlan(plan);
  const { genome_schema_version: version, weights_count: weights } = schemaOfPlan(plan);
  const anchorer = createGenomeAnchorer(version, weights);
  const founders = new Set<number>();
  const arrivals = new Map<number, Arrival>();

  function record(event: BirthEvent): BirthNames {
    const agent = agentName(runId, event.agent_id);
    const anchor = anchorer.fromFloats(event.weights);
    if (event.origin !== "split") founders.add(event.agent_id);
    const parentId = event.parent_id === null ? "null" : `"${agentIdText(event.parent_id)}"`;
    const names =
      `"agent_id":"${agent.id}","agent_id_hash":"${agent.hash}","gene_id":"${anchor.gene_id}",` +
      `"weights_sha256":"${anchor.weights_sha256}"`;
    files.roster.record(
      `{${names},"weights_count":${weights},"genome_schema_version":"${version}",` +
        `"metadata":{"parent_id":${parentId},"origin":"${event.origin}",` +
        `"generation":${event.generation},"lineage_id":"${agentIdText(event.lineage_id)}",` +
        `"born_tick":${event.at.tick},"cohort_id":"${cohortId(runId, event.at.segment)}"}}`,
    );
    files.genomes.line(
      `{"run_id":"${runId}","ts_utc":"${isoFromMillis(event.at.ts_ms)}",` +
        `"tick":${event.at.tick},${names},"genome_schema_version":"${version}",` +
        `"weights_count":${weights},"encoding":"base64_float32_le","weights":"${anchor.base64}"}`,
    );
    if (files.matrix !== null) {
      const birth_time = isoFromMillis(event.at.ts_ms);
      const genome_index = event.agent_id - 1;
      arrivals.set(event.agent_id, { genome_index, origin: event.origin, birth_time });
      files.matrix.row(event.weights);
    }
    const parent = event.parent_id === null ? null : agentName(runId, event.parent_id);
    return { agent, parent, anchor };
  }

  return {
    record,
    isFounder: (agentId) => founders.has(agentId),
    arrivalOf(agentId): Arrival | undefined {
      const arrival = arrivals.get(agentId);
      arrivals.delete(agentId);
      return arrival;
    },
  };
}

/** All agents of one segment live and compete together. */
export function cohortId(runId: string, segment: number): string {
  return `${runId}:${segment}`;
}
