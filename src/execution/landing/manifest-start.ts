import { featureContract, findGenomeSchema } from "#core";
import type { VenueBootstrap, VenueIdentity } from "#evidence";
import { amountText, microAmount } from "../amounts/amount.ts";
import { agentCountRule } from "../bootstrap/share-capital.ts";
import { barInterval } from "../market-view/bar-interval.ts";
import { recordedConfig } from "../run/run-config.ts";
import type { ManifestFacts } from "./manifest-facts.ts";

/** What the run is: settled before its first order. */
export function identityPart({ session, genomes }: ManifestFacts): VenueIdentity {
  const { request, runId, configHash } = session;
  const { config, snapshot } = request;
  const interval = barInterval(config.bar);
  const barSeconds = interval.ok ? interval.value / 1000 : 0;
  return {
    schema_version: "venue_run_manifest/1",
    run_id: runId,
    meta: { tier: "tier2_full", contract: "orders/1" },
    mode: request.mode,
    window: null,
    window_reason: "a_venue_has_no_window",
    ablation: null,
    ablation_reason: "not_an_ablation",
    config: recordedConfig(config),
    config_hash: configHash,
    core_hash: request.coreHash,
    results_dir: `runs/${runId}`,
    ...decisionPart(genomes.schemaVersion),
    pool_namespace: snapshot.document.pool,
    genome_snapshot: {
      snapshot_id: snapshot.id,
      sha256: snapshot.document.sha256,
      records: snapshot.document.records,
      genes: genomes.offered,
      authenticity: snapshot.authenticity,
      authenticity_reason: snapshot.authenticity_reason,
    },
    world_parameters: {
      tick_seconds: config.tickSeconds ?? barSeconds,
      bar: config.bar,
      change_reason_code: "set_at_the_start",
    },
  };
}

/** How agents came to their number and their money. */
export function bootstrapPart({ session, state, flattened }: ManifestFacts): VenueBootstrap {
  const { config } = session.request;
  const value = state === null ? null : amountText(state.bootstrapEquity);
  const agents = state === null ? null : state.colony.members.length + state.colony.buried.length;
  const why = "the_run_ended_before_there_were_agents";
  return {
    bootstrap_capital_source: "exchange_equity_after_flatten",
    bootstrap_capital_currency: session.probed.sizes.currency,
    bootstrap_capital_field: "details.eq",
    bootstrap_capital_value: value,
    bootstrap_capital_value_reason: value === null ? why : null,
    allocation_ratio: amountText(microAmount(config.allocationRatioPpm)),
    bootstrap_agent_count_enabled: true,
    capital_per_agent: amountText(microAmount(config.capitalPerAgentMicro)),
    min_agents: config.minAgents,
    max_agents: config.maxAgents,
    num_agents: agents,
    num_agents_reason: agents === null ? why : null,
    agent_count_rule: agentCountRule,
    preflight_status: flattened?.status ?? "not_reached",
  };
}

/** How inputs become decisions, and that genomes take the inputs that are made. */
function decisionPart(
  schemaVersion: string,
): Pick<
  VenueIdentity,
  | "genome_schema_version"
  | "feature_contract_version"
  | "feature_dimension"
  | "decision_input_dim"
  | "decision_contract_version"
  | "feature_contract"
  | "alignment_check"
> {
  const schema = findGenomeSchema(schemaVersion);
  const { version, dimension, features } = featureContract;
  const passed = schema?.feature_dimension === dimension;
  return {
    genome_schema_version: schemaVersion,
    feature_contract_version: version,
    feature_dimension: dimension,
    decision_input_dim: schema?.feature_dimension ?? 0,
    decision_contract_version: "reference_decide/1",
    feature_contract: {
      contract_version: version,
      dimension,
      probe_order: features.map(({ id }) => id),
      probe_categories: [...new Set(features.map(({ group }) => group))],
    },
    alignment_check: {
      passed,
      reason: passed ? "genomes take the inputs that are made" : "genomes take other inputs",
    },
  };
}
