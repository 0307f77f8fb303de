import type { z } from "zod";
import {
  count,
  exactly,
  flag,
  listOf,
  nullable,
  oneOf,
  reason,
  strictRecord,
  utcTime,
} from "../fields.ts";
import {
  anyRunId,
  clientOrderId,
  code,
  decimal,
  reasonedRecord,
  recordId,
} from "./order-fields.ts";

/** The account as it was found, or left; a count that could not be read is null with a reason. */
export type AccountLook = Readonly<{
  open_orders_count: number | null;
  open_orders_count_reason: string | null;
  positions_count: number | null;
  positions_count_reason: string | null;
  balance: string | null;
  balance_reason: string | null;
}>;

export type PreflightAction = Readonly<{
  ts_utc: string;
  action: "connect" | "cancel_all" | "flatten" | "self_test_order" | "snapshot";
  client_order_id: string | null;
  ok: boolean;
  reason_code: string | null;
}>;

/** What happened before the first tick: connect, look, cancel, flatten, look again. */
export type StartupPreflight = Readonly<{
  schema_version: "startup_preflight/1";
  run_id: string;
  mode: "okx_demo" | "okx_live";
  inst_id: string;
  start_time: string;
  end_time: string;
  duration_ms: number;
  before: AccountLook;
  after: AccountLook;
  actions: readonly PreflightAction[];
  /** A skipped step makes it partial, never success. */
  preflight_status: "success" | "partial" | "failed";
  preflight_errors: readonly string[];
}>;

const accountLook: z.ZodType<AccountLook> = reasonedRecord<AccountLook>({
  open_orders_count: nullable(count),
  open_orders_count_reason: nullable(reason),
  positions_count: nullable(count),
  positions_count_reason: nullable(reason),
  balance: nullable(decimal),
  balance_reason: nullable(reason),
});

export const startupPreflight: z.ZodType<StartupPreflight> = strictRecord<StartupPreflight>({
  schema_version: exactly("startup_preflight/1"),
  run_id: anyRunId,
  mode: oneOf(["okx_demo", "okx_live"]),
  inst_id: recordId,
  start_time: utcTime,
  end_time: utcTime,
  duration_ms: count,
  before: accountLook,
  after: accountLook,
  actions: listOf(
    strictRecord<PreflightAction>({
      ts_utc: utcTime,
      action: oneOf(["connect", "cancel_all", "flatten", "self_test_order", "snapshot"]),
      client_order_id: nullable(clientOrderId),
      ok: flag,
      reason_code: nullable(code),
    }),
  ),
  preflight_status: oneOf(["success", "partial", "failed"]),
  preflight_errors: listOf(reason),
});
