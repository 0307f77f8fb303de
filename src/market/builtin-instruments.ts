import type { Instrument, MarginTier } from "./instrument.ts";

/** The instrument of this id that Assay knows without being told, or null. */
export function findInstrument(id: string): Instrument | null {
  return builtinInstruments.find((instrument) => instrument.id === id) ?? null;
}

const eightHours = 28_800_000;

/** Liquid perpetuals cost about 5.5 bp per taker fill: 5 bp of fee and half a basis point here. */
const perpetualHalfSpreadPpm = 50;

const okxSwap = {
  venue: "okx",
  kind: "swap",
  quote_currency: "USDT",
  // OKX regular user: 0.05 % taker, 0.02 % maker.
  taker_fee_ppm: 500,
  maker_fee_ppm: 200,
  half_spread_ppm: perpetualHalfSpreadPpm,
  funding: { interval_ms: eightHours, source: "recorded" },
  calendar: "24x7",
} as const;

const binancePerpetual = { ...okxSwap, venue: "binance" } as const;

const binanceSpot = {
  venue: "binance",
  kind: "spot",
  quote_currency: "USDT",
  // Binance spot, regular user: 0.10 % both ways.
  taker_fee_ppm: 1000,
  maker_fee_ppm: 1000,
  half_spread_ppm: perpetualHalfSpreadPpm,
  funding: { interval_ms: null, source: "none" },
  calendar: "24x7",
} as const;

/** Bought in full and never borrowed: no leverage, nothing to maintain. */
const cashOnly: readonly MarginTier[] = [
  { max_lots: 10_000_000_000, mmr_ppm: 0, imr_ppm: 1_000_000, max_leverage: 1 },
];

/** Instruments whose facts ship with Assay; any other comes from a JSON file of the same shape. */
export const builtinInstruments: readonly Instrument[] = [
  {
    ...okxSwap,
    id: "BTC-USDT-SWAP",
    tick_size: "0.1",
    // A hundredth of a contract of 0.01 BTC.
    lot_size: "0.0001",
    contract_value: "0.01",
    micro_per_lot_tick: 10,
    // GET /api/v5/public/position-tiers: 1 000 contracts at 0.4 %, 5 000 at 0.5 %. The initial
    // margin of the second tier is not in our recordings; 2 % is assumed.
    margin_tiers: [
      { max_lots: 100_000, mmr_ppm: 4000, imr_ppm: 10_000, max_leverage: 100 },
      { max_lots: 500_000, mmr_ppm: 5000, imr_ppm: 20_000, max_leverage: 50 },
    ],
  },
  {
    ...okxSwap,
    id: "ETH-USDT-SWAP",
    tick_size: "0.01",
    // A hundredth of a contract of 0.1 ETH.
    lot_size: "0.001",
    contract_value: "0.1",
    micro_per_lot_tick: 10,
    // The first tier of the same endpoint: 5 000 contracts. Later tiers are not recorded.
    margin_tiers: [{ max_lots: 500_000, mmr_ppm: 4000, imr_ppm: 10_000, max_leverage: 100 }],
  },
  {
    ...binancePerpetual,
    id: "BTCUSDT-PERP",
    // Binance coarsened this tick to 0.1 in 2022; the finer one represents the whole history.
    tick_size: "0.01",
    lot_size: "0.001",
    contract_value: "1",
    micro_per_lot_tick: 10,
    // Brackets are by notional (50 k, 250 k, 1 M, 5 M, 20 M USDT); in lots at 125 000 USDT per BTC,
    // so below that price a position meets the higher margin sooner than on the venue.
    margin_tiers: [
      { max_lots: 400, mmr_ppm: 4000, imr_ppm: 8000, max_leverage: 125 },
      { max_lots: 2000, mmr_ppm: 5000, imr_ppm: 10_000, max_leverage: 100 },
      { max_lots: 8000, mmr_ppm: 10_000, imr_ppm: 20_000, max_leverage: 50 },
      { max_lots: 40_000, mmr_ppm: 25_000, imr_ppm: 50_000, max_leverage: 20 },
      { max_lots: 160_000, mmr_ppm: 50_000, imr_ppm: 100_000, max_leverage: 10 },
    ],
  },
  {
    ...binancePerpetual,
    id: "ETHUSDT-PERP",
    tick_size: "0.01",
    lot_size: "0.001",
    contract_value: "1",
    micro_per_lot_tick: 10,
    // Brackets 10 k, 100 k, 500 k, 1 M, 2 M USDT; in lots at 5 000 USDT per ETH, as above.
    margin_tiers: [
      { max_lots: 2000, mmr_ppm: 5000, imr_ppm: 10_000, max_leverage: 100 },
      { max_lots: 20_000, mmr_ppm: 6500, imr_ppm: 13_333, max_leverage: 75 },
      { max_lots: 100_000, mmr_ppm: 10_000, imr_ppm: 20_000, max_leverage: 50 },
      { max_lots: 200_000, mmr_ppm: 20_000, imr_ppm: 40_000, max_leverage: 25 },
      { max_lots: 400_000, mmr_ppm: 50_000, imr_ppm: 100_000, max_leverage: 10 },
    ],
  },
  {
    ...binanceSpot,
    id: "BTCUSDT-SPOT",
    tick_size: "0.01",
    // The venue trades 0.00001 BTC; ten of those are the smallest lot whose tick is whole micros.
    lot_size: "0.0001",
    contract_value: "1",
    micro_per_lot_tick: 1,
    margin_tiers: cashOnly,
  },
  {
    ...binanceSpot,
    id: "ETHUSDT-SPOT",
    tick_size: "0.01",
    lot_size: "0.0001",
    contract_value: "1",
    micro_per_lot_tick: 1,
    margin_tiers: cashOnly,
  },
  {
    id: "SPX-INDEX",
    venue: "spx",
    kind: "index",
    quote_currency: "USD",
    tick_size: "0.01",
    // An index has no lots of its own; this one is worth a few dollars. Its volume is the share
    // count of the constituents, read as index units: ample, so participation never binds.
    lot_size: "0.001",
    contract_value: "1",
    micro_per_lot_tick: 10,
    // What a fund or a small future on the index costs: one basis point a side.
    taker_fee_ppm: 100,
    maker_fee_ppm: 100,
    half_spread_ppm: 50,
    // Regulation T: half down to open, a quarter to keep.
    margin_tiers: [
      { max_lots: 1_000_000_000, mmr_ppm: 250_000, imr_ppm: 500_000, max_leverage: 2 },
    ],
    funding: { interval_ms: null, source: "none" },
    calendar: "nyse",
  },
];
