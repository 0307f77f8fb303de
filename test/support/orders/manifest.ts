import { isoFromMillis } from "#base";
import type { AuditScope, JsonRecord, OrderManifest } from "#evidence";
import type { Draft } from "./draft.ts";
import type { VenueSession } from "./session.ts";
import { coreHash, digest, snapshotId, startMs } from "./spec.ts";
import { agentCapitalMicro, genomeSchema, lastTick } from "./world.ts";

/** The order sections of the manifest; a test may change them before they are written. */
export type ManifestDraft = Draft<OrderManifest>;

export function orderSections(session: VenueSession, scope: AuditScope | null): ManifestDraft {
  const { ids, spec } = session;
  const shot = session.attempts.find((one) => one.flags.oneshot && one.status === "ok");
  const freeze = session.freezes[0];
  const flattened = session.attempts.filter(
    (one) => one.lifecycle_scope === "startup_flatten" && one.status === "sending",
  );
  const tests = session.attempts.filter((one) => one.lifecycle_scope === "preflight_self_test");
  return {
    run_id: ids.runId,
    meta: { tier: spec.tier },
    mode: "okx_demo",
    startup_flatten: {
      enabled: true,
      positions_detected: 1,
      orders_submitted: flattened.length,
      completed: true,
      reason_code: "positions_closed",
    },
    broker_trader_test: { client_order_ids: [...new Set(tests.map((one) => one.client_order_id))] },
    oneshot_closure_proof: {
      enabled: spec.oneShot,
      tick: shot?.tick ?? null,
      action: spec.oneShot ? "open_long" : null,
      agent_id_hash: shot?.agent_id_hash ?? null,
      client_order_id: shot?.client_order_id ?? null,
      ordId: shot?.exchange_ids.ordId ?? null,
      step88_verdict: !spec.oneShot ? null : scope === null ? "NOT_MEASURABLE" : "PASS",
    },
    execution_freeze: {
      enabled: true,
      frozen: freeze !== undefined,
      freeze_reason_code: freeze?.freeze_reason_code ?? null,
      freeze_ts_utc: freeze?.ts_utc ?? null,
      freeze_event_rel_path: freeze === undefined ? null : "reconciliation_freeze_events.jsonl",
      status: freeze === undefined ? "not_triggered" : "frozen",
    },
    audit_scope: scope === null ? null : (structuredClone(scope) as Draft<AuditScope>),
    audit_scopes: scope === null ? [] : [structuredClone(scope) as Draft<AuditScope>],
    m_execution_raw_index_path: null,
    m_execution_raw_index_hash: null,
    positions_reconstruction_raw_index_path: null,
    positions_reconstruction_raw_index_hash: null,
  };
}

/** The whole manifest, its keys in the order of the contract: the claim about it says so. */
export function wholeManifest(session: VenueSession, sections: ManifestDraft): JsonRecord {
  const full = session.spec.tier === "tier2_full";
  const manifest = {
    schema_version: "venue_run_manifest/1",
    run_id: sections.run_id,
    meta: { tier: sections.meta.tier, contract: "orders/1" },
    mode: "okx_demo",
    ...identityOf(session, sections.run_id),
    ...bootstrapOf(session),
    ...interfaceOf(session, full),
    ...endOf(session),
    startup_flatten: sections.startup_flatten,
    broker_trader_test: sections.broker_trader_test,
    oneshot_closure_proof: sections.oneshot_closure_proof,
    execution_freeze: sections.execution_freeze,
    audit_scope: sections.audit_scope,
    audit_scope_reason: sections.audit_scope === null ? "not_audited" : null,
    audit_scopes: sections.audit_scopes,
    ...known("m_execution_raw_index_path", sections.m_execution_raw_index_path),
    ...known("m_execution_raw_index_hash", sections.m_execution_raw_index_hash),
    ...known(
      "positions_reconstruction_raw_index_path",
      sections.positions_reconstruction_raw_index_path,
    ),
    ...known(
      "positions_reconstruction_raw_index_hash",
      sections.positions_reconstruction_raw_index_hash,
    ),
    positions_reconstruction_evidence_type: full ? "fills" : "none",
    ...hostFacts,
  };
  return JSON.parse(JSON.stringify(manifest)) as JsonRecord;
}

/** A value that only a full tier has, or null and why. */
function known(key: string, value: string | null): JsonRecord {
  const why = value === null ? "a_screening_run_keeps_samples" : null;
  return { [key]: value, [`${key}_reason`]: why };
}

