import type { BillSubtype, BillType, BillView } from "#exchange";
import type { RowByEndpoint, Whole } from "#okx";
import { moneyText } from "../text/decimal-text.ts";
import { execType, type RowTexts } from "./row-texts.ts";

export type BillRow = Whole<RowByEndpoint["bills"]>;

export function billRow(bill: BillView, { catalog, ids, tagText }: RowTexts): BillRow {
  const listing = bill.instrument === null ? null : catalog.at(bill.instrument);
  const isTrade = bill.tradeId !== null;
  return {
    billId: ids.text("bill", bill.id),
    instType: listing?.instType ?? "",
    instId: listing?.instId ?? "",
    ccy: bill.currency,
    type: billTypes[bill.type],
    subType: billSubtypes[bill.subtype],
    ts: String(bill.timeMs),
    balChg: moneyText(bill.changeUnits),
    posBalChg: moneyText(bill.positionChangeUnits),
    bal: moneyText(bill.balanceUnits),
    posBal: moneyText(bill.positionBalanceUnits),
    sz: bill.lots === null || listing === null ? "" : listing.sizeText(bill.lots),
    px: bill.priceTicks === null || listing === null ? "" : listing.priceText(bill.priceTicks),
    pnl: moneyText(bill.pnlUnits),
    fee: moneyText(bill.feeUnits),
    earnAmt: "",
    earnApr: "",
    mgnMode: bill.marginMode ?? "",
    ordId: bill.orderId === null ? "" : ids.text("order", bill.orderId),
    clOrdId: bill.clientId ?? "",
    tradeId: bill.tradeId === null ? "" : ids.text("trade", bill.tradeId),
    execType: bill.liquidity === null ? "" : execType(bill.liquidity),
    interest: "0",
    tag: tagText(bill.tag),
    fillTime: isTrade ? String(bill.timeMs) : "",
    fillIdxPx: "",
    fillMarkPx: "",
    fillPxVol: "",
    fillPxUsd: "",
    fillMarkVol: "",
    fillFwdPx: "",
    // 6 is the funding account, 18 the trading account.
    from: bill.subtype === "transfer_in" ? "6" : bill.subtype === "transfer_out" ? "18" : "",
    to: bill.subtype === "transfer_in" ? "18" : bill.subtype === "transfer_out" ? "6" : "",
    notes: "",
  };
}

/** OKX's numbers. */
const billTypes: Readonly<Record<BillType, string>> = {
  transfer: "1",
  trade: "2",
  liquidation: "5",
  margin_transfer: "6",
  funding: "8",
  insurance: "10",
};

const billSubtypes: Readonly<Record<BillSubtype, string>> = {
  transfer_in: "11",
  transfer_out: "12",
  buy: "1",
  sell: "2",
  open_long: "3",
  open_short: "4",
  close_long: "5",
  close_short: "6",
  partial_liquidation_long: "100",
  partial_liquidation_short: "101",
  liquidation_long: "104",
  liquidation_short: "105",
  margin_increase: "160",
  margin_decrease: "161",
  funding_expense: "173",
  funding_income: "174",
  insurance_cover: "212",
};
