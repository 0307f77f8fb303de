import { isoFromMillis } from "#base";
import type { ExecutionDocuments, OrderSections, VenueEndFacts, VenueInterface } from "#evidence";
import type { Flattened } from "../flatten/flatten-account.ts";
import type { ManifestFacts } from "./manifest-facts.ts";
import { bootstrapPart, identityPart } from "./manifest-start.ts";

type Manifest = ExecutionDocuments["run_manifest"];

const notOver = "run_not_finished";

/** The manifest at any moment of a run: while it runs, what only the end knows is null. */
export function manifestOf(facts: ManifestFacts): Manifest {
  return {
    ...identityPart(facts),
    ...bootstrapPart(facts),
    ...interfacePart(facts),
    ...endPart(facts),
    ...orderPart(facts),
    ...facts.session.request.host,
  };
}

function interfacePart({ session, broker, end }: ManifestFacts): VenueInterface {
  const { request, probed, accountIdHash } = session;
  const { config } = request;
  const why = end === null ? notOver : null;
  const stp = config.selfTrade.policy === "stp" ? config.selfTrade.mode : null;
  return {
    exchange_lib: config.library,
    exchange_id: "okx",
    env: request.mode,
    venue_address: request.address,
    symbol_in_use: config.instId,
    connect_check_ok: true,
    account_id_hash: accountIdHash,
    account_mode: {
      pos_mode: probed.account.posMode,
      margin_mode: config.marginMode,
      account_level: probed.account.acctLv,
      leverage: probed.leverage,
    },
    account_mode_reason: null,
    auditor_key_is_read_only: true,
    auditor_key_is_read_only_reason: null,
    execution_alignment_lib: config.library,
    execution_alignment_ok: end?.alignment.ok ?? false,
    execution_alignment_report_path: end?.alignment.reportName ?? null,
    execution_alignment_report_path_reason: why,
    execution_raw_samples_path: end?.alignment.samplesName ?? null,
    execution_raw_samples_path_reason: why,
    boundary_promises: {
      exclusive_account: config.exclusiveAccount,
      manual_intervention: false,
    },
    self_trade_prevention: {
      ...(broker?.selfTradePrevention() ?? stpUnknown),
      stp_mode: stp,
      stp_mode_reason: stp === null ? "orders_are_netted_instead" : null,
    },
  };
}

const stpUnknown = {
  stp_supported: null,
  stp_supported_reason: notOver,
  stp_enabled: null,
  stp_enabled_reason: notOver,
  execution_netting_enabled: false,
  self_trade_policy: "unknown",
  self_trade_detection_capability: "none",
} as const;

function endPart({ session, state, end }: ManifestFacts): VenueEndFacts {
  const endTime = end === null ? null : isoFromMillis(end.endMs);
  const stopped = end !== null && end.stop !== null;
  const stopTime = end === null ? null : isoFromMillis(end.stopMs ?? end.endMs);
  const collapse = state?.collapse ?? null;
  const none = "nothing_collapsed";
  return {
    status: end?.status ?? "running",
    status_detail: end?.detail ?? notOver,
    stop_detected: stopped,
    stop_time: stopped ? stopTime : null,
    stop_time_reason: stopped ? null : "not_stopped",
    stop_reason: end?.stop ?? null,
    stopped_after_tick: stopped ? (state?.ticksDone ?? 0) : null,
    stopped_after_tick_reason: stopped ? null : "not_stopped",
    ticks: state?.ticksDone ?? 0,
    start_time: isoFromMillis(session.startedMs),
    end_time: endTime,
    end_time_reason: endTime === null ? notOver : null,
    truth_profile: end === null ? "unknown" : (state?.truth ?? "unknown"),
    positions_quality: end?.positionsQuality ?? "unknown",
    impedance_fidelity: "demo_proxy",
    internal_collapse_detected: collapse !== null,
    internal_collapse_reason: collapse?.reason ?? null,
    internal_collapse_time: collapse === null ? null : isoFromMillis(collapse.atMs),
    internal_collapse_time_reason: collapse === null ? none : null,
    time_to_first_internal_collapse_seconds:
      collapse === null ? null : (collapse.atMs - session.startedMs) / 1000,
    time_to_first_internal_collapse_seconds_reason: collapse === null ? none : null,
    restart_time_seconds: null,
    restart_time_seconds_reason: "a_venue_run_does_not_restart_itself",
    python_version: null,
    python_version_reason: "runtime_is_node",
    runtime_is_node: true,
  };
}

function orderPart({ broker, flattened, end }: ManifestFacts): OrderSections {
  const why = end === null ? notOver : null;
  return {
    startup_flatten: flattened === null ? null : flattenSection(flattened),
    broker_trader_test: { client_order_ids: [] },
    oneshot_closure_proof: end?.oneShot ?? null,
    execution_freeze: broker?.freezeSection() ?? null,
    audit_scope: end?.scope ?? null,
    audit_scope_reason: why,
    audit_scopes: end === null ? [] : [end.scope],
    m_execution_raw_index_path: end?.raw.executionPath ?? null,
    m_execution_raw_index_path_reason: why,
    m_execution_raw_index_hash: end?.raw.executionSha256 ?? null,
    m_execution_raw_index_hash_reason: why,
    positions_reconstruction_raw_index_path: end?.raw.reconstructionPath ?? null,
    positions_reconstruction_raw_index_path_reason: why,
    positions_reconstruction_raw_index_hash: end?.raw.reconstructionSha256 ?? null,
    positions_reconstruction_raw_index_hash_reason: why,
    positions_reconstruction_evidence_type: "fills",
  };
}

function flattenSection(flattened: Flattened): NonNullable<Manifest["startup_flatten"]> {
  return {
    enabled: flattened.status !== "partial",
    positions_detected: flattened.before.positions?.length ?? 0,
    orders_submitted: flattened.ordersSubmitted,
    completed: flattened.status === "success",
    reason_code: flattened.reasonCode,
  };
}
