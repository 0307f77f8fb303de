import type { Side } from "../api/command.ts";
import type { QueueModel } from "../api/config.ts";
import type { CancelReason } from "../api/reject.ts";
import { addOrder, otherSide, reaches, removeOrder, sideOf, tidy } from "./naive-book.ts";
import type { Books } from "./naive-margin.ts";
import type {
  Happening,
  Level,
  NaiveAccount,
  NaiveMarket,
  NaiveOrder,
  NaivePosition,
} from "./naive-model.ts";
import { settle } from "./naive-settle.ts";

export type State = Books & {
  markets: NaiveMarket[];
  accounts: NaiveAccount[];
  positions: NaivePosition[];
  orders: NaiveOrder[];
  model: QueueModel;
  maxMakers: number;
  happenings: Happening[];
  /** A deep copy that keeps what is one thing one thing: structuredClone, which the pure lack. */
  clone: <T>(value: T) => T;
};

export function positionOf(state: State, order: NaiveOrder): NaivePosition | null {
  if (state.markets[order.instrument].spec.kind === "spot") return null;
  const found = state.positions.find(
    (position) =>
      position.account === order.account &&
      position.instrument === order.instrument &&
      position.mode === order.mode &&
      position.side === order.positionSide,
  );
  if (found === undefined) throw new Error("positions are made with their account");
  return found;
}

/** Lots of its position that an order can close. */
export function closable(state: State, order: NaiveOrder): number {
  const lots = positionOf(state, order)?.lots ?? 0;
  return Math.max(0, order.side === "buy" ? -lots : lots);
}

/** Runs an accepted order: trades, then rests or ends. */
export function run(state: State, order: NaiveOrder, limit: number): void {
  const market = state.markets[order.instrument];
  const best = sideOf(market, otherSide(order.side))[0];
  if (order.type === "post_only" && best !== undefined && reaches(order.side, limit, best.price)) {
    return end(state, order, "post_only_would_take");
  }
  if (order.type === "fok" && !wouldFill(state, order, limit)) {
    return end(state, order, "fok_not_filled");
  }
  const reason = match(state, order, limit);
  if (order.filled === order.lots) {
    order.state = "filled";
    return;
  }
  if (reason !== null) return end(state, order, reason);
  if (order.type === "ioc") return end(state, order, "ioc_remainder");
  if (order.type === "market") return end(state, order, "market_remainder");
  addOrder(market, order, state.model);
  const { open } = state.accounts[order.account];
  open.push(order);
  open.sort((left, right) => left.id - right.id);
}

/** Tries it on a copy of everything but the orders that have ended. */
export function trial(state: State, order: NaiveOrder, limit: number): NaiveOrder {
  const { clone, orders: _ended, ...data } = state;
  const copy = clone({ data, order });
  match({ ...copy.data, orders: [], clone }, copy.order, limit);
  return copy.order;
}

function wouldFill(state: State, order: NaiveOrder, limit: number): boolean {
  if (order.closes && closable(state, order) < order.lots) return false;
  return trial(state, order, limit).filled === order.lots;
}

function match(state: State, order: NaiveOrder, limit: number): CancelReason | null {
  const market = state.markets[order.instrument];
  let makers = 0;
  for (;;) {
    let wanted = order.lots - order.filled;
    const [level] = sideOf(market, otherSide(order.side));
    if (wanted === 0 || level === undefined || !reaches(order.side, limit, level.price))
      return null;
    if (order.closes) {
      if (closable(state, order) === 0) return "reduce_only";
      wanted = Math.min(wanted, closable(state, order));
    }
    const [entry] = level.queue;
    if ("outside" in entry) {
      const lots = Math.min(wanted, entry.outside);
      entry.outside -= lots;
      tidy(market);
      fill(state, order, { price: level.price, lots, taker: true });
      continue;
    }
    const maker = entry.order;
    if (maker.account === order.account) {
      const lots = Math.min(wanted, maker.lots - maker.filled);
      state.happenings.push({ type: "stp", taker: order.id, maker: maker.id, lots });
      if (order.stp !== "cancel_taker") cancel(state, maker, "stp_maker");
      if (order.stp !== "cancel_maker") return "stp_taker";
      continue;
    }
    if (makers === state.maxMakers) return "too_many_makers";
    if (offered(state, maker) === 0) {
      cancel(state, maker, "reduce_only");
      continue;
    }
    makers += 1;
    const lots = Math.min(wanted, offered(state, maker));
    fill(state, order, { price: level.price, lots, taker: true });
    hit(state, maker, level, lots);
  }
}

