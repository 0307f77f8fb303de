import type { CancelReason, OrderView } from "#exchange";
import { type CancelSource, cancelSources, type RowByEndpoint, type Whole } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import { fractionText, moneyText } from "../text/decimal-text.ts";
import { attachedRows } from "./attached-row.ts";
import { categoryText, leverText, posSideText, type RowTexts } from "./row-texts.ts";

export type OrderRow = Whole<RowByEndpoint["order"]>;

/** An order as the queries give it. */
export function orderRow(order: OrderView, texts: RowTexts): OrderRow {
  const { catalog, ids, tagText } = texts;
  const listing = catalog.at(order.instrument);
  const fill = order.lastFill;
  const isQuoteSized = order.quoteUnits !== null;
  return {
    ...unusedOrderFields,
    attachAlgoOrds: attachedRows(texts.attachedTo(order.id), listing),
    instType: listing.instType,
    instId: listing.instId,
    tgtCcy: targetCurrency(order, listing),
    ccy: "",
    ordId: ids.text("order", order.id),
    clOrdId: order.clientId ?? "",
    tag: tagText(order.tag),
    px: order.priceTicks === null ? "" : listing.priceText(order.priceTicks),
    sz: isQuoteSized ? moneyText(order.quoteUnits ?? 0) : listing.sizeText(order.lots),
    pnl: moneyText(order.pnlUnits),
    ordType: order.orderType,
    side: order.side,
    posSide: posSideText(order.positionSide),
    tdMode: order.marginMode,
    accFillSz: listing.sizeText(order.filledLots),
    fillPx: fill === null ? "" : listing.priceText(fill.priceTicks),
    tradeId: fill === null ? "" : ids.text("trade", fill.tradeId),
    fillSz: fill === null ? "0" : listing.sizeText(fill.lots),
    fillTime: fill === null ? "" : String(fill.timeMs),
    avgPx: averagePrice(order, listing),
    state: order.state,
    stpMode: order.stpMode,
    lever: leverText(order.marginMode, order.leverageCenti),
    linkedAlgoOrd: { algoId: order.algoId === null ? "" : ids.text("algo", order.algoId) },
    feeCcy: order.feeCurrency,
    fee: moneyText(Math.min(order.feeUnits, 0)),
    rebateCcy: order.feeCurrency,
    rebate: moneyText(Math.max(order.feeUnits, 0)),
    source: order.origin === "algo" ? algoSource : "",
    category: categoryText(order),
    reduceOnly: order.reduceOnly ? "true" : "false",
    cancelSource: cancelSource(order.cancelReason),
    cancelSourceReason: order.cancelReason === null ? "" : cancelWords[order.cancelReason],
    algoId: order.algoId === null ? "" : ids.text("algo", order.algoId),
    tradeQuoteCcy: listing.instType === "SPOT" ? listing.spec.quote : "",
    uTime: String(order.updatedMs),
    cTime: String(order.createdMs),
  };
}

/** "The normal order triggered by the TP/SL order." */
const algoSource = "7";

/** What `sz` of a spot market order counts. */
function targetCurrency(order: OrderView, listing: Listing): string {
  if (listing.instType !== "SPOT" || order.orderType !== "market") return "";
  return order.quoteUnits === null ? "base_ccy" : "quote_ccy";
}

/** Average price of what was filled, to twelve places; empty before the first fill. */
export function averagePrice({ filledLots, filledLotTicks }: OrderView, { spec }: Listing): string {
  if (filledLots === 0) return "";
  const steps = BigInt(filledLotTicks) * BigInt(spec.tickStep);
  return fractionText(steps, filledLots, spec.tickScale, 12);
}

function cancelSource(reason: CancelReason | null): string {
  return reason === null ? "" : cancelSources[sourceNames[reason]];
}

const sourceNames: Readonly<Record<CancelReason, CancelSource>> = {
  user: "user",
  ioc_remainder: "immediate_or_cancel",
  fok_not_filled: "fill_or_kill",
  post_only_would_take: "post_only",
  stp_maker: "self_trade",
  stp_taker: "self_trade",
  reduce_only: "reduce_only_exceeded",
  market_remainder: "immediate_or_cancel",
  too_many_makers: "too_many_matches",
  liquidation: "liquidation",
  cancel_all_after: "cancel_all_after",
  insufficient_margin: "reduce_only_margin",
  close_position: "position_closed",
  instrument_suspended: "system",
  amend_failed: "system",
};

const cancelWords: Readonly<Record<CancelReason, string>> = {
  user: "Order canceled by user",
  ioc_remainder: "IOC order was partially canceled due to incompletely filled",
  fok_not_filled: "FOK order was canceled due to incompletely filled",
  post_only_would_take: "The post-only order will take liquidity in taker orders",
  stp_maker: "Self trade prevention",
  stp_taker: "Self trade prevention",
  reduce_only: "Reduce-only order was canceled, there is no position left to reduce",
  market_remainder: "Nothing was left in the book to fill the rest of the market order",
  too_many_makers: "The order exceeds the maximum number of order matches per taker order",
  liquidation: "The risk cancellation was triggered",
  cancel_all_after: "Cancel all after triggered",
  insufficient_margin: "The margin of the position is insufficient",
  close_position: "The position was closed",
  instrument_suspended: "The instrument was suspended",
  amend_failed: "The order was canceled because its amendment failed",
};

/** Fields of products that do not trade here: there, and empty. */
const unusedOrderFields = {
  pxUsd: "",
  pxVol: "",
  pxType: "",
  stpId: "",
  attachAlgoClOrdId: "",
  tpTriggerPx: "",
  tpTriggerPxType: "",
  tpOrdPx: "",
  slTriggerPx: "",
  slTriggerPxType: "",
  slOrdPx: "",
  isTpLimit: "false",
  quickMgnType: "",
  algoClOrdId: "",
} as const;
