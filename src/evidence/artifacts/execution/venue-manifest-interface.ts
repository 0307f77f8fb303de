import { type Fields, flag, hex16, nullable, oneOf, reason, strictRecord } from "../fields.ts";
import { code, decimal, reasonedRecord, recordId } from "../orders/order-fields.ts";

/** Through what the venue was spoken to, and which account answered. */
export type VenueInterface = Readonly<{
  exchange_lib: "direct" | "okx_sdk" | "ccxt";
  exchange_id: string;
  env: "okx_demo" | "okx_live";
  venue_address: string;
  symbol_in_use: string;
  connect_check_ok: boolean;
  account_id_hash: string;
  /** Read before the first order and frozen; null where preflight did not get so far. */
  account_mode: Readonly<{
    pos_mode: string;
    margin_mode: "cross" | "isolated";
    account_level: string;
    leverage: string | null;
  }> | null;
  account_mode_reason: string | null;
  auditor_key_is_read_only: boolean | null;
  auditor_key_is_read_only_reason: string | null;
  execution_alignment_lib: string;
  execution_alignment_ok: boolean;
  execution_alignment_report_path: string | null;
  execution_alignment_report_path_reason: string | null;
  execution_raw_samples_path: string | null;
  execution_raw_samples_path_reason: string | null;
  /** Whether the account was ours alone, as promised by whoever started the run. */
  boundary_promises: Readonly<{ exclusive_account: boolean; manual_intervention: boolean }>;
  self_trade_prevention: StpFacts;
}>;

/** seeds/001 5, and which mode. */
export type StpFacts = Readonly<{
  stp_supported: boolean | null;
  stp_supported_reason: string | null;
  stp_enabled: boolean | null;
  stp_enabled_reason: string | null;
  stp_mode: string | null;
  stp_mode_reason: string | null;
  execution_netting_enabled: boolean;
  self_trade_policy: "forbid" | "allow" | "unknown";
  self_trade_detection_capability: "strong" | "weak" | "none";
}>;

export const interfaceFields: Fields<VenueInterface> = {
  exchange_lib: oneOf(["direct", "okx_sdk", "ccxt"]),
  exchange_id: code,
  env: oneOf(["okx_demo", "okx_live"]),
  venue_address: reason,
  symbol_in_use: recordId,
  connect_check_ok: flag,
  account_id_hash: hex16,
  account_mode: nullable(
    strictRecord<NonNullable<VenueInterface["account_mode"]>>({
      pos_mode: code,
      margin_mode: oneOf(["cross", "isolated"]),
      account_level: code,
      leverage: nullable(decimal),
    }),
  ),
  account_mode_reason: nullable(reason),
  auditor_key_is_read_only: nullable(flag),
  auditor_key_is_read_only_reason: nullable(reason),
  execution_alignment_lib: reason,
  execution_alignment_ok: flag,
  execution_alignment_report_path: nullable(reason),
  execution_alignment_report_path_reason: nullable(reason),
  execution_raw_samples_path: nullable(reason),
  execution_raw_samples_path_reason: nullable(reason),
  boundary_promises: strictRecord<VenueInterface["boundary_promises"]>({
    exclusive_account: flag,
    manual_intervention: flag,
  }),
  self_trade_prevention: reasonedRecord<StpFacts>({
    stp_supported: nullable(flag),
    stp_supported_reason: nullable(reason),
    stp_enabled: nullable(flag),
    stp_enabled_reason: nullable(reason),
    stp_mode: nullable(code),
    stp_mode_reason: nullable(reason),
    execution_netting_enabled: flag,
    self_trade_policy: oneOf(["forbid", "allow", "unknown"]),
    self_trade_detection_capability: oneOf(["strong", "weak", "none"]),
  }),
};
