import type { z } from "zod";
import { count, type Fields, hex16, nullable, oneOf, reason } from "../fields.ts";
import {
  code,
  decimal,
  type LineHead,
  lineHead,
  reasonedRecord,
  recordId,
  size,
} from "./order-fields.ts";
import { type OrderState, orderStates } from "./order-status-samples.ts";

/** What the auditor adds to a row it took from the exchange: which page of which query it was. */
export type AuditHead = LineHead &
  Readonly<{ audit_scope_id: string; query_chain_id: string; page_idx: number }>;

const auditHead: Fields<AuditHead> = {
  ...lineHead,
  audit_scope_id: recordId,
  query_chain_id: hex16,
  page_idx: count,
};

type Sides = Readonly<{ side: "buy" | "sell"; pos_side: "long" | "short" | "net" }>;

const sides: Fields<Sides> = {
  side: oneOf(["buy", "sell"]),
  pos_side: oneOf(["long", "short", "net"]),
};

type Owner = Readonly<{ clOrdId: string | null; clOrdId_reason: string | null }>;

const owner: Fields<Owner> = { clOrdId: nullable(recordId), clOrdId_reason: nullable(reason) };

/** An order as the exchange remembers it; key `ordId`. */
export type OrderHistoryRow = AuditHead &
  Owner &
  Sides &
  Readonly<{
    inst_id: string;
    ordId: string;
    td_mode: string;
    ord_type: string;
    sz: string;
    px: string | null;
    accFillSz: string;
    avg_px: string | null;
    state: OrderState;
    fee: string;
    fee_ccy: string;
    created_ms: number;
    updated_ms: number;
  }>;

export const orderHistoryRow: z.ZodType<OrderHistoryRow> = reasonedRecord<OrderHistoryRow>({
  ...auditHead,
  ...owner,
  ...sides,
  inst_id: recordId,
  ordId: recordId,
  td_mode: code,
  ord_type: code,
  sz: size,
  px: nullable(decimal),
  accFillSz: size,
  avg_px: nullable(decimal),
  state: oneOf(orderStates),
  fee: decimal,
  fee_ccy: code,
  created_ms: count,
  updated_ms: count,
});

/** One execution; key `tradeId`. */
export type FillRow = AuditHead &
  Owner &
  Sides &
  Readonly<{
    inst_id: string;
    ordId: string;
    tradeId: string;
    billId: string | null;
    billId_reason: string | null;
    fill_px: string;
    fillSz: string;
    /** Negative = paid. */
    fee: string;
    fee_ccy: string;
    /** T taker, M maker. */
    exec_type: "T" | "M";
    filled_ms: number;
  }>;

export const fillRow: z.ZodType<FillRow> = reasonedRecord<FillRow>({
  ...auditHead,
  ...owner,
  ...sides,
  inst_id: recordId,
  ordId: recordId,
  tradeId: recordId,
  billId: nullable(recordId),
  billId_reason: nullable(reason),
  fill_px: decimal,
  fillSz: size,
  fee: decimal,
  fee_ccy: code,
  exec_type: oneOf(["T", "M"]),
  filled_ms: count,
});

export type BillType = "trade" | "funding_fee" | "liquidation" | "transfer" | "other";

/** One movement of the account's balance; key `billId`. An order may have many. */
export type BillRow = AuditHead &
  Readonly<{
    billId: string;
    /** Null for what no order caused (funding, transfers): never charged to an agent. */
    ordId: string | null;
    ordId_reason: string | null;
    tradeId: string | null;
    tradeId_reason: string | null;
    inst_id: string | null;
    inst_id_reason: string | null;
    bill_type: BillType;
    ccy: string;
    bal_chg: string;
    fee: string;
    pnl: string;
    agent_id_hash: string | null;
    billed_ms: number;
  }>;

export const billRow: z.ZodType<BillRow> = reasonedRecord<BillRow>({
  ...auditHead,
  billId: recordId,
  ordId: nullable(recordId),
  ordId_reason: nullable(reason),
  tradeId: nullable(recordId),
  tradeId_reason: nullable(reason),
  inst_id: nullable(recordId),
  inst_id_reason: nullable(reason),
  bill_type: oneOf(["trade", "funding_fee", "liquidation", "transfer", "other"]),
  ccy: code,
  bal_chg: decimal,
  fee: decimal,
  pnl: decimal,
  agent_id_hash: nullable(hex16),
  billed_ms: count,
});
