import type { OrderLines } from "#evidence";
import type { BillRow, FillRow, OrderRow } from "#venues";
import type { Body, Journal, LinePlace } from "../landing/journal.ts";
import type { OwnEvidence, OwnOrder } from "./own-orders.ts";
import type { PagedRow, Walk } from "./page-through.ts";

/** A row as it was kept, with its line. */
export type Kept<Row> = Readonly<{ row: Row; place: LinePlace }>;

export type Materialised = Readonly<{
  history: readonly Kept<OrderRow>[];
  fills: readonly Kept<FillRow>[];
  bills: readonly Kept<BillRow>[];
}>;

type Walks = Readonly<{
  history: Walk<OrderRow>;
  fills: Walk<FillRow>;
  bills: Walk<BillRow>;
}>;

/** Writes down every row of the queries that reached their ends, page by page as they came. */
export function materialise(
  journal: Journal,
  auditScopeId: string,
  walks: Walks,
  own: OwnEvidence,
): Materialised {
  const head = (paged: PagedRow<unknown>): RowHead => ({
    audit_scope_id: auditScopeId,
    query_chain_id: paged.queryChainId,
    page_idx: paged.pageIdx,
  });
  return {
    history: walks.history.rows.map((paged) => ({
      row: paged.row,
      place: journal.order("orders_history", { ...head(paged), ...historyBody(paged.row) }),
    })),
    fills: walks.fills.rows.map((paged) => ({
      row: paged.row,
      place: journal.order("fills", { ...head(paged), ...fillBody(paged.row) }),
    })),
    bills: walks.bills.rows.map((paged) => ({
      row: paged.row,
      place: journal.order("bills", { ...head(paged), ...billBody(paged.row, own) }),
    })),
  };
}

type RowHead = Readonly<{ audit_scope_id: string; query_chain_id: string; page_idx: number }>;
type WithoutHead<File extends keyof OrderLines> = Omit<Body<OrderLines[File]>, keyof RowHead>;

function historyBody(row: OrderRow): WithoutHead<"orders_history"> {
  return {
    clOrdId: row.clOrdId,
    clOrdId_reason: unnamed(row.clOrdId),
    side: row.side,
    pos_side: row.posSide,
    inst_id: row.instId,
    ordId: row.ordId,
    td_mode: row.tdMode,
    ord_type: row.ordType,
    sz: row.sz,
    px: row.px,
    accFillSz: row.accFillSz,
    avg_px: row.avgPx,
    state: row.state,
    fee: row.fee,
    fee_ccy: row.feeCcy,
    created_ms: row.createdMs,
    updated_ms: row.updatedMs,
  };
}

function fillBody(row: FillRow): WithoutHead<"fills"> {
  return {
    clOrdId: row.clOrdId,
    clOrdId_reason: unnamed(row.clOrdId),
    side: row.side,
    pos_side: row.posSide,
    inst_id: row.instId,
    ordId: row.ordId,
    tradeId: row.tradeId,
    billId: row.billId,
    billId_reason: null,
    fill_px: row.fillPx,
    fillSz: row.fillSz,
    fee: row.fee,
    fee_ccy: row.feeCcy,
    exec_type: row.execType === "taker" ? "T" : "M",
    filled_ms: row.filledMs,
  };
}

function billBody(row: BillRow, own: OwnEvidence): WithoutHead<"bills"> {
  const type = billTypeOf(row);
  const system = `${type}_bill`;
  return {
    billId: row.billId,
    ordId: row.ordId,
    ordId_reason: row.ordId === null ? system : null,
    tradeId: row.tradeId,
    tradeId_reason: row.tradeId === null ? system : null,
    inst_id: row.instId,
    inst_id_reason: row.instId === null ? system : null,
    bill_type: type,
    ccy: row.ccy,
    bal_chg: row.balChg,
    fee: row.fee,
    pnl: row.pnl,
    agent_id_hash: row.ordId === null ? null : (own.byOrdId.get(row.ordId)?.agentHash ?? null),
    billed_ms: row.billedMs,
  };
}

/** OKX's numbers of bill types: 1 transfer, 2 trade, 5 liquidation, 8 funding fee. */
export function billTypeOf({ type }: BillRow): OrderLines["bills"]["bill_type"] {
  switch (type) {
    case "1":
      return "transfer";
    case "2":
      return "trade";
    case "5":
      return "liquidation";
    case "8":
      return "funding_fee";
    default:
      return "other";
  }
}

function unnamed(clOrdId: string | null): string | null {
  return clOrdId === null ? "exchange_did_not_say" : null;
}

/** The order of ours behind a row of the exchange: by our name for it, else by theirs. */
export function ownerOf(
  row: Readonly<{ clOrdId: string | null; ordId: string | null }>,
  own: OwnEvidence,
): OwnOrder | null {
  const byName = row.clOrdId === null ? undefined : own.orders.get(row.clOrdId);
  return byName ?? own.byOrdId.get(row.ordId ?? "") ?? null;
}
