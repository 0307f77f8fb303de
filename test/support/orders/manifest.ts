import { isoFromMillis } from "#base";
import type { AuditScope, JsonRecord, OrderManifest } from "#evidence";
import type { Draft } from "./draft.ts";
import type { VenueSession } from "./session.ts";
import { digest, startMs } from "./spec.ts";

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

/** The whole manifest: what the order claims read, and the fields every tier owes. */
export function wholeManifest(session: VenueSession, sections: ManifestDraft): JsonRecord {
  const unknown = (key: string, why: string): JsonRecord => ({
    [key]: null,
    [`${key}_reason`]: why,
  });
  const record = {
    schema_version: "venue_run_manifest/1",
    ...sections,
    ...unknown("git_commit", "fixture"),
    ...unknown("docker_image", "fixture"),
    ...unknown("python_version", "runtime_is_node"),
    ...unknown("window", "a_venue_has_no_window"),
    ...unknown("ablation", "none"),
    config_hash: digest("config"),
    results_dir: `${session.spec.tier === "tier2_full" ? "runs" : "runs_hf"}/${session.ids.runId}`,
    start_time: isoFromMillis(startMs),
    end_time: isoFromMillis(session.clock.ms),
    positions_quality: "exchange_reported",
    impedance_fidelity: "demo_proxy",
    self_trade_prevention: {
      stp_supported: true,
      stp_enabled: true,
      execution_netting_enabled: false,
      self_trade_policy: "forbid",
      self_trade_detection_capability: "strong",
    },
    exchange_lib: "fixture",
    env: "okx_demo",
    symbol_in_use: session.ids.instId,
    internal_collapse_detected: false,
    ...unknown("time_to_first_internal_collapse_seconds", "nothing_collapsed"),
    ...unknown("restart_time_seconds", "nothing_collapsed"),
    execution_alignment_report_path: "okx_rest_alignment_report.json",
    execution_raw_samples_path: "okx_rest_raw_samples.json",
  };
  return JSON.parse(JSON.stringify(record)) as JsonRecord;
}
