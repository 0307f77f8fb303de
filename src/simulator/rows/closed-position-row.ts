import type { RowByEndpoint, Whole } from "#okx";
import type { ClosedPosition } from "../floor/closed-positions.ts";
import { fractionText, moneyText } from "../text/decimal-text.ts";
import { entryPrice } from "./position-row.ts";
import { posSideText, type RowTexts } from "./row-texts.ts";

export type ClosedPositionRow = Whole<RowByEndpoint["positions_history"]>;

export function closedPositionRow(
  { last, before, maxLots, closedLots, liquidated }: ClosedPosition,
  { catalog, ids }: RowTexts,
): ClosedPositionRow {
  const listing = catalog.at(last.instrument);
  const isLong = last.positionSide === "long" || (last.positionSide === "net" && before.lots > 0);
  const realized =
    last.realizedUnits + last.feeUnits + last.fundingUnits + last.liquidationPenaltyUnits;
  const margin = Math.max(before.initialMarginUnits, 1);
  return {
    instType: listing.instType,
    instId: listing.instId,
    mgnMode: last.marginMode,
    // 2 closed, 3 liquidated.
    type: liquidated ? "3" : "2",
    cTime: String(last.createdMs),
    uTime: String(last.updatedMs),
    openAvgPx: entryPrice(before, listing),
    closeAvgPx: closePrice({ last, before, closedLots, isLong }, listing.spec),
    posId: ids.text("position", last.id),
    posSide: posSideText(last.positionSide),
    openMaxPos: listing.sizeText(maxLots),
    closeTotalPos: listing.sizeText(closedLots),
    realizedPnl: moneyText(realized),
    settledPnl: "",
    pnl: moneyText(last.realizedUnits),
    pnlRatio: fractionText(realized, margin, 0, 12),
    fee: moneyText(last.feeUnits),
    fundingFee: moneyText(last.fundingUnits),
    liqPenalty: moneyText(last.liquidationPenaltyUnits),
    lever: String(before.leverageCenti / 100),
    direction: isLong ? "long" : "short",
    triggerPx: "",
    uly: listing.family,
    ccy: listing.spec.quote,
    nonSettleAvgPx: "",
  };
}

type Closing = Pick<ClosedPosition, "last" | "before" | "closedLots"> &
  Readonly<{ isLong: boolean }>;

/** Average price of closing, from the profit made: entry +- profit / (lots * value of a tick). */
function closePrice(
  { last, before, closedLots, isLong }: Closing,
  spec: Readonly<{
    valueNumerator: number;
    valueDenominator: number;
    tickStep: number;
    tickScale: number;
  }>,
): string {
  if (closedLots === 0 || before.lots === 0) return "";
  const { valueNumerator, valueDenominator, tickStep, tickScale } = spec;
  const open = BigInt(Math.abs(before.lots));
  const closed = BigInt(closedLots);
  const profit = BigInt(last.realizedUnits) * (isLong ? 1n : -1n);
  // Entry and profit per lot over one denominator: open * closed.
  const cost = BigInt(Math.abs(before.costUnits)) * closed + profit * open;
  const over = cost * BigInt(valueDenominator) * BigInt(tickStep);
  return fractionText(over, open * closed * BigInt(valueNumerator), tickScale, 12);
}
