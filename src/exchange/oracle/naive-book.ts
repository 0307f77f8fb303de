import type { Side } from "../api/command.ts";
import type { QueueModel } from "../api/config.ts";
import type { Entry, Level, NaiveMarket, NaiveOrder } from "./naive-model.ts";

export function sideOf(market: NaiveMarket, side: Side): Level[] {
  return side === "buy" ? market.bids : market.asks;
}

export function otherSide(side: Side): Side {
  return side === "buy" ? "sell" : "buy";
}

/** Whether an order of this side and limit would trade at this price; 0: any price. */
export function reaches(side: Side, limit: number, price: number): boolean {
  return limit === 0 || (side === "buy" ? price <= limit : price >= limit);
}

export function addOrder(market: NaiveMarket, order: NaiveOrder, model: QueueModel): void {
  const { queue } = openLevel(market, order.side, order.price);
  const first = queue.findIndex((entry) => "outside" in entry);
  if (model === "front" && first >= 0) queue.splice(first, 0, { order });
  else queue.push({ order });
}

export function removeOrder(market: NaiveMarket, order: NaiveOrder): void {
  const levels = sideOf(market, order.side);
  for (const level of levels) {
    level.queue = level.queue.filter((entry) => !("order" in entry) || entry.order !== order);
  }
  tidy(market);
}

export function outsideAt(level: Level | undefined): number {
  if (level === undefined) return 0;
  return level.queue.reduce((sum, entry) => sum + ("outside" in entry ? entry.outside : 0), 0);
}

/** The feed states the outside size of one level. */
export function stateOutside(
  market: NaiveMarket,
  { side, price, lots }: Readonly<{ side: Side; price: number; lots: number }>,
  model: QueueModel,
): void {
  const level = openLevel(market, side, price);
  const before = outsideAt(level);
  if (lots > before) level.queue.push({ outside: lots - before });
  let lost = before - lots;
  if (lost > 0 && model === "proportional") {
    const share = lost / before;
    for (const entry of level.queue.slice(0, lastOrder(level.queue) + 1)) {
      if (!("outside" in entry)) continue;
      const taken = Math.floor(entry.outside * share);
      entry.outside -= taken;
      lost -= taken;
    }
  }
  for (let k = level.queue.length - 1; k >= 0 && lost > 0; k -= 1) {
    const entry = level.queue[k];
    if (!("outside" in entry)) continue;
    const taken = Math.min(lost, entry.outside);
    entry.outside -= taken;
    lost -= taken;
  }
  tidy(market);
}

/** Neighbouring outside entries become one, empty ones and empty levels go. */
export function tidy(market: NaiveMarket): void {
  for (const levels of [market.bids, market.asks]) {
    for (const level of levels) {
      const queue: Entry[] = [];
      for (const entry of level.queue) {
        const last = queue.at(-1);
        if ("outside" in entry && entry.outside === 0) continue;
        if ("outside" in entry && last !== undefined && "outside" in last) {
          last.outside += entry.outside;
        } else queue.push("outside" in entry ? { ...entry } : entry);
      }
      level.queue = queue;
    }
  }
  market.bids = market.bids.filter((level) => level.queue.length > 0);
  market.asks = market.asks.filter((level) => level.queue.length > 0);
}

function openLevel(market: NaiveMarket, side: Side, price: number): Level {
  const levels = sideOf(market, side);
  const known = levels.find((level) => level.price === price);
  if (known !== undefined) return known;
  const level: Level = { price, queue: [] };
  levels.push(level);
  levels.sort((a, b) => (side === "buy" ? b.price - a.price : a.price - b.price));
  return level;
}

function lastOrder(queue: readonly Entry[]): number {
  return queue.findLastIndex((entry) => "order" in entry);
}
