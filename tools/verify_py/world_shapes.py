"""The files of a screening run, field by field: the table of docs/contracts/run-directory.md 7."""

from shapes import Shapes, read_table

TABLE = """
head run_id:run seq:n ts_utc:t tick:n bar_index:n season:n segment:n
triplet allocated_capital_micro:z system_reserve_micro:z current_total_micro:z
totals price_pnl_micro:z fees_micro:z funding_micro:z living_cost_micro:z
  settled_to_reserve_micro:z reboot_capital_micro:z
life born_tick:n age_ticks:n initial_capital_micro:z capital_base_micro:z
  given_to_children_micro:n trade_flow_micro:z fees_micro:z funding_micro:z living_cost_micro:z
  position_lots:z mark_price_ticks:n final_capital_micro:z opened_long:n opened_short:n closed:n
  closed_with_profit:n partial_fills:n unfilled_orders:n children:n last_signal:f?
  state_final:OUT_MARKET|IN_MARKET
window name:r start_index:n len:p start_utc:t end_utc:t
meta tier:tier1_hf|tier2_full contract:=run_directory/1
dataset dataset_id:r name:r bars:p interval_ms:p provenance:o defects:l
stp stp_supported:b? stp_supported_reason:r? stp_enabled:b? stp_enabled_reason:r?
  execution_netting_enabled:b self_trade_policy:forbid|allow|unknown
  self_trade_detection_capability:strong|weak|none
kernel id:r wasm_sha256:h64? wasm_sha256_reason:r?
kpi internal_collapse_detected:b internal_collapse_reason:extinction|financial|both?
  internal_collapse_time:t? internal_collapse_time_reason:r?
  time_to_first_internal_collapse_ticks:n? time_to_first_internal_collapse_ticks_reason:r?
  time_to_first_internal_collapse_seconds:f? time_to_first_internal_collapse_seconds_reason:r?
  internal_collapses:n internal_collapse_interval_ticks:[n] reboots:n restart_time_ticks:n?
  restart_time_ticks_reason:r? restart_time_seconds:f? restart_time_seconds_reason:r?
  ticks_lived:n survival_time_basis:=market_ticks
run_manifest schema_version:=run_manifest/1 run_id:run meta:@meta mode:=offline seed:n
  window:@window ablation:o? ablation_reason:r? config:o config_hash:h64 core_hash:h64
  genome_schema_version:r feature_contract_version:r feature_dimension:p dataset:@dataset
  instrument:o results_dir:r behaviors_enabled:b status:running|completed|interrupted|aborted
  status_detail:r stopped_after_tick:n? stopped_after_tick_reason:r? stop_reason:r?
  python_version:=null python_version_reason:r runtime_is_node:=true exchange_lib:=null
  exchange_lib_reason:r env:=offline symbol_in_use:r execution_alignment_report_path:=null
  execution_alignment_report_path_reason:r execution_raw_samples_path:=null
  execution_raw_samples_path_reason:r m_execution_raw_index_path:=null
  m_execution_raw_index_path_reason:r positions_quality:=simulated impedance_fidelity:=simulated
  self_trade_prevention:@stp internal_collapse_detected:b? internal_collapse_detected_reason:r?
  internal_collapse_reason:extinction|financial|both? internal_collapse_time:t?
  internal_collapse_time_reason:r? time_to_first_internal_collapse_seconds:f?
  time_to_first_internal_collapse_seconds_reason:r? restart_time_seconds:f?
  restart_time_seconds_reason:r? survival_kpi:@kpi? survival_kpi_reason:r? package_version:r
  git_commit:r? git_commit_reason:r? git_dirty:b? git_dirty_reason:r? docker_image:r?
  docker_image_reason:r? runtime_version:r runtime_binary_sha256:h64?
  runtime_binary_sha256_reason:r? lockfile_sha256:h64? lockfile_sha256_reason:r? kernel:@kernel
  start_time:t end_time:t? end_time_reason:r? wall_seconds:f? wall_seconds_reason:r?
  wall_agent_bars_per_second:f? wall_agent_bars_per_second_reason:r?
  wall_time_to_first_internal_collapse_seconds:f?
  wall_time_to_first_internal_collapse_seconds_reason:r? wall_restart_time_seconds:f?
  wall_restart_time_seconds_reason:r? host_fields:[s]
seasons +head edge:start|end start_index:n bars:p alive_agents:n capital_triplet:@triplet
agent_roster schema_version:=agent_roster/1 run_id:run build_git_sha:=null
  build_git_sha_reason:=recorded_in_run_manifest image_digest:=null
  image_digest_reason:=recorded_in_run_manifest feature_contract_version:r feature_dimension:p
  genome_schema_version:r weights_count:p agents:[@roster_agent]
roster_agent agent_id:a agent_id_hash:h16 gene_id:h16 weights_sha256:h64 weights_count:p
  genome_schema_version:r metadata:@metadata
metadata parent_id:a? origin:founder|split|reboot_founder generation:n lineage_id:a born_tick:n
  cohort_id:r
genomes_snapshot run_id:run ts_utc:t tick:n agent_id:a agent_id_hash:h16 gene_id:h16
  weights_sha256:h64 genome_schema_version:r weights_count:p encoding:=base64_float32_le weights:r
birth_events +head agent_id:a agent_id_hash:h16 origin:founder|split|reboot_founder parent_id:a?
  parent_id_hash:h16? generation:n lineage_id:a capital_micro:z parent_capital_micro:z?
  mutation_sigma:f? mutated_loci:n gene_id:h16 weights_sha256:h64 capital_triplet:@triplet
death_events +head agent_id:a agent_id_hash:h16
  death_reason:capital_depleted|liquidated|review_culled
  death_reason_source:lifecycle_capital|exchange_liquidation|lifecycle_review
  capital_triplet:@triplet has_position:b position_side:long|short? position_side_reason:r?
  position_lots:z last_signal:f? state_final:OUT_MARKET|IN_MARKET api_error_count_so_far:=0
  fence_block_rate_summary:[@blocks] settled_to_reserve_micro:z life:@life
blocks fence_id:r block_count:n
survivors +head agent_id:a agent_id_hash:h16 life:@life
capital_ledger +head cause:start|review|season_end|reboot|end alive_agents:n births:n deaths:n
  capital_triplet:@triplet totals:@totals
collapse_events +head event:=collapse reason:extinction|financial|both capital_triplet:@triplet
reboot +head event:=reboot founders:p capital_micro:z
errors run_id:run ts_utc:t tick:n error_type:run_stopped|numerical_health reason_code:r detail:r
moment ts_utc:t tick:n bar_index:n season:n segment:n
reasons capital_depleted:n liquidated:n review_culled:n
orders placed:n filled:n partial:n unfilled:n opened_long:n opened_short:n closed:n
  forced_closes:n liquidations:n funding_payments:n
quantiles min:f p05:f p25:f p50:f p75:f p95:f max:f mean:f
company agents:n final_capital_micro:@quantiles? lifetime_return:@quantiles? age_ticks:@quantiles?
  quantiles_reason:r? profitable_agents:n traded_agents:n traded_both_sides:n founders:n
  founders_traded:n founders_traded_both_sides:n opened_long:n opened_short:n closed:n
  closed_with_profit:n partial_fills:n unfilled_orders:n children:n fees_micro:z funding_micro:z
  living_cost_micro:z
counts agent_roster:n genomes_snapshot:n birth_events:n death_events:n survivors:n
  capital_ledger:n seasons:n collapse_events:n errors:n
multiple_experiments_summary schema_version:=run_summary/1 run_id:run mode:=offline
  config_hash:h64 seed:n end:window_end|extinction|financial_collapse|capital_ceiling|stopped
  ticks:n agent_bars:n last:@moment? founders:n births:n deaths:n deaths_by_reason:@reasons
  administrative_death_share:f? administrative_death_share_reason:r? alive_agents:n agents_ever:n
  max_generation:n segments:p initial_total_micro:z capital_triplet:@triplet totals:@totals
  system_return:f? orders:@orders all_agents:@company survivors:@company survival_kpi:@kpi
  masked_bars_by_feature:[n] effective_features_min:n has_nan:b has_inf:b has_explosion:b
  explosion_factor:f record_counts:@counts
fence fence_id:r layer:r type:r category:ecological|man_made location:r what_it_gates:r
  default_behavior:r off_switch:r? off_switch_reason:r? risk:r trigger_count:n block_count:n
high_rate fence_id:r rate:trigger_per_step|block_per_attempt rate_ppm:n explanation:r
  counterfactual_run_id:r? counterfactual_run_id_reason:r?
gating_telemetry schema_version:=gating_telemetry/2 run_id:run mode:=offline ts_utc:t ticks:n
  steps:n attempts:n fences:[@fence] high_rate_fences:[@high_rate]
execution_fingerprint schema_version:=execution_fingerprint/1 run_id:run mode:=offline
  api_calls:=0 orders_sent:=0 orders_simulated:n error_count:=0 error_events:l
  latency_stats_ms:=null latency_stats_ms_reason:r rate_limit_hits:=0
behaviors schema_version:=behaviors/1 run_id:run genome_schema_version:r genomes_file:r
  agents:[@behavior]
behavior genome_index:n agent_id:a agent_id_hash:h16 origin:founder|split|reboot_founder
  is_alive:b birth_time:t born_tick:n age_ticks:n initial_capital_micro:z final_capital_micro:z
  trades:n closed:n win_rate:f? win_rate_reason:r? last_signal:f? state_final:OUT_MARKET|IN_MARKET
  death_reason:capital_depleted|liquidated|review_culled? death_reason_reason:r?
"""

HOST_FIELDS = """package_version git_commit git_commit_reason git_dirty git_dirty_reason docker_image
docker_image_reason runtime_version runtime_binary_sha256 runtime_binary_sha256_reason
lockfile_sha256 lockfile_sha256_reason kernel stop_reason start_time end_time end_time_reason
wall_seconds wall_seconds_reason wall_agent_bars_per_second wall_agent_bars_per_second_reason
wall_time_to_first_internal_collapse_seconds wall_time_to_first_internal_collapse_seconds_reason
wall_restart_time_seconds wall_restart_time_seconds_reason""".split()

WORLD = Shapes(read_table(TABLE), {"run": r"(HF|PROMOTE|AUDIT)_[0-9a-f]{16}"})