function offered(state: State, maker: NaiveOrder): number {
  const open = maker.lots - maker.filled;
  return maker.closes ? Math.min(open, closable(state, maker)) : open;
}

/** A resting order trades; a filled one leaves the book first. */
function hit(state: State, maker: NaiveOrder, level: Level, lots: number): void {
  const { price } = level;
  if (maker.lots - maker.filled === lots) {
    leave(state, maker);
    maker.state = "filled";
  }
  fill(state, maker, { price, lots, taker: false });
}

function fill(
  state: State,
  order: NaiveOrder,
  { price, lots, taker }: Readonly<{ price: number; lots: number; taker: boolean }>,
): void {
  const market = state.markets[order.instrument];
  const feePpm = taker ? market.spec.takerFeePpm : market.spec.makerFeePpm;
  market.last = price;
  fillAt(state, order, { price, lots, feePpm });
}

/** The half of a trade without its price becoming the last: liquidations use it alone. */
export function fillAt(
  state: State,
  order: NaiveOrder,
  { price, lots, feePpm }: Readonly<{ price: number; lots: number; feePpm: number }>,
): void {
  const market = state.markets[order.instrument];
  const position = positionOf(state, order);
  const before = position?.lots ?? 0;
  const account = state.accounts[order.account];
  state.happenings.push(settle(market, account, position, { order, price, lots, feePpm }));
  if (position === null || before === 0) return;
  // A position that is gone or has turned takes its closing orders along.
  if (position.lots === 0 || position.lots > 0 !== before > 0) {
    for (const each of [...account.open]) {
      if (each.closes && positionOf(state, each) === position) cancel(state, each, "reduce_only");
    }
  }
}

export function cancel(state: State, order: NaiveOrder, reason: CancelReason): void {
  leave(state, order);
  end(state, order, reason);
}

export function leave(state: State, order: NaiveOrder): void {
  removeOrder(state.markets[order.instrument], order);
  const account = state.accounts[order.account];
  account.open = account.open.filter((each) => each !== order);
}

function end(state: State, order: NaiveOrder, reason: CancelReason): void {
  order.state = "canceled";
  state.happenings.push({ type: "cancel", order: order.id, reason });
}

/** Outside size with a limit meets our orders: see SetOutside and OutsidePrint. */
export function outsideMeets(
  state: State,
  market: NaiveMarket,
  flow: Readonly<{ side: Side; price: number; lots: number; prints: boolean }>,
): number {
  let left = flow.lots;
  let ours = 0;
  for (;;) {
    const [level] = sideOf(market, otherSide(flow.side));
    if (level === undefined || !reaches(flow.side, flow.price, level.price)) return ours;
    if (level.price !== flow.price || !flow.prints) {
      const stale = level.queue.some((entry) => "outside" in entry);
      level.queue = level.queue.filter((entry) => "order" in entry);
      tidy(market);
      if (stale) continue;
    }
    if (left === 0) return ours;
    const [entry] = level.queue;
    if ("outside" in entry) {
      const eaten = Math.min(left, entry.outside);
      entry.outside -= eaten;
      left -= eaten;
      tidy(market);
      continue;
    }
    const lots = Math.min(left, offered(state, entry.order));
    if (lots === 0) {
      cancel(state, entry.order, "reduce_only");
      continue;
    }
    hit(state, entry.order, level, lots);
    left -= lots;
    ours += lots;
  }
}
