import type { FillView, OrderView } from "#exchange";
import type { RowByChannel, Whole } from "#okx";
import { moneyText } from "../text/decimal-text.ts";
import { orderRow } from "./order-row.ts";
import { execType, type RowTexts } from "./row-texts.ts";

export type OrderUpdateRow = Whole<RowByChannel["orders"]>;

/** What happened to an order, as the orders channel tells it. */
export type OrderChange = Readonly<{
  order: OrderView;
  /** The fill that changed it; null for any other change. */
  fill: FillView | null;
  wasAmended: boolean;
  lastTicks: number | null;
}>;

export function orderUpdateRow(
  { order, fill, wasAmended, lastTicks }: OrderChange,
  texts: RowTexts,
): OrderUpdateRow {
  const { catalog, ids } = texts;
  const listing = catalog.at(order.instrument);
  const priceTicks = order.priceTicks ?? lastTicks;
  return {
    ...orderRow(order, texts),
    notionalUsd: priceTicks === null ? "" : moneyText(listing.valueUnits(order.lots, priceTicks)),
    fillPx: fill === null ? "" : listing.priceText(fill.priceTicks),
    tradeId: fill === null ? "" : ids.text("trade", fill.tradeId),
    fillSz: fill === null ? "0" : listing.sizeText(fill.lots),
    fillPnl: fill === null ? "0" : moneyText(fill.pnlUnits),
    fillTime: fill === null ? "" : String(fill.timeMs),
    fillFee: fill === null ? "0" : moneyText(fill.feeUnits),
    fillFeeCcy: fill === null ? "" : fill.feeCurrency,
    fillPxVol: "",
    fillPxUsd: "",
    fillMarkVol: "",
    fillFwdPx: "",
    fillMarkPx: "",
    fillIdxPx: "",
    fillNotionalUsd: fill === null ? "" : moneyText(listing.valueUnits(fill.lots, fill.priceTicks)),
    execType: fill === null ? "" : execType(fill.liquidity),
    amendSource: wasAmended ? "1" : "",
    amendResult: wasAmended ? "0" : "",
    reqId: "",
    lastPx: lastTicks === null ? "" : listing.priceText(lastTicks),
    code: "0",
    msg: "",
  };
}
