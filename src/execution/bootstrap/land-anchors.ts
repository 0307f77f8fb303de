import { Defect, type Fault, ok, type Result } from "#base";
import { findGenomeSchema } from "#core";
import { executionDocumentText, type RosterAgent, rosterText } from "#evidence";
import type { Colony } from "../colony/colony.ts";
import { writeRunDocument } from "../landing/write-document.ts";
import type { RunSession } from "../run/open-session.ts";
import type { ChosenGenomes } from "./choose-genomes.ts";

type Triplet = Readonly<{
  allocated_capital_micro: number;
  system_reserve_micro: number;
  current_total_micro: number;
}>;

/**
 * Lands the anchor of every agent before any of them may act: roster, weights and births, and what
 * their decisions are made by. Without them an order could not be traced to a genome (the incident
 * of seeds/000).
 */
export function landAnchors(
  session: RunSession,
  colony: Colony,
  genomes: ChosenGenomes,
  { triplet, intervalMs }: Readonly<{ triplet: Triplet; intervalMs: number }>,
): Result<void, Fault> {
  const { journal, runId } = session;
  const { schema } = colony;
  const rules = landRules(session, colony, intervalMs);
  if (!rules.ok) return rules;
  const agents: RosterAgent[] = [];
  for (const [index, member] of colony.members.entries()) {
    const genome = genomes.genomes[index];
    if (genome === undefined) continue;
    const { id: agent_id, hash: agent_id_hash } = member;
    const { geneId: gene_id, weightsSha256: weights_sha256 } = genome;
    const anchor = { agent_id, agent_id_hash, gene_id, weights_sha256 };
    const { genome_schema_version, weights_count } = schema;
    agents.push({
      ...anchor,
      weights_count,
      genome_schema_version,
      metadata: {
        parent_id: null,
        origin: "founder",
        generation: 0,
        lineage_id: agent_id,
        born_tick: 0,
        cohort_id: `${runId}:0`,
      },
    });
    journal.execution("genomes_snapshot", {
      tick: 0,
      ...anchor,
      genome_schema_version,
      weights_count,
      encoding: "base64_float32_le",
      weights: genome.weightsBase64,
      pool_record_id: genome.poolRecordId,
    });
    journal.execution("birth_events", {
      tick: 0,
      ...anchor,
      origin: "founder",
      parent_id_hash: null,
      parent_id_hash_reason: "founder_from_a_snapshot",
      capital_micro: member.capitalMicro,
      capital_triplet: triplet,
    });
  }
  const written = landRoster(session, schema.genome_schema_version, agents);
  if (!written.ok) return written;
  const landed = journal.land();
  return landed.ok ? ok(undefined) : landed;
}

function landRules(
  { runId, directory }: RunSession,
  { sizes, rules }: Colony,
  intervalMs: number,
): Result<void, Fault> {
  const text = executionDocumentText("decision_rules", {
    schema_version: "decision_rules/1",
    run_id: runId,
    inst_id: sizes.instId,
    kernel: "reference",
    bar_interval_ms: intervalMs,
    tick_size: sizes.tickSize,
    lot_contracts: sizes.fromLots(1),
    micro_per_lot_tick: sizes.microPerLotTick,
    min_lots: sizes.minLots,
    max_lots: rules.maxLots,
    max_leverage: rules.maxLeverage,
    taker_fee_ppm: rules.takerFeePpm,
    participation_ppm: rules.participationPpm,
    half_spread_ppm: rules.halfSpreadPpm,
    impact_y_ppm: rules.impactYPpm,
  });
  return writeRunDocument(directory, "decision_rules.json", text);
}

/** agent_roster.json: who may act; nobody, in a run that ended before there were agents. */
export function landRoster(
  { runId, directory, request }: RunSession,
  schemaVersion: string,
  agents: readonly RosterAgent[],
): Result<void, Fault> {
  const { host } = request;
  const schema = findGenomeSchema(schemaVersion);
  if (schema === null) throw new Defect(`no schema ${schemaVersion}`);
  const head = {
    schema_version: "agent_roster/1",
    run_id: runId,
    build_git_sha: host.git_commit,
    build_git_sha_reason: host.git_commit_reason,
    image_digest: host.docker_image,
    image_digest_reason: host.docker_image_reason,
    feature_contract_version: schema.feature_contract_version,
    feature_dimension: schema.feature_dimension,
    genome_schema_version: schema.genome_schema_version,
    weights_count: schema.weights_count,
  } as const;
  return writeRunDocument(directory, "agent_roster.json", rosterText(head, agents));
}
