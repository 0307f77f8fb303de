import { createStream, formatDecimal } from "#base";
import { type BareTick, quoteTick, tradeTick } from "./bare-tick.ts";

/** A seeded market: each step gives a quote and a trade of every symbol, the same every time. */
export type SimulatedMarket = Readonly<{
  /** The ticks of the next step, with this exchange time. `frozen` repeats the last prices. */
  step: (exchangeMs: number, frozen: boolean) => readonly BareTick[];
}>;

/** A random walk in cents per symbol; sequences count up by one for each kind. */
export function createSimulatedMarket(seed: number, symbols: readonly string[]): SimulatedMarket {
  const walks = symbols.map((symbol, id) => createWalk(seed, symbol, id));
  let sequence = 0;
  return {
    step(exchangeMs, frozen): readonly BareTick[] {
      sequence += 1;
      return walks.flatMap((walk) => walk(exchangeMs, sequence, frozen));
    },
  };
}

type Walk = (exchangeMs: number, sequence: number, frozen: boolean) => readonly BareTick[];

function createWalk(seed: number, symbol: string, id: number): Walk {
  const chance = createStream({ seed, stream: "sample", id });
  let middle = 10_000 + chance.below(40_000);
  let state = next();

  function next(): Readonly<{ bid: number; ask: number; sizes: readonly number[] }> {
    middle = Math.max(100, middle + chance.below(11) - 5);
    const spread = 1 + chance.below(3);
    const sizes = [1 + chance.below(900), 1 + chance.below(900), 1 + chance.below(100)];
    return { bid: middle, ask: middle + spread, sizes };
  }

  return (exchangeMs, sequence, frozen) => {
    if (!frozen) state = next();
    const [bidSize = 1, askSize = 1, size = 1] = state.sizes.map(String);
    const bid = { price: formatDecimal(state.bid, 2), size: String(bidSize) };
    const ask = { price: formatDecimal(state.ask, 2), size: String(askSize) };
    const last = { price: bid.price, size: String(size) };
    return [
      quoteTick({ symbol, bid, ask, exchangeMs, sequence }),
      tradeTick({ symbol, last, exchangeMs, sequence }),
    ];
  };
}