function identityOf({ ids, spec }: VenueSession, runId: string): JsonRecord {
  const genomes = Math.max(ids.agents.length, 1);
  return {
    window: null,
    window_reason: "a_venue_has_no_window",
    ablation: null,
    ablation_reason: "nothing_was_left_out",
    config: ids.config,
    config_hash: ids.configHash,
    core_hash: coreHash,
    results_dir: `${spec.tier === "tier2_full" ? "runs" : "runs_hf"}/${runId}`,
    genome_schema_version: genomeSchema,
    feature_contract_version: "features/1",
    feature_dimension: 33,
    decision_input_dim: 33,
    decision_contract_version: "decision/1",
    feature_contract: {
      contract_version: "features/1",
      dimension: 33,
      probe_order: ["E1", "I1", "M1", "C1"],
      probe_categories: ["E", "I", "M", "C"],
    },
    alignment_check: { passed: true, reason: "dimensions_agree" },
    pool_namespace: "stage1",
    genome_snapshot: {
      snapshot_id: snapshotId,
      sha256: digest(snapshotId),
      records: genomes,
      genes: genomes,
      authenticity: "not_measurable",
      authenticity_reason: "a_fixture_has_no_keys",
    },
    world_parameters: { tick_seconds: 60, bar: "1m", change_reason_code: "initial" },
  };
}

function bootstrapOf({ ids }: VenueSession): JsonRecord {
  return {
    bootstrap_capital_source: "exchange_balance",
    bootstrap_capital_currency: "USDT",
    bootstrap_capital_field: "eq",
    bootstrap_capital_value: "10000",
    bootstrap_capital_value_reason: null,
    allocation_ratio: "0.5",
    bootstrap_agent_count_enabled: true,
    capital_per_agent: String(agentCapitalMicro / 1_000_000),
    min_agents: 0,
    max_agents: 50,
    num_agents: ids.agents.length,
    num_agents_reason: null,
    agent_count_rule: "as many as the spec asks for",
    preflight_status: "success",
  };
}

function interfaceOf({ ids }: VenueSession, full: boolean): JsonRecord {
  const bundle = (name: string): string | null => (full ? name : null);
  return {
    exchange_lib: "direct",
    exchange_id: "okx",
    env: "okx_demo",
    venue_address: "http://venue.invalid",
    symbol_in_use: ids.instId,
    connect_check_ok: true,
    account_id_hash: ids.account,
    account_mode: {
      pos_mode: "net_mode",
      margin_mode: "cross",
      account_level: "2",
      leverage: "3",
    },
    account_mode_reason: null,
    auditor_key_is_read_only: true,
    auditor_key_is_read_only_reason: null,
    execution_alignment_lib: "direct",
    execution_alignment_ok: true,
    ...known("execution_alignment_report_path", bundle("okx_rest_alignment_report.json")),
    ...known("execution_raw_samples_path", bundle("okx_rest_raw_samples.json")),
    boundary_promises: { exclusive_account: true, manual_intervention: false },
    self_trade_prevention: {
      stp_supported: true,
      stp_supported_reason: null,
      stp_enabled: true,
      stp_enabled_reason: null,
      stp_mode: "cancel_maker",
      stp_mode_reason: null,
      execution_netting_enabled: false,
      self_trade_policy: "forbid",
      self_trade_detection_capability: "strong",
    },
  };
}

function endOf(session: VenueSession): JsonRecord {
  return {
    status: "completed",
    status_detail: "ticks_done",
    stop_detected: false,
    stop_time: null,
    stop_time_reason: "nobody_stopped_it",
    stop_reason: null,
    stopped_after_tick: null,
    stopped_after_tick_reason: "nobody_stopped_it",
    ticks: lastTick(session),
    start_time: isoFromMillis(startMs),
    end_time: isoFromMillis(session.clock.ms),
    end_time_reason: null,
    truth_profile: "ok",
    positions_quality: "exchange_reported",
    impedance_fidelity: "demo_proxy",
    internal_collapse_detected: false,
    internal_collapse_reason: null,
    internal_collapse_time: null,
    internal_collapse_time_reason: "nothing_collapsed",
    time_to_first_internal_collapse_seconds: null,
    time_to_first_internal_collapse_seconds_reason: "nothing_collapsed",
    restart_time_seconds: null,
    restart_time_seconds_reason: "nothing_restarts",
    python_version: null,
    python_version_reason: "runtime_is_node",
    runtime_is_node: true,
  };
}

const hostFacts: JsonRecord = {
  package_version: "0.0.0",
  git_commit: null,
  git_commit_reason: "fixture",
  git_dirty: null,
  git_dirty_reason: "fixture",
  docker_image: null,
  docker_image_reason: "fixture",
  runtime_version: "v26.0.0",
  runtime_binary_sha256: null,
  runtime_binary_sha256_reason: "fixture",
  lockfile_sha256: null,
  lockfile_sha256_reason: "fixture",
  kernel: { id: "reference", wasm_sha256: null, wasm_sha256_reason: "kernel_in_typescript" },
};
