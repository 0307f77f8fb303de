import type { BookLevelView, Exchange, TradeView } from "#exchange";
import type { RawLevel, RowByEndpoint, Whole } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import type { MarketView } from "../market/market-view.ts";
import { fractionText, moneyText, scaledText } from "../text/decimal-text.ts";
import type { RowTexts } from "./row-texts.ts";

export type TickerRow = Whole<RowByEndpoint["ticker"]>;
export type TradeRow = Whole<RowByEndpoint["trades"]>;
export type FundingRow = Whole<RowByEndpoint["funding_rate"]>;
export type OpenInterestRow = Whole<RowByEndpoint["open_interest"]>;
export type IndexRow = Whole<RowByEndpoint["index_tickers"]>;

export type MarketSources = Readonly<{ exchange: Exchange; market: MarketView; nowMs: number }>;

export function tickerRow(listing: Listing, { exchange, market, nowMs }: MarketSources): TickerRow {
  const { index, instId, instType, priceText, sizeText } = listing;
  const { bids, asks } = exchange.book(index, 1);
  const [bid, ask] = [bids[0], asks[0]];
  const [trade] = exchange.trades(index, 1);
  const last = exchange.lastTicks(index);
  const day = market.day(listing);
  const price = (ticks: number | null): string => (ticks === null ? "" : priceText(ticks));
  return {
    instType,
    instId,
    last: price(last),
    lastSz: trade === undefined ? "" : sizeText(trade.lots),
    askPx: price(ask?.priceTicks ?? null),
    askSz: ask === undefined ? "" : sizeText(ask.lots),
    bidPx: price(bid?.priceTicks ?? null),
    bidSz: bid === undefined ? "" : sizeText(bid.lots),
    open24h: price(day.openTicks),
    high24h: price(day.highTicks),
    low24h: price(day.lowTicks),
    volCcy24h: day.baseVolume,
    vol24h: sizeText(day.volumeLots),
    sodUtc0: price(day.utcOpenTicks),
    sodUtc8: price(day.hongKongOpenTicks),
    ts: String(nowMs),
  };
}

/** Price, size, a zero that OKX keeps for old times' sake, number of orders. */
export function levelRow({ priceTicks, lots, orders }: BookLevelView, listing: Listing): RawLevel {
  return [listing.priceText(priceTicks), listing.sizeText(lots), "0", String(orders)];
}

export function tradeRow(trade: TradeView, { catalog, ids }: RowTexts): TradeRow {
  const listing = catalog.at(trade.instrument);
  return {
    instId: listing.instId,
    tradeId: ids.text("trade", trade.id),
    px: listing.priceText(trade.priceTicks),
    sz: listing.sizeText(trade.lots),
    side: trade.side,
    ts: String(trade.timeMs),
    count: "1",
    source: "0",
    seqId: trade.id,
  };
}

/** Null where nothing is ever paid. */
export function fundingRow(
  listing: Listing,
  { market, exchange, nowMs }: MarketSources,
): FundingRow | null {
  const funding = market.funding(listing);
  if (funding === null) return null;
  const rate = (e12: number): string => scaledText(e12, 12);
  const mark = exchange.markTicks(listing.index);
  const index = market.indexTicks(listing);
  return {
    instType: listing.instType,
    instId: listing.instId,
    method: "current_period",
    formulaType: "noRate",
    fundingRate: rate(funding.rateE12),
    nextFundingRate: "",
    fundingTime: String(funding.dueMs),
    nextFundingTime: String(funding.nextDueMs),
    minFundingRate: "-0.00375",
    maxFundingRate: "0.00375",
    interestRate: "0.0001",
    impactValue: "20000",
    settState: "settled",
    settFundingRate: funding.lastRateE12 === null ? "" : rate(funding.lastRateE12),
    premium: mark === null || index === null ? "" : fractionText(mark - index, index, 0, 12),
    ts: String(nowMs),
  };
}

export function openInterestRow(
  listing: Listing,
  { exchange, nowMs }: MarketSources,
): OpenInterestRow {
  const lots = exchange.openInterestLots(listing.index);
  const mark = exchange.markTicks(listing.index);
  return {
    instType: listing.instType,
    instId: listing.instId,
    oi: listing.sizeText(lots),
    oiCcy: baseVolumeText(lots, listing),
    oiUsd: mark === null ? "" : moneyText(listing.valueUnits(lots, mark)),
    ts: String(nowMs),
  };
}

export function indexRow(listing: Listing, { market, nowMs }: MarketSources): IndexRow | null {
  const ticks = market.indexTicks(listing);
  if (ticks === null) return null;
  const day = market.day(listing);
  const price = (value: number | null): string => (value === null ? "" : listing.priceText(value));
  return {
    instId: listing.family,
    idxPx: price(ticks),
    high24h: price(day.highTicks),
    low24h: price(day.lowTicks),
    open24h: price(day.openTicks),
    sodUtc0: price(day.utcOpenTicks),
    sodUtc8: price(day.hongKongOpenTicks),
    ts: String(nowMs),
  };
}

/** Lots as coins: contracts times the coins in one. */
export function baseVolumeText(lots: number, { spec, contractValue }: Listing): string {
  const [whole = "0", fraction = ""] = contractValue.split(".");
  const coins = BigInt(whole + fraction) * BigInt(lots) * BigInt(spec.lotStep);
  return fractionText(coins, 1, spec.lotScale + fraction.length, 12);
}
