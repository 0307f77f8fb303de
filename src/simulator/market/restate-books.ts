import type { MarketCommand, OutsideLevel } from "#exchange";

/**
 * Where depth was recorded, the book is what the recording says: a trade may fill orders of ours,
 * but what it takes from others is told by the next update. So after each trade the levels that it
 * touches are stated again, as the recording had them.
 */
export function* restateBooks(commands: Iterable<MarketCommand>): Generator<MarketCommand> {
  const books = new Map<number, Book>();
  for (const command of commands) {
    yield command;
    if (command.type === "set_outside") {
      const book = books.get(command.instrument) ?? { buy: new Map(), sell: new Map() };
      books.set(command.instrument, book);
      if (command.snapshot) clear(book);
      for (const level of command.levels) put(book, level);
    } else if (command.type === "outside_print") {
      const { instrument, timeMs } = command;
      const levels = touched(command, books.get(instrument));
      if (levels.length === 0) continue;
      yield { type: "set_outside", timeMs, instrument, snapshot: false, levels };
    }
  }
}

/** Lots by price, of others. */
type Book = Readonly<Record<"buy" | "sell", Map<number, number>>>;

function clear({ buy, sell }: Book): void {
  buy.clear();
  sell.clear();
}

function put(book: Book, { side, priceTicks, lots }: OutsideLevel): void {
  if (lots === 0) book[side].delete(priceTicks);
  else book[side].set(priceTicks, lots);
}

/** Levels on the other side of the taker, up to the price of the trade. */
function touched(
  { side, priceTicks }: Readonly<{ side: "buy" | "sell"; priceTicks: number }>,
  book: Book | undefined,
): readonly OutsideLevel[] {
  const found: OutsideLevel[] = [];
  const other = side === "buy" ? "sell" : "buy";
  for (const [price, lots] of book?.[other] ?? []) {
    const isReached = side === "buy" ? price <= priceTicks : price >= priceTicks;
    if (isReached) found.push({ side: other, priceTicks: price, lots });
  }
  return found;
}
