import type { Row } from "../fields.ts";

/**
 * `GET /account/bills`, `/account/bills-archive`: each change of balance. `type` 1 transfer,
 * 2 trade, 5 liquidation, 8 funding fee; `subType` says more: 1 buy, 2 sell, 3 open long, 4 open
 * short, 5 close long, 6 close short, 173 funding paid, 174 funding received. Newest first.
 */
export const billFields = {
  billId: "id",
  instType: "text",
  instId: "text",
  ccy: "id",
  type: "whole",
  subType: "whole",
  ts: "ms",
  balChg: "decimal",
  posBalChg: "decimal~",
  bal: "decimal",
  posBal: "decimal~",
  sz: "decimal~",
  px: "decimal~",
  pnl: "decimal~",
  fee: "decimal~",
  earnAmt: "?decimal~",
  earnApr: "?decimal~",
  mgnMode: "text",
  ordId: "text",
  clOrdId: "text",
  tradeId: "text",
  execType: "=T|M|",
  interest: "decimal~",
  tag: "text",
  fillTime: "ms~",
  fillIdxPx: "?decimal~",
  fillMarkPx: "?decimal~",
  fillPxVol: "?decimal~",
  fillPxUsd: "?decimal~",
  fillMarkVol: "?decimal~",
  fillFwdPx: "?decimal~",
  from: "text",
  to: "text",
  notes: "text",
} as const;
export type BillRow = Row<typeof billFields>;
