import { createStream } from "#base";
import type { BarSource } from "#core";
import { type BarColumns, createBarColumns, findInstrument, type Instrument } from "#market";

export type SyntheticMarket = Readonly<{
  bars: BarSource;
  instrument: Instrument;
  highest: number;
}>;

export type MarketMood = Readonly<{
  bars: number;
  seed: number;
  /** Volatility per bar, in basis points. */
  volatility?: number;
  /** One bar in so many has no volume at all; 0 = never. */
  outageEvery?: number;
  /** Volume of an ordinary bar, in lots. */
  volume?: number;
  /** Funding every so many bars; 0 = none recorded. */
  fundingEvery?: number;
}>;

/** A random walk with the dirt of a real market: outages, thin bars, gaps, funding. */
export function syntheticMarket(mood: MarketMood): SyntheticMarket {
  const {
    bars,
    seed,
    volatility = 40,
    outageEvery = 97,
    volume = 3000000,
    fundingEvery = 32,
  } = mood;
  const instrument = findInstrument("BTC-USDT-SWAP");
  if (instrument === null) throw new Error("the builtin instrument is gone");
  const columns = createBarColumns(bars);
  const stream = createStream({ seed, stream: "surrogate", id: 0 });
  let close = 400000;
  let highest = 0;
  for (let index = 0; index < bars; index += 1) {
    const step = (stream.gaussian() * volatility * close) / 10000;
    const wick = Math.abs(stream.gaussian() * volatility * close) / 20000;
    const quiet = outageEvery > 0 && index % outageEvery > outageEvery - 3;
    const open = close;
    close = quiet ? close : Math.max(Math.round(close + step), 1000);
    columns.ts_ms[index] = 1640995200000 + index * 900000;
    columns.open[index] = open;
    columns.close[index] = close;
    columns.high[index] = Math.max(open, close) + (quiet ? 0 : Math.round(wick));
    columns.low[index] = Math.max(Math.min(open, close) - (quiet ? 0 : Math.round(wick)), 1);
    columns.volume[index] = quiet ? 0 : Math.floor(volume * stream.uniform() * stream.uniform());
    highest = Math.max(highest, columns.high[index] ?? 0);
  }
  return { bars: sourceOf(columns, bars, fundingEvery), instrument, highest };
}

/** A BarSource over columns in memory; funding is a fixed alternating rate. */
export function sourceOf(columns: BarColumns, count: number, fundingEvery: number): BarSource {
  const rateAt = (index: number): number => (Math.floor(index / 32) % 3 === 0 ? -250000 : 300000);
  return {
    count,
    intervalMs: 900000,
    read(start, rows, into) {
      for (const field of ["ts_ms", "open", "high", "low", "close", "volume"] as const) {
        into[field].set(columns[field].subarray(start, start + rows));
      }
    },
    readFunding(start, rows, due, known) {
      for (let row = 0; row < rows; row += 1) {
        const index = start + row;
        const paid = fundingEvery > 0 && index % fundingEvery === 0;
        due[row] = paid ? rateAt(index) : Number.NaN;
        known[row] = fundingEvery > 0 ? rateAt(index - (index % fundingEvery)) : Number.NaN;
      }
    },
  };
}

/** A market that closes at these prices, one after the other; a bar opens where the last closed. */
export function scriptedMarket(
  closes: readonly number[],
  { volume = 3000000, fundingEvery = 0 }: Readonly<{ volume?: number; fundingEvery?: number }> = {},
): SyntheticMarket {
  const instrument = findInstrument("BTC-USDT-SWAP");
  if (instrument === null) throw new Error("the builtin instrument is gone");
  const columns = createBarColumns(closes.length);
  for (const [index, close] of closes.entries()) {
    const open = closes[index - 1] ?? close;
    columns.ts_ms[index] = 1640995200000 + index * 900000;
    columns.open[index] = open;
    columns.high[index] = Math.max(open, close);
    columns.low[index] = Math.min(open, close);
    columns.close[index] = close;
    columns.volume[index] = volume;
  }
  const highest = Math.max(...closes);
  return { bars: sourceOf(columns, closes.length, fundingEvery), instrument, highest };
}

/** The same market up to the bar before `cut`; everything from there on is another one. */
export function withOtherFuture(market: SyntheticMarket, cut: number): SyntheticMarket {
  const { bars } = market;
  const changed: BarSource = {
    ...bars,
    read(start, rows, into) {
      bars.read(start, rows, into);
      for (let row = Math.max(cut - start, 0); row < rows; row += 1) {
        for (const field of ["open", "high", "low", "close"] as const) {
          into[field][row] = (into[field][row] ?? 0) * 2 + 7;
        }
        into.volume[row] = (into.volume[row] ?? 0) * 3 + 1;
      }
    },
    readFunding(start, rows, due, known) {
      bars.readFunding(start, rows, due, known);
      for (let row = Math.max(cut - start, 0); row < rows; row += 1) {
        due[row] = 100000;
        known[row] = 100000;
      }
    },
  };
  return { ...market, bars: changed };
}
