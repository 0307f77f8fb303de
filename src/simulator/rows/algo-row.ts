import type { AlgoView, OrderView, TriggerLeg } from "#exchange";
import type { RowByEndpoint, Whole } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import { ppmText } from "../text/decimal-text.ts";
import { averagePrice } from "./order-row.ts";
import { leverText, posSideText, type RowTexts } from "./row-texts.ts";

export type AlgoRow = Whole<RowByEndpoint["algo_order"]>;

/** What the row says besides: the order that the algo order sent, and the leverage it would use. */
export type AlgoFacts = Readonly<{
  order: OrderView | null;
  leverageCenti: number;
  lastTicks: number | null;
}>;

export function algoRow(algo: AlgoView, facts: AlgoFacts, texts: RowTexts): AlgoRow {
  const { catalog, ids, tagText } = texts;
  const listing = catalog.at(algo.instrument);
  const { order } = facts;
  const ordId = algo.orderId === null ? "" : ids.text("order", algo.orderId);
  return {
    ...unusedAlgoFields,
    ...legFields(algo, listing),
    ...trailFields(algo, listing),
    instType: listing.instType,
    instId: listing.instId,
    ordId,
    ordIdList: ordId === "" ? [] : [ordId],
    clOrdId: "",
    algoId: ids.text("algo", algo.id),
    algoClOrdId: algo.clientId ?? "",
    linkedOrd: { ordId: "" },
    sz: algo.lots === null ? "" : listing.sizeText(algo.lots),
    closeFraction: algo.lots === null ? "1" : "",
    ordType: algo.algoType,
    side: algo.side,
    posSide: posSideText(algo.positionSide),
    tdMode: algo.marginMode,
    state: algo.state,
    lever: leverText(algo.marginMode, facts.leverageCenti),
    actualSz: order === null ? "0" : listing.sizeText(order.filledLots),
    actualPx: order === null ? "" : averagePrice(order, listing),
    actualSide: actualSide(algo),
    triggerTime: algo.triggeredMs === null ? "" : String(algo.triggeredMs),
    tag: tagText(algo.tag),
    last: facts.lastTicks === null ? "" : listing.priceText(facts.lastTicks),
    failCode: algo.failReason === null ? "" : "1",
    reduceOnly: algo.reduceOnly ? "true" : "false",
    tradeQuoteCcy: listing.instType === "SPOT" ? listing.spec.quote : "",
    cTime: String(algo.createdMs),
    uTime: String(algo.updatedMs),
  };
}

type LegFields = Pick<
  AlgoRow,
  | "tpTriggerPx"
  | "tpTriggerPxType"
  | "tpOrdPx"
  | "slTriggerPx"
  | "slTriggerPxType"
  | "slOrdPx"
  | "triggerPx"
  | "triggerPxType"
  | "ordPx"
>;

function legFields({ takeProfit, stopLoss, trigger }: AlgoView, listing: Listing): LegFields {
  const profit = legText(takeProfit, listing);
  const loss = legText(stopLoss, listing);
  const plain = legText(trigger, listing);
  return {
    tpTriggerPx: profit.triggerPx,
    tpTriggerPxType: profit.source,
    tpOrdPx: profit.ordPx,
    slTriggerPx: loss.triggerPx,
    slTriggerPxType: loss.source,
    slOrdPx: loss.ordPx,
    triggerPx: plain.triggerPx,
    triggerPxType: plain.source,
    ordPx: plain.ordPx,
  };
}

type TrailFields = Pick<AlgoRow, "activePx" | "moveTriggerPx" | "callbackRatio" | "callbackSpread">;

function trailFields({ trail }: AlgoView, listing: Listing): TrailFields {
  const price = (ticks: number | null | undefined): string =>
    ticks === null || ticks === undefined ? "" : listing.priceText(ticks);
  const ratioPpm = trail?.ratioPpm ?? null;
  return {
    activePx: price(trail?.activeTicks),
    moveTriggerPx: price(trail?.triggerTicks),
    callbackRatio: ratioPpm === null ? "" : ppmText(ratioPpm),
    callbackSpread: price(trail?.spreadTicks),
  };
}

/** An order price of -1 is a market order. */
function legText(
  leg: TriggerLeg | null,
  listing: Listing,
): Readonly<{ triggerPx: string; source: string; ordPx: string }> {
  if (leg === null) return { triggerPx: "", source: "", ordPx: "" };
  return {
    triggerPx: listing.priceText(leg.triggerTicks),
    source: leg.source,
    ordPx: leg.orderTicks === null ? "-1" : listing.priceText(leg.orderTicks),
  };
}

function actualSide({ firedLeg }: AlgoView): string {
  if (firedLeg === "take_profit") return "tp";
  return firedLeg === "stop_loss" ? "sl" : "";
}

/** Fields of algo orders that do not trade here: there, and empty. */
const unusedAlgoFields = {
  ccy: "",
  attachAlgoOrds: [],
  tgtCcy: "",
  notionalUsd: "",
  pxVar: "",
  pxSpread: "",
  szLimit: "",
  pxLimit: "",
  timeInterval: "",
  amendPxOnTriggerType: "",
  amendResult: "",
  reqId: "",
  quickMgnType: "",
} as const;
