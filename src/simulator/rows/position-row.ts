import type { PositionView } from "#exchange";
import type { RowByEndpoint, Whole } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import { fractionText, moneyText, ppmText } from "../text/decimal-text.ts";
import { posSideText, type RowTexts } from "./row-texts.ts";

export type PositionRow = Whole<RowByEndpoint["positions"]>;

/** What the market says besides: prices in ticks, null where none is known. */
export type PositionMarket = Readonly<{
  lastTicks: number | null;
  indexTicks: number | null;
  tradeId: number | null;
  nowMs: number;
}>;

export function positionRow(
  position: PositionView,
  market: PositionMarket,
  { catalog, ids }: RowTexts,
): PositionRow {
  const listing = catalog.at(position.instrument);
  const { markTicks, marginUnits, marginMode } = position;
  const size = Math.abs(position.lots);
  const price = (ticks: number | null): string => (ticks === null ? "" : listing.priceText(ticks));
  const uplLast = unrealizedAt(position, market.lastTicks, listing);
  return {
    ...unusedPositionFields,
    instType: listing.instType,
    instId: listing.instId,
    mgnMode: marginMode === "cash" ? "" : marginMode,
    posId: ids.text("position", position.id),
    posSide: posSideText(position.positionSide),
    // In long/short mode the size is never signed.
    pos: listing.sizeText(position.positionSide === "net" ? position.lots : size),
    availPos: position.lots === 0 ? "" : listing.sizeText(Math.abs(position.availableLots)),
    avgPx: entryPrice(position, listing),
    markPx: price(markTicks),
    upl: moneyText(position.unrealizedUnits),
    uplRatio: ratio(position.unrealizedUnits, position),
    uplLastPx: uplLast === null ? "" : moneyText(uplLast),
    uplRatioLastPx: uplLast === null ? "" : ratio(uplLast, position),
    lever: String(position.leverageCenti / 100),
    liqPx: price(position.liquidationTicks),
    imr: marginMode === "cross" ? moneyText(position.initialMarginUnits) : "",
    margin: marginMode === "isolated" ? moneyText(marginUnits) : "",
    mgnRatio: position.marginRatioPpm === null ? "" : ppmText(position.marginRatioPpm),
    mmr: moneyText(position.maintenanceMarginUnits),
    tradeId: market.tradeId === null ? "" : ids.text("trade", market.tradeId),
    notionalUsd: markTicks === null ? "" : moneyText(listing.valueUnits(size, markTicks)),
    ccy: listing.spec.quote,
    last: price(market.lastTicks),
    idxPx: price(market.indexTicks),
    bePx: breakEven(position, listing),
    realizedPnl: moneyText(
      position.realizedUnits +
        position.feeUnits +
        position.fundingUnits +
        position.liquidationPenaltyUnits,
    ),
    settledPnl: "",
    pnl: moneyText(position.realizedUnits),
    fee: moneyText(position.feeUnits),
    fundingFee: moneyText(position.fundingUnits),
    liqPenalty: moneyText(position.liquidationPenaltyUnits),
    cTime: String(position.createdMs),
    uTime: String(position.updatedMs),
    pTime: String(market.nowMs),
  };
}

/** Average price of the open lots, to twelve places: cost / (lots * value of a lot and a tick). */
export function entryPrice({ lots, costUnits }: PositionView, { spec }: Listing): string {
  if (lots === 0) return "";
  const { valueNumerator, valueDenominator, tickStep, tickScale } = spec;
  const size = BigInt(Math.abs(lots));
  const cost = BigInt(Math.abs(costUnits)) * BigInt(valueDenominator) * BigInt(tickStep);
  return fractionText(cost, size * BigInt(valueNumerator), tickScale, 12);
}

/** Where closing at the taker's fee leaves nothing: entry * (1 +- 2 fees), as OKX estimates it. */
function breakEven(position: PositionView, { spec }: Listing): string {
  const { lots, costUnits } = position;
  if (lots === 0) return "";
  const { valueNumerator, valueDenominator, tickStep, tickScale, takerFeePpm } = spec;
  const sign = lots > 0 ? 1n : -1n;
  const size = BigInt(Math.abs(lots)) * BigInt(valueNumerator);
  const cost = BigInt(Math.abs(costUnits)) * BigInt(valueDenominator) * BigInt(tickStep);
  const fee = BigInt(takerFeePpm);
  const over = cost * (1_000_000n + sign * fee);
  return fractionText(over, size * (1_000_000n - sign * fee), tickScale, 12);
}

function unrealizedAt(
  { lots, costUnits }: PositionView,
  ticks: number | null,
  listing: Listing,
): number | null {
  if (ticks === null) return null;
  const value = listing.valueUnits(Math.abs(lots), ticks);
  return (lots < 0 ? -value : value) - costUnits;
}

/** Profit over the margin that was put up. */
function ratio(units: number, { initialMarginUnits }: PositionView): string {
  return initialMarginUnits === 0 ? "0" : fractionText(units, initialMarginUnits, 0, 12);
}

/** Fields of borrowing, options and copy trading: there, and empty. */
const unusedPositionFields = {
  liab: "",
  liabCcy: "",
  interest: "0",
  optVal: "",
  pendingCloseOrdLiabVal: "",
  adl: "1",
  posCcy: "",
  usdPx: "",
  deltaBS: "",
  deltaPA: "",
  gammaBS: "",
  gammaPA: "",
  thetaBS: "",
  thetaPA: "",
  vegaBS: "",
  vegaPA: "",
  spotInUseAmt: "",
  spotInUseCcy: "",
  clSpotInUseAmt: "",
  maxSpotInUseAmt: "",
  baseBal: "",
  quoteBal: "",
  baseBorrowed: "",
  baseInterest: "",
  quoteBorrowed: "",
  quoteInterest: "",
  bizRefId: "",
  bizRefType: "",
  closeOrderAlgo: [],
  nonSettleAvgPx: "",
} as const;
