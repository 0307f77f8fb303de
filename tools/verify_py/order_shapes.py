"""The files of a run at a venue, field by field: the table of docs/contracts/orders.md 2.9."""

from shapes import Shapes, read_table

TABLE = """
line_head run_id:run seq:n ts_utc:t
audit_head +line_head audit_scope_id:i query_chain_id:h16 page_idx:n
ref file:file line_start:p? line_end:p? sha256:h64 audit_scope_id:i?
window start_ms:n end_ms:n
flags oneshot:b
params inst_id:i td_mode:cross|isolated|cash side:buy|sell pos_side:long|short|net
  order_type:market|limit|post_only|fok|ioc requested_sz:size limit_px:d? reduce_only:b
  leverage_target:f? leverage_target_reason:r? leverage_applied:f? leverage_applied_reason:r?
gate gate_name:i gate_decision:allow|reject gate_reason_code:i?
call endpoint:r call_id:i
exchange_ids ordId:i? tradeIds:[i]
freeze freeze_id:i freeze_reason_code:i
order_attempts +line_head tick:n? tick_reason:r? attempt_id:i intent_id:i client_order_id:clid
  operation:place|cancel|replace status:sending|ok|rejected|error rejected:b agent_id_hash:h16?
  lifecycle_scope:startup_flatten|preflight_self_test|death_settlement|shutdown_flatten|operator?
  intent_source:decision_cycle|lifecycle|preflight_self_test|operator intent_kind:i flags:@flags
  l1_classification:L1_OK|L1_RETRYABLE_TRANSPORT|L1_ACCOUNT_RESTRICTED|L1_EXCHANGE_REJECTED|L1_TRUTH_INCOMPLETE|L1_LIQUIDITY_UNAVAILABLE|L1_EXECUTION_FROZEN|L1_LOCAL_GATE_REJECTED
  reason_code:i? recommended_action:i? account_id_hash:h16 params:@params gate:@gate
  connector_call:@call? exchange_ids:@exchange_ids freeze:@freeze?
exchange_api_calls +line_head call_id:i component:broker|auditor|preflight method:GET|POST
  endpoint:r operation:place|cancel|replace|query attempt_id:i? clOrdId:i? ordId:i? params:venue
  http_status:n? http_status_reason:r? code:i? msg:s? sCode:i? sMsg:s? latency_ms:f?
  latency_ms_reason:r?
  error_type:timeout|connection_error|request_exception|http_error|api_error? account_id_hash:h16
order_status_samples +line_head audit_scope_id:i? clOrdId:clid ordId:i? order_id_hash:h16?
  state:live|partially_filled|filled|canceled|mmp_canceled|rejected|not_found|unknown fillSz:size
  accFillSz:size source:rest_query|ws_update call_id:i? truth_quality:ok|degraded|unknown
  reason_code:i?
orders_history +audit_head clOrdId:i? clOrdId_reason:r? side:buy|sell pos_side:long|short|net
  inst_id:i ordId:i td_mode:i ord_type:i sz:size px:d? accFillSz:size avg_px:d?
  state:live|partially_filled|filled|canceled|mmp_canceled|rejected|not_found|unknown fee:d
  fee_ccy:i created_ms:n updated_ms:n
fills +audit_head clOrdId:i? clOrdId_reason:r? side:buy|sell pos_side:long|short|net inst_id:i
  ordId:i tradeId:i billId:i? billId_reason:r? fill_px:d fillSz:size fee:d fee_ccy:i
  exec_type:T|M filled_ms:n
bills +audit_head billId:i ordId:i? ordId_reason:r? tradeId:i? tradeId_reason:r? inst_id:i?
  inst_id_reason:r? bill_type:trade|funding_fee|liquidation|transfer|other ccy:i bal_chg:d fee:d
  pnl:d agent_id_hash:h16? billed_ms:n
page data_count:n has_more:b next_cursor:i?
paging_traces +line_head audit_scope_id:i audit_component:i
  endpoint_family:orders_history|fills|bills endpoint:r inst_id:i time_window_ms:@window scope_id:i
  chain_seq:n query_chain_id:h16 page_idx:n request_params:venue request_cursor:i?
  response_meta:@page http_status:n? http_status_reason:r? code:i? msg:s?
  truth_quality:ok|degraded|unknown reason_code:i?
tick_summary +line_head record_type:=tick_summary tick:n feature_contract_version:r
  total_features_count:n effective_features_count:n inst_id_used:i source_endpoint_used:r
  source_ts_used:r? source_ts_used_reason:r? source_ts_ms_used:n? source_ts_ms_used_reason:r?
  mark_price_used:d? mark_price_used_reason:r? input_quality_flags:[i] reason_code:i?
  evidence_refs:[@ref]
agent_detail +line_head record_type:=agent_detail tick:n agent_id_hash:h16 intent_id:i?
  intent_action:open_long|open_short|close_to_flat|hold intent_desired_state:IN_MARKET|OUT_MARKET
  signal:f? signal_reason:r? leverage_target:f? leverage_target_reason:r? oneshot:b
auditor_discrepancies +line_head audit_scope_id:i discrepancy_type:i
  severity:FAIL|NOT_MEASURABLE|WARN exchange_evidence_anchor:i? local_evidence_anchor:i? symptom:r
  likely_root_causes:[r] required_fix:r evidence_refs:[@ref]
reconciliation_freeze_events +line_head audit_scope_id:i? tick:n? tick_reason:r? freeze_id:i
  freeze_reason_code:p2_overdue|account_restricted|unexplained_balance_delta|truth_profile_degraded|missing_critical_evidence
  freeze_reason_detail:r execution_frozen:=true evidence_refs:[@ref]
ledger_ticks +line_head tick:n bootstrap_equity:d exchange_equity:d? exchange_equity_reason:r?
  capital_health_ratio:f? capital_health_ratio_reason:r?
  positions_truth_quality:ok|degraded|unknown position_exposure_ratio:f?
  position_exposure_ratio_reason:r? pos_side_sign:sign? pos_side_sign_reason:r? reason_code:i?
  execution_orders_sent:n execution_orders_acked:n execution_orders_failed:n
errors +line_head audit_scope_id:i? tick:n? tick_reason:r? error_type:i reason_code:i detail:r
  evidence_refs:[@ref]
m_execution_raw +line_head kind:order|fill|cancel|rejection account_id_hash:h16 agent_id_hash:h16?
  inst_id:i side:buy|sell px:d? px_reason:r? sz:size ordId:i? ordId_reason:r? clOrdId:i?
  clOrdId_reason:r? tradeId:i? tradeId_reason:r? exec_type:T|M? exec_type_reason:r? stp_mode:r?
  stp_mode_reason:r? raw:venue
positions_reconstruction_raw +line_head evidence_type:fill|exchange_snapshot inst_id:i tradeId:i?
  tradeId_reason:r? position_before:d position_after:d raw:venue
shard_head version:=raw_shard/1 run_id:run stem:m_execution_raw|positions_reconstruction_raw part:p
  records:l
shard_policy max_records:p max_span_ms:p
shard_entry filename:file start_ts:t end_ts:t records_count:p sha256:h64 sha256_16:h16
shard_index version:=raw_shard_index/1 run_id:run created_at:t policy:@shard_policy
  shards:[@shard_entry] total_shards:n total_records:n
look open_orders_count:n? open_orders_count_reason:r? positions_count:n? positions_count_reason:r?
  balance:d? balance_reason:r?
action ts_utc:t action:connect|cancel_all|flatten|self_test_order|snapshot client_order_id:clid?
  ok:b reason_code:i?
startup_preflight schema_version:=startup_preflight/1 run_id:run mode:okx_demo|okx_live inst_id:i
  start_time:t end_time:t duration_ms:n before:@look after:@look actions:[@action]
  preflight_status:success|partial|failed preflight_errors:[r]
versions auditor_contract:r auditor_schema:r broker_trader_evidence:r ledger:r probe_gating:r
  order_confirmation_protocol:r
counts orders_placed:n orders_acknowledged:n orders_terminal:n orders_history:n fills:n bills:n
  bills_without_order:n discrepancies:n
coverage attempted:b page_count:n closure_proved:b closure_rule:has_more_false|cursor_exhausted?
  last_has_more:b? last_cursor:i? paging_traces_present:b line_start:p? line_end:p? scope_id:i?
  query_chain_id:h16? not_measurable_reasons:[i]
coverages orders_history:@coverage fills:@coverage bills:@coverage
auditor_report schema_version:=auditor_report/1 run_id:run audit_scope_id:i ts_utc:t
  verdict:PASS|FAIL|NOT_MEASURABLE exit_code:n reason_codes:[i] contract_versions:@versions
  summary_counts:@counts paging_coverage:@coverages evidence_refs:[@ref]
position inst_id:i side:long|short|net contracts:d avg_entry:d? avg_entry_reason:r?
  source:exchange_reported|reconstructed_from_fills
positions_look moment:run_start|run_end ts_utc:t positions:[@position]
positions_snapshot schema_version:=positions_snapshot/1 run_id:run
  positions_quality:exchange_reported|reconstructed_from_fills|unreliable|unknown
  snapshots:[@positions_look]
fence fence_id:i layer:r type:r category:r location:r what_it_gates:r default_behavior:r
  off_switch:r? off_switch_reason:r? risk:r trigger_count:n block_count:n
high_rate fence_id:i rate:trigger_per_step|block_per_attempt rate_ppm:n explanation:r
  counterfactual_run_id:run? counterfactual_run_id_reason:r?
gating_telemetry schema_version:=venue_telemetry/1 run_id:run mode:okx_demo|okx_live created_at:t
  steps:n attempts:n fences:[@fence] high_rate_fences:[@high_rate]
error_event ts_utc:t call_id:i
  error_type:timeout|connection_error|request_exception|http_error|api_error
latency min:f max:f mean:f p95:f
execution_fingerprint schema_version:=venue_fingerprint/1 run_id:run mode:okx_demo|okx_live
  api_calls:n orders_sent:n error_count:n error_events:[@error_event] latency_stats_ms:@latency?
  latency_stats_ms_reason:r? rate_limit_hits:n
entry rel_path:file sha256:h64 sha256_16:h16 byte_size:n line_count:n?
evidence_ref_index schema_version:=evidence_ref_index/1 run_id:run entries:[@entry]
agent_roster schema_version:=agent_roster/1 run_id:run build_git_sha:r? build_git_sha_reason:r?
  image_digest:r? image_digest_reason:r? feature_contract_version:s feature_dimension:p
  genome_schema_version:s weights_count:p agents:[@roster_agent]
roster_agent agent_id:a agent_id_hash:h16 gene_id:h16 weights_sha256:h64 weights_count:p
  genome_schema_version:s metadata:@metadata
metadata parent_id:a? origin:founder|split|reboot_founder generation:n lineage_id:a born_tick:n
  cohort_id:s
sample run_id:run record_id:i ts_utc:t
  trigger:error|reject|timeout|forced_liquidation|collapse|self_trade_suspicion|baseline record:r
amount records:n bytes:n
sample_policy baseline_one_in:p budget_bytes:p part_bytes:p
trigger trigger:error|reject|timeout|forced_liquidation|collapse|self_trade_suspicion|baseline
  selected:@amount kept:@amount rotated_out:@amount too_large:@amount
part file:file lane:event|baseline records:n bytes:n first_ts_utc:t? first_ts_utc_reason:r?
rotated_part file:file lane:event|baseline records:n bytes:n first_ts_utc:t?
  first_ts_utc_reason:r? reason:=budget
raw_account schema_version:=raw_account/1 run_id:run policy:@sample_policy offered:@amount
  not_selected:@amount triggers:[@trigger] parts:[@part] rotated_parts:[@rotated_part]
  rotated_parts_left_out:n
audit_scope audit_scope_id:i auditor_contract_version:r auditor_schema_version:r
  clOrdId_namespace_prefix:clid inst_id:i time_window_ms:@window endpoints_attempted:[r]
  artifacts:[file] ts_utc_start:t ts_utc_end:t
startup_flatten enabled:b positions_detected:n orders_submitted:n completed:b reason_code:i
broker_trader_test client_order_ids:[clid]
oneshot_closure_proof enabled:b tick:n? action:open_long|open_short|close_to_flat?
  agent_id_hash:h16? client_order_id:clid? ordId:i? step88_verdict:PASS|FAIL|NOT_MEASURABLE?
execution_freeze enabled:b frozen:b
  freeze_reason_code:p2_overdue|account_restricted|unexplained_balance_delta|truth_profile_degraded|missing_critical_evidence?
  freeze_ts_utc:t? freeze_event_rel_path:file? status:not_triggered|frozen
split allocated_capital_micro:z system_reserve_micro:z current_total_micro:z
genome_anchor tick:n agent_id:a agent_id_hash:h16 gene_id:h16 weights_sha256:h64
genomes_snapshot +line_head +genome_anchor genome_schema_version:s weights_count:p
  encoding:=base64_float32_le weights:s pool_record_id:r
birth_events +line_head +genome_anchor origin:=founder parent_id_hash:=null
  parent_id_hash_reason:r capital_micro:z capital_triplet:@split
fence_blocks fence_id:i block_count:n
death_events +line_head tick:n agent_id:a agent_id_hash:h16 death_reason:=capital_depleted
  death_reason_source:=lifecycle_capital capital_triplet:@split has_position:b
  position_side:long|short? position_side_reason:r? position_lots:z
  positions_truth_quality:ok|degraded|unknown position_exposure_ratio:f?
  position_exposure_ratio_reason:r? pos_side_sign:sign last_signal:f
  state_final:IN_MARKET|OUT_MARKET api_error_count_so_far:n
  fence_block_rate_summary:[@fence_blocks] settled_to_reserve_micro:z
  settlement_client_order_id:r? settlement_client_order_id_reason:r?
declaration group_id:r ablation:=null ablation_detail:=null null_hypothesis:=null reason:r
agent_row agent_id_hash:h16 gene_id:h16 initial_capital_micro:z final_capital_micro:z fees_micro:z
  position_lots:z orders:n fills:n is_alive:b
multiple_experiments_summary schema_version:=venue_run_summary/1 run_id:run
  mode:okx_demo|okx_live config_hash:h64
  end:ticks_done|stopped|extinction|financial_collapse|halted|evidence_gap|preflight_failed
  audit_declaration:@declaration ticks:n steps:n founders:n births:n deaths:n alive_agents:n
  agents_ever:n orders_placed:n orders_filled:n orders_partially_filled:n orders_rejected:n fills:n
  profitable_agents_all:n profitable_agents_alive:n capital_triplet:@split initial_total_micro:n
  system_return:f? system_return_reason:r? has_nan:b has_inf:b agents:[@agent_row]
meta tier:tier1_hf|tier2_full contract:=orders/1
feature_contract contract_version:r dimension:p probe_order:[s] probe_categories:[s]
alignment passed:b reason:r
genome_snapshot snapshot_id:r sha256:h64 records:p genes:p authenticity:proven|not_measurable
  authenticity_reason:why?
world_parameters tick_seconds:f bar:r change_reason_code:i
account_mode pos_mode:i margin_mode:cross|isolated account_level:i leverage:d?
promises exclusive_account:b manual_intervention:b
self_trade stp_supported:b? stp_supported_reason:r? stp_enabled:b? stp_enabled_reason:r?
  stp_mode:i? stp_mode_reason:r? execution_netting_enabled:b self_trade_policy:forbid|allow|unknown
  self_trade_detection_capability:strong|weak|none
kernel id:r wasm_sha256:h64? wasm_sha256_reason:r?
run_manifest schema_version:=venue_run_manifest/1 run_id:run meta:@meta mode:okx_demo|okx_live
  window:=null window_reason:r ablation:=null ablation_reason:r config:o config_hash:h64
  core_hash:h64 results_dir:r genome_schema_version:r feature_contract_version:r
  feature_dimension:p decision_input_dim:p decision_contract_version:r
  feature_contract:@feature_contract alignment_check:@alignment pool_namespace:r
  genome_snapshot:@genome_snapshot world_parameters:@world_parameters bootstrap_capital_source:r
  bootstrap_capital_currency:i bootstrap_capital_field:r bootstrap_capital_value:d?
  bootstrap_capital_value_reason:r? allocation_ratio:d bootstrap_agent_count_enabled:b
  capital_per_agent:d min_agents:n max_agents:p num_agents:n? num_agents_reason:r?
  agent_count_rule:r preflight_status:success|partial|failed|not_reached
  exchange_lib:direct|okx_sdk|ccxt exchange_id:i env:okx_demo|okx_live venue_address:r
  symbol_in_use:i connect_check_ok:b account_id_hash:h16 account_mode:@account_mode?
  account_mode_reason:r? auditor_key_is_read_only:b? auditor_key_is_read_only_reason:r?
  execution_alignment_lib:r execution_alignment_ok:b execution_alignment_report_path:r?
  execution_alignment_report_path_reason:r? execution_raw_samples_path:r?
  execution_raw_samples_path_reason:r? boundary_promises:@promises
  self_trade_prevention:@self_trade status:running|completed|interrupted|failed|aborted
  status_detail:r stop_detected:b stop_time:t? stop_time_reason:r? stop_reason:r?
  stopped_after_tick:n? stopped_after_tick_reason:r? ticks:n start_time:t end_time:t?
  end_time_reason:r? truth_profile:ok|degraded|unknown
  positions_quality:exchange_reported|reconstructed_from_fills|unreliable|unknown
  impedance_fidelity:demo_proxy|live_calibrated|unknown internal_collapse_detected:b
  internal_collapse_reason:extinction|financial|both? internal_collapse_time:t?
  internal_collapse_time_reason:r? time_to_first_internal_collapse_seconds:f?
  time_to_first_internal_collapse_seconds_reason:r? restart_time_seconds:=null
  restart_time_seconds_reason:r python_version:=null python_version_reason:r
  runtime_is_node:=true startup_flatten:@startup_flatten? broker_trader_test:@broker_trader_test?
  oneshot_closure_proof:@oneshot_closure_proof? execution_freeze:@execution_freeze?
  audit_scope:@audit_scope? audit_scope_reason:r? audit_scopes:[@audit_scope]
  m_execution_raw_index_path:file? m_execution_raw_index_path_reason:r?
  m_execution_raw_index_hash:h64? m_execution_raw_index_hash_reason:r?
  positions_reconstruction_raw_index_path:file? positions_reconstruction_raw_index_path_reason:r?
  positions_reconstruction_raw_index_hash:h64? positions_reconstruction_raw_index_hash_reason:r?
  positions_reconstruction_evidence_type:fills|none package_version:r git_commit:r?
  git_commit_reason:r? git_dirty:b? git_dirty_reason:r? docker_image:r? docker_image_reason:r?
  runtime_version:r runtime_binary_sha256:h64? runtime_binary_sha256_reason:r?
  lockfile_sha256:h64? lockfile_sha256_reason:r? kernel:@kernel
manifest_head run_id:run tier:tier1_hf|tier2_full mode:offline|okx_demo|okx_live
manifest_paths m_execution_raw_index_path:file? m_execution_raw_index_hash:h64?
  positions_reconstruction_raw_index_path:file? positions_reconstruction_raw_index_hash:h64?
deleted_file path:file bytes:n sha256:h64
deletion schema_version:=deletion_record/1 run_id:run ts_utc:t policy:r age_days:n
  files:[@deleted_file] raw_sums_sha256:h64
"""

FORMS = {
    "run": r"(HF|PROMOTE|AUDIT)_[0-9a-f]{16}(_\d{8}T\d{6}Z_[0-9a-f]{8})?",
    "clid": r"[A-Za-z0-9]{1,32}",
    "i": r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}",
    "size": r"(0|[1-9]\d{0,19})(\.\d{1,18})?",
    "file": r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?",
}


ORDERS = Shapes(read_table(TABLE), FORMS, reasoned=True)
