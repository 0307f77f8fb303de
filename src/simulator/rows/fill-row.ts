import type { FillView } from "#exchange";
import type { RowByEndpoint, Whole } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import { moneyText, ppmText } from "../text/decimal-text.ts";
import { execType, posSideText, type RowTexts } from "./row-texts.ts";

export type FillRow = Whole<RowByEndpoint["fills"]>;

export function fillRow(fill: FillView, { catalog, ids, tagText }: RowTexts): FillRow {
  const listing = catalog.at(fill.instrument);
  return {
    instType: listing.instType,
    instId: listing.instId,
    tradeId: ids.text("trade", fill.tradeId),
    ordId: ids.text("order", fill.orderId),
    clOrdId: fill.clientId ?? "",
    billId: ids.text("bill", fill.billId),
    subType: fillSubtype(fill),
    tag: tagText(fill.tag),
    fillPx: listing.priceText(fill.priceTicks),
    fillSz: listing.sizeText(fill.lots),
    fillIdxPx: "",
    fillPnl: moneyText(fill.pnlUnits),
    fillPxVol: "",
    fillPxUsd: "",
    fillMarkVol: "",
    fillFwdPx: "",
    fillMarkPx: "",
    side: fill.side,
    posSide: posSideText(fill.positionSide),
    execType: execType(fill.liquidity),
    feeCcy: fill.feeCurrency,
    fee: moneyText(fill.feeUnits),
    feeRate: feeRate(fill, listing),
    tradeQuoteCcy: listing.instType === "SPOT" ? listing.spec.quote : "",
    ts: String(fill.timeMs),
    fillTime: String(fill.timeMs),
  };
}

/** 1 buy, 2 sell; in long/short mode 3 and 4 open, 5 and 6 close a long and a short. */
function fillSubtype({ side, positionSide }: FillView): string {
  if (positionSide === "net") return side === "buy" ? "1" : "2";
  if (positionSide === "long") return side === "buy" ? "3" : "5";
  return side === "sell" ? "4" : "6";
}

/** Negative is a fee. */
function feeRate({ liquidity }: Pick<FillView, "liquidity">, { spec }: Listing): string {
  return ppmText(liquidity === "maker" ? -spec.makerFeePpm : -spec.takerFeePpm);
}
