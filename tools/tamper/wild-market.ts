import { createStream } from "#base";

const bars = 200;
const barMs = 900_000;
const firstMs = 1_640_995_200_000;

/** A CSV of quarter-hour bars of a random walk in leaps, with empty and with thin bars. */
export function wildMarket(): string {
  const stream = createStream({ seed: 7, stream: "surrogate", id: 0 });
  const rows = ["ts_ms,open,high,low,close,volume"];
  let close = 40_000;
  for (let index = 0; index < bars; index += 1) {
    const open = close;
    const step = stream.gaussian() * 0.015 * open;
    const wick = Math.abs(stream.gaussian() * 0.0075 * open);
    const isQuiet = index % 37 === 36;
    if (!isQuiet) close = Math.max(toTick(open + step), 100);
    const high = Math.max(open, close) + (isQuiet ? 0 : wick);
    const low = Math.max(Math.min(open, close) - (isQuiet ? 0 : wick), 1);
    const volume = isQuiet ? 0 : Math.floor(30_000 * stream.uniform() * stream.uniform());
    rows.push([firstMs + index * barMs, open, toTick(high), toTick(low), close, volume].join(","));
  }
  return `${rows.join("\n")}\n`;
}

function toTick(price: number): number {
  return Math.round(price * 10) / 10;
}
