import { linearSchema } from "#core";
import type { PoolRecord } from "../artifacts/pool-record.ts";
import type { SigningKey } from "../keys/key-ring.ts";
import { agentIdHash, agentIdText, createGenomeAnchorer } from "../run/agent-identity.ts";
import { policyOf, testKey } from "../seal/sealed-run-fixture.ts";
import type { Processes } from "../store/process-identity.ts";
import type { SimulatedDisk } from "../store/simulated-disk.ts";
import type { NewRecord } from "./append-pool.ts";
import { poolLineOf } from "./pool-records.ts";
import type { PoolTrust } from "./pool-trust.ts";

/** For tests: sound records of a run that is nowhere, and those who sign pools of them. */
export const poolKey: SigningKey = testKey(9, "pool");

/** Whoever held a lock before is gone. */
export const lonelyProcesses: Processes = {
  self: { host: "h", boot_id: "b", pid_namespace: "n", pid: 1, started_ticks: 1 },
  startedTicks: () => "gone",
};

export function trustOn(disk: SimulatedDisk, key: SigningKey = poolKey): PoolTrust {
  const memory = { fs: disk, directory: "/keys/witness", processes: lonelyProcesses };
  return { policy: policyOf([key]), key, memory };
}

/** Record number `agent` of one run; equal numbers make equal records. */
export function recordOf(agent: number, changes: Partial<PoolRecord> = {}): PoolRecord {
  const agent_id = agentIdText(agent);
  const weights = Float32Array.from({ length: 33 }, (_, at) => (at - agent) / 64);
  const anchor = anchorer.fromFloats(weights);
  return {
    id: `${runId}:${agent_id}`,
    schema_version: "pool_record/1",
    created_at: "2026-01-02T03:04:05.006Z",
    source,
    agent_id,
    agent_id_hash: agentIdHash(runId, agent_id),
    origin: "founder",
    generation: agent % 3,
    lineage_id: agent_id,
    cohort_id: `${runId}:0`,
    gene_id: anchor.gene_id,
    weights_sha256: anchor.weights_sha256,
    weights_count: 33,
    genome_schema_version: linearSchema.genome_schema_version,
    feature_contract_version: linearSchema.feature_contract_version,
    encoding: "base64_float32_le",
    genome_vector: anchor.base64,
    genome_vector_342: null,
    genome_vector_342_reason: "not_a_342_gene_genome",
    metrics_summary: metricsOf(agent),
    fingerprint_ref: `runs_hf/${runId}/execution_fingerprint.json`,
    ...changes,
  };
}

export function newRecordOf(agent: number): NewRecord {
  const record = recordOf(agent);
  return { runId, agentId: record.agent_id, line: poolLineOf(record) };
}

/** Lines of the records from..to - 1. */
export function linesOf(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, at) => poolLineOf(recordOf(from + at)));
}

const runId = "HF_0123456789abcdef";
const anchorer = createGenomeAnchorer(linearSchema.genome_schema_version, 33);

const source: PoolRecord["source"] = {
  git_commit: null,
  git_commit_reason: "no_git_checkout",
  docker_image: null,
  docker_image_reason: "image_not_named",
  run_id: runId,
  seed: 1,
  mode: "offline",
  window: {
    name: "train",
    start_index: 0,
    len: 100,
    start_utc: "2025-01-01T00:00:00.000Z",
    end_utc: "2025-02-01T00:00:00.000Z",
  },
  ablation: null,
  ablation_reason: "none",
  dataset_id: "d".repeat(64),
  config_hash: "c".repeat(64),
  core_hash: "e".repeat(64),
};

function metricsOf(agent: number): PoolRecord["metrics_summary"] {
  return {
    survived: true,
    lifetime_return: agent / 1000,
    costs_micro: 6,
    has_nan: false,
    has_inf: false,
    has_explosion: false,
    run_deaths: 0,
    run_administrative_death_share: null,
    run_administrative_death_share_reason: "no_deaths",
    life: {
      born_tick: 0,
      age_ticks: 99,
      initial_capital_micro: 1000,
      capital_base_micro: 1000,
      given_to_children_micro: 0,
      trade_flow_micro: agent + 6,
      fees_micro: 1,
      funding_micro: 2,
      living_cost_micro: 3,
      position_lots: 0,
      mark_price_ticks: 10,
      final_capital_micro: 1000 + agent,
      opened_long: agent,
      opened_short: 0,
      closed: agent,
      closed_with_profit: 0,
      partial_fills: 0,
      unfilled_orders: 0,
      children: 0,
      last_signal: 0.5,
      state_final: "OUT_MARKET",
    },
  };
}
