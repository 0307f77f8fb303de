import { orderFields } from "../book/order-fields.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import { moneyPurposes } from "../ledger/money-purposes.ts";

/**
 * Two engines that applied the same commands have the same digest; it covers accounts, positions,
 * balances, open orders with their place in the queue, books, prices, counters and the venue's
 * own money. FNV-1a over the bits of float64, two lanes: to notice differences, not to seal.
 */
export function digestOf(engine: Engine): string {
  const hash = createHash();
  hash.add(engine.nowMs, engine.nextPositionId, engine.orders.nextId, engine.fills.nextId);
  hash.add(engine.bills.nextId, engine.trades.nextId, engine.algos.nextId, engine.accounts.count);
  const { accounts } = engine;
  for (let account = 0; account < accounts.count; account += 1) {
    hash.add(accounts.positionMode[account], accounts.stpMode[account]);
    hash.add(accounts.openOrders[account], accounts.cancelAllAtMs[account]);
  }
  for (const timer of accounts.tagTimers.all()) hash.add(timer.account, timer.tag, timer.atMs);
  hash.addAll(engine.rows.numbers);
  hash.addAll(engine.balances.numbers);
  for (const market of engine.markets) {
    hash.add(market.markTicks, market.lastTicks, market.outsideLots, market.insuranceLots);
    hash.add(market.venueCost[0], market.venueCost[1], market.book.bestBid, market.book.bestAsk);
    hash.add(market.book.version);
  }
  const { numbers, ints } = engine.orders;
  for (let slot = 1; slot <= engine.orders.capacity; slot += 1) {
    if (ints[slot * orderFields.orderInts + orderFields.orderState] === codes.stateOpen) {
      const at = slot * orderFields.orderNumbers;
      hash.addAll(numbers.subarray(at, at + orderFields.orderNumbers));
    }
  }
  for (const algo of engine.algos.all()) {
    hash.add(algo.id, algo.state.length, algo.orderId, algo.updatedMs);
    if (algo.trail !== null) hash.add(algo.trail.extremeTicks);
  }
  for (const { orderId } of engine.attachments.waiting) hash.add(orderId);
  for (let currency = 0; currency < engine.currencies.length; currency += 1) {
    for (const purpose of Object.values(moneyPurposes)) {
      hash.add(Number(engine.money.exact(purpose, currency)));
    }
  }
  return hash.text();
}

type Hash = Readonly<{
  add: (...numbers: readonly number[]) => void;
  addAll: (numbers: Float64Array) => void;
  text: () => string;
}>;

function createHash(): Hash {
  const float = new Float64Array(1);
  const words = new Uint32Array(float.buffer);
  let one = 0x811c9dc5;
  let two = 0x9e3779b9;
  const addOne = (value: number): void => {
    float[0] = value + 0;
    for (const word of words) {
      one = Math.imul(one ^ word, 0x01000193);
      two = Math.imul(two ^ word ^ (one >>> 15), 0x85ebca6b);
    }
  };
  return {
    add: (...numbers: readonly number[]): void => numbers.forEach(addOne),
    addAll: (numbers: Float64Array): void => numbers.forEach(addOne),
    text: (): string =>
      (one >>> 0).toString(16).padStart(8, "0") + (two >>> 0).toString(16).padStart(8, "0"),
  };
}
