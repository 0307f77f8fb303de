import { createStream } from "#base";
import { createDriver } from "./exchange-driver.ts";

/** What an operation is; all refer to orders by their number in the stream. */
export const opPlace = 0;
export const opImmediate = 1;
export const opCancel = 2;
export const opMove = 3;

/** Operations as columns: the same for every contestant. */
export type Stream = Readonly<{
  name: string;
  /** Operations before this one build the book and are not measured. */
  measuredFrom: number;
  /** Rows that the exchange keeps for orders: those that stay open, and some that ended. */
  keptOrders: number;
  count: number;
  orders: number;
  kind: Uint8Array;
  order: Int32Array;
  /** 0 buy, 1 sell. */
  side: Uint8Array;
  ticks: Int32Array;
  lots: Int32Array;
}>;

/** (a) place and cancel, a window of 1000 orders, nothing crosses. */
export function placeAndCancel(count: number): Stream {
  const window = 1000;
  const { below, length, push, done } = recorder(count + window, 1);
  const place = (order: number): void => {
    const side = below(2);
    const away = below(100);
    push(opPlace, order, side, side === 0 ? 1799 - away : 1801 + away, 1 + below(100));
  };
  for (let order = 0; order < window; order += 1) place(order);
  for (let next = window; length() < count + window; next += 1) {
    place(next);
    push(opCancel, next - window, 0, 0, 0);
  }
  return done("place+cancel, window of 1000", window, 16_384);
}

/** (b) as liquibook's test: bids from 1880 to 1889, asks from 1884 to 1893. */
export function crossing(count: number): Stream {
  const { below, push, done } = recorder(count, 2);
  for (let order = 0; order < count; order += 1) {
    const side = below(2);
    push(opPlace, order, side, (side === 0 ? 1880 : 1884) + below(10), 10 * (1 + below(10)));
  }
  return done("crossing, as liquibook", 0, 524_288);
}

/** (c) exchange-core's mix on about 1000 live orders: 9 % new, 3 % IOC, 6 % cancel, 82 % move. */
export function exchangeCoreMix(count: number): Stream {
  const initial = 1000;
  const { below, push, done } = recorder(count + initial, 3);
  const live = createLiveOrders();
  let orders = 0;
  const priceOf = (side: number): number => (side === 0 ? 1899 - below(100) : 1901 + below(100));
  const add = (kind: number, side: number, ticks: number, lots: number): void => {
    push(kind, orders, side, ticks, lots);
    live.place(orders, kind, side, ticks, lots);
    orders += 1;
  };
  const place = (): void => {
    const side = below(2);
    add(opPlace, side, priceOf(side), 1 + below(20));
  };
  for (let k = 0; k < initial; k += 1) place();
  for (let k = 0; k < count; k += 1) {
    const draw = below(100);
    if (draw < 9 || live.count() < 100) place();
    else if (draw < 12) {
      const side = below(2);
      add(opImmediate, side, side === 0 ? 2001 : 1799, 1 + below(20));
    } else {
      const order = live.pick(below(live.count()));
      if (draw < 18) {
        push(opCancel, order, 0, 0, 0);
        live.cancel(order);
      } else {
        const side = live.sideOf(order);
        const drawn = priceOf(side);
        const away = side === 0 ? -1 : 1;
        const ticks = drawn === live.ticksOf(order) ? drawn + away : drawn;
        push(opMove, order, side, ticks, live.openLots(order));
        live.move(order, ticks);
      }
    }
  }
  return done("exchange-core mix 9/3/6/82", initial, 16_384);
}

type Op = readonly [kind: number, order: number, side: number, ticks: number, lots: number];

function recorder(
  count: number,
  seed: number,
): Readonly<{
  below: (n: number) => number;
  length: () => number;
  push: (...op: Op) => void;
  done: (name: string, measuredFrom: number, keptOrders: number) => Stream;
}> {
  const { below } = createStream({ seed, stream: "sample", id: 1 });
  const ops: Op[] = [];
  return {
    below,
    length: () => ops.length,
    push(...op: Op): void {
      if (ops.length < count) ops.push(op);
    },
    done: (name: string, measuredFrom: number, keptOrders: number): Stream => ({
      name,
      measuredFrom,
      keptOrders,
      count: ops.length,
      orders: ops.reduce((most, [, order]) => Math.max(most, order + 1), 0),
      kind: Uint8Array.from(ops, ([kind]) => kind),
      order: Int32Array.from(ops, ([, order]) => order),
      side: Uint8Array.from(ops, ([, , side]) => side),
      ticks: Int32Array.from(ops, ([, , , ticks]) => ticks),
      lots: Int32Array.from(ops, ([, , , , lots]) => lots),
    }),
  };
}

type LiveOrders = Readonly<{
  count: () => number;
  pick: (index: number) => number;
  sideOf: (order: number) => number;
  ticksOf: (order: number) => number;
  openLots: (order: number) => number;
  place: (order: number, kind: number, side: number, ticks: number, lots: number) => void;
  cancel: (order: number) => void;
  move: (order: number, ticks: number) => void;
}>;

/** Which orders of a growing stream are still open, asked of an exchange that runs along. */
function createLiveOrders(): LiveOrders {
  const driver = createDriver(65_536);
  const open: number[] = [];
  const drop = (at: number): void => {
    open[at] = open.at(-1) ?? 0;
    open.pop();
  };
  return {
    count: () => open.length,
    pick(index: number): number {
      // Orders that traded away are found out when they are picked.
      for (let at = index; ; at = at % open.length) {
        const order = open[at] ?? 0;
        if (driver.openLots(order) > 0) return order;
        drop(at);
      }
    },
    sideOf: driver.sideOf,
    ticksOf: driver.ticksOf,
    openLots: driver.openLots,
    place(order, kind, side, ticks, lots): void {
      driver.apply(kind, order, side, ticks, lots);
      if (kind === opPlace) open.push(order);
    },
    cancel(order): void {
      driver.apply(opCancel, order, 0, 0, 0);
      drop(open.indexOf(order));
    },
    move(order, ticks): void {
      driver.apply(opMove, order, 0, ticks, 0);
    },
  };
}
