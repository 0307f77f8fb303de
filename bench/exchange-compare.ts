import { OrderBook } from "nodejs-order-book";
import { eventFields } from "#exchange";
import { accountOf, createDriver } from "./exchange-driver.ts";
import { opCancel, opImmediate, opPlace, type Stream } from "./exchange-streams.ts";

/** One operation on the peer, as one of its users would write it. */
export type Peer = Readonly<{
  book: OrderBook;
  apply: (stream: Stream, at: number) => ReturnType<OrderBook["limit"]> | undefined;
}>;

const sides = ["buy", "sell"] as const;
const accountIds = Array.from({ length: 128 }, (_none, account) => `account-${account}`);
const stpMode = "EXPIRE_MAKER" as never;

export function createPeer(ids: readonly string[]): Peer {
  const book = new OrderBook();
  return {
    book,
    apply(stream, at) {
      const kind = stream.kind[at];
      const order = stream.order[at] ?? 0;
      const id = ids[order] ?? "";
      if (kind === opCancel) {
        book.cancel(id);
        return undefined;
      }
      const price = stream.ticks[at] ?? 0;
      const size = stream.lots[at] ?? 0;
      if (kind !== opPlace && kind !== opImmediate) return book.modify(id, { price, size });
      const side = sides[stream.side[at] ?? 0] as never;
      const timeInForce = (kind === opPlace ? "GTC" : "IOC") as never;
      const accountId = accountIds[accountOf(kind, order)] ?? "";
      return book.limit({ side, id, size, price, timeInForce, accountId, stpMode });
    },
  };
}

/**
 * Runs the whole stream on both and compares each trade (maker, lots, price) and the book at the
 * end. Returns how many trades there were; throws at the first difference.
 */
export function compareTrades(stream: Stream, ids: readonly string[]): number {
  const ours = createDriver(stream.keptOrders);
  const peer = createPeer(ids);
  const orderById = new Map<number, string>();
  let trades = 0;
  for (let at = 0; at < stream.count; at += 1) {
    const order = stream.order[at] ?? 0;
    const side = stream.side[at] ?? 0;
    const code = ours.apply(
      stream.kind[at] ?? 0,
      order,
      side,
      stream.ticks[at] ?? 0,
      stream.lots[at] ?? 0,
    );
    if (code !== 0) throw new Error(`${stream.name}: operation ${at} was refused with ${code}`);
    orderById.set(ours.idOf(order), ids[order] ?? "");
    const [mine, theirs] = [
      ourTrades(ours, orderById),
      peerTrades(peer.apply(stream, at), ids[order]),
    ];
    if (mine.join() !== theirs.join()) {
      throw new Error(
        `${stream.name}: operation ${at} traded ${mine.join()}, not ${theirs.join()}`,
      );
    }
    trades += mine.length;
  }
  const { bids, asks } = ours.exchange.book(0, 1e6);
  const mine = [asks, bids].map((levels) =>
    sorted(levels.map(({ priceTicks, lots }) => [priceTicks, lots] as const)),
  );
  if (JSON.stringify(mine) !== JSON.stringify(peer.book.depth().map(sorted))) {
    throw new Error(`${stream.name}: the books differ at the end`);
  }
  return trades;
}

function sorted(levels: readonly (readonly [number, number])[]): typeof levels {
  return levels.toSorted(([a], [b]) => a - b);
}

type Driver = ReturnType<typeof createDriver>;

function ourTrades(
  { exchange }: Driver,
  orderById: ReadonlyMap<number, string>,
): readonly string[] {
  const trades: string[] = [];
  const prevented: string[] = [];
  const events = exchange.hot.events();
  for (let k = 0; k < exchange.hot.eventCount(); k += 1) {
    const at = k * eventFields.eventNumbers;
    if (events[at] === eventFields.eventSelfTrade) {
      prevented.push(`${orderById.get(events[at + 2] ?? 0)} prevented`);
    }
    if (events[at] !== eventFields.eventFill) continue;
    const fill = exchange.fill(events[at + 1] ?? 0);
    if (fill === null || fill.liquidity === "taker") continue;
    trades.push(`${orderById.get(fill.orderId)}:${fill.lots}@${fill.priceTicks}`);
  }
  return [...prevented, ...trades];
}

/** Makers whose owner is the taker, those that were filled, then the one filled in part. */
function peerTrades(
  result: ReturnType<Peer["apply"]>,
  taker: string | undefined,
): readonly string[] {
  if (result === undefined || result.err !== null) return [];
  const prevented = (result.stpExpired ?? []).map((order) => `${order.id} prevented`);
  const trades = result.done
    .filter((order) => order.id !== taker)
    .map((order) => `${order.id}:${order.size}@${"price" in order ? order.price : 0}`);
  const { partial, partialQuantityProcessed: lots } = result;
  if (partial !== null && partial.id !== taker && lots > 0) {
    trades.push(`${partial.id}:${lots}@${partial.price}`);
  }
  return [...prevented, ...trades];
}
