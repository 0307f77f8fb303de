import type { z } from "zod";
import { anyJson, type Fields, nullable, oneOf, reason } from "../fields.ts";
import type { OrderManifest } from "../orders/order-manifest.ts";

/** What order claims read of the manifest, with the reasons of what is not there. */
export type OrderSections = Pick<
  OrderManifest,
  | "startup_flatten"
  | "broker_trader_test"
  | "oneshot_closure_proof"
  | "execution_freeze"
  | "audit_scope"
  | "audit_scopes"
  | "m_execution_raw_index_path"
  | "m_execution_raw_index_hash"
  | "positions_reconstruction_raw_index_path"
  | "positions_reconstruction_raw_index_hash"
> &
  Readonly<{
    audit_scope_reason: string | null;
    m_execution_raw_index_path_reason: string | null;
    m_execution_raw_index_hash_reason: string | null;
    positions_reconstruction_raw_index_path_reason: string | null;
    positions_reconstruction_raw_index_hash_reason: string | null;
    positions_reconstruction_evidence_type: "fills" | "none";
  }>;

/** The sections are checked by the view that the claims read, over the whole manifest. */
export const orderSectionFields: Fields<OrderSections> = {
  startup_flatten: sectionOf<OrderSections["startup_flatten"]>(),
  broker_trader_test: sectionOf<OrderSections["broker_trader_test"]>(),
  oneshot_closure_proof: sectionOf<OrderSections["oneshot_closure_proof"]>(),
  execution_freeze: sectionOf<OrderSections["execution_freeze"]>(),
  audit_scope: sectionOf<OrderSections["audit_scope"]>(),
  audit_scope_reason: nullable(reason),
  audit_scopes: sectionOf<OrderSections["audit_scopes"]>(),
  m_execution_raw_index_path: sectionOf<string | null>(),
  m_execution_raw_index_path_reason: nullable(reason),
  m_execution_raw_index_hash: sectionOf<string | null>(),
  m_execution_raw_index_hash_reason: nullable(reason),
  positions_reconstruction_raw_index_path: sectionOf<string | null>(),
  positions_reconstruction_raw_index_path_reason: nullable(reason),
  positions_reconstruction_raw_index_hash: sectionOf<string | null>(),
  positions_reconstruction_raw_index_hash_reason: nullable(reason),
  positions_reconstruction_evidence_type: oneOf(["fills", "none"]),
};

function sectionOf<T>(): z.ZodType<T> {
  return anyJson as unknown as z.ZodType<T>;
}
