import type { Command } from "../api/command.ts";
import type { RejectReason } from "../api/reject.ts";
import { addOrder, otherSide, reaches, removeOrder, sideOf } from "./naive-book.ts";
import { available, availableCash, initial, restingOn, tierOf, valueOf } from "./naive-margin.ts";
import { cancel, closable, leave, positionOf, run, type State, trial } from "./naive-match.ts";
import { ceilDiv, feeOf, largest, type NaiveMarket, type NaiveOrder } from "./naive-model.ts";

type Place = Extract<Command, { type: "place" }>;

export function place(state: State, command: Place): RejectReason | null {
  const market = state.markets[command.instrument];
  const account = state.accounts[command.account];
  const { spec } = market;
  const spot = spec.kind === "spot";
  if ((command.marginMode === "cash") !== spot) return "margin_mode_mismatch";
  const net = spot || account.positionMode === "net";
  if (net !== (command.positionSide === "net")) return "position_side_mismatch";
  const isMarket = command.orderType === "market";
  const lots = command.lots ?? 0;
  if (lots < spec.minLots) return "size_below_minimum";
  if (lots > (isMarket ? spec.maxMarketLots : spec.maxLimitLots)) return "size_above_limit";
  const price = command.priceTicks ?? 0;
  const stp = command.stpMode ?? account.stp;
  if (command.orderType === "fok" && stp === "cancel_both") return "stp_both_with_fok";
  const closes = !spot && closesPosition(command);
  const order: NaiveOrder = {
    id: state.orders.length + 1,
    account: command.account,
    instrument: command.instrument,
    side: command.side,
    type: command.orderType,
    mode: command.marginMode,
    positionSide: command.positionSide,
    closes,
    stp,
    price,
    lots,
    filled: 0,
    lotTicks: 0n,
    state: "open",
  };
  if (closes) {
    const reason = refuseClosing(state, order);
    if (reason !== null) return reason;
  } else {
    const value = isMarket
      ? trial(state, order, price).lotTicks * BigInt(spec.valueNumerator)
      : valueOf(market, lots, price);
    const reason = refuseEntry(state, market, { order, lots, value, instead: null });
    if (reason !== null) return reason;
  }
  state.orders.push(order);
  run(state, order, price);
  return null;
}

function closesPosition({ positionSide, side, reduceOnly }: Place): boolean {
  if (positionSide === "net") return reduceOnly === true;
  return (side === "buy") !== (positionSide === "long");
}

function refuseClosing(state: State, order: NaiveOrder): RejectReason | null {
  const room = closable(state, order);
  if (room === 0) return "no_position_to_reduce";
  if (order.positionSide === "net") return null;
  const position = positionOf(state, order);
  if (position === null) throw new Error("spot does not close");
  const pending = restingOn(state.accounts[order.account], position, order.side)
    .filter((each) => each.closes)
    .reduce((sum, each) => sum + each.lots - each.filled, 0);
  return order.lots > room - pending ? "close_exceeds_position" : null;
}

/** May this size and value be added, in place of what is left of another order? */
function refuseEntry(
  state: State,
  market: NaiveMarket,
  {
    order,
    lots,
    value,
    instead,
  }: Readonly<{
    order: NaiveOrder;
    lots: number;
    value: bigint;
    instead: NaiveOrder | null;
  }>,
): RejectReason | null {
  const oldLots = instead === null ? 0 : instead.lots - instead.filled;
  const oldValue = instead === null ? 0n : valueOf(market, oldLots, instead.price);
  const { account, side } = order;
  const { spec } = market;
  const position = positionOf(state, order);
  if (position === null) {
    const over = BigInt(spec.valueDenominator);
    const need =
      side === "buy"
        ? ceilDiv(value, over) - ceilDiv(oldValue, over)
        : BigInt((lots - oldLots) * spec.baseUnitsPerLot);
    const currency = side === "buy" ? spec.quote : spec.base;
    return need <= availableCash(state, account, currency) ? null : "insufficient_balance";
  }
  const resting = restingOn(state.accounts[account], position, side)
    .filter((each) => !each.closes)
    .reduce((sum, each) => sum + each.lots - each.filled, 0);
  const reach = resting + lots - oldLots + (side === "buy" ? position.lots : -position.lots);
  const tier = tierOf(market, Math.max(0, reach));
  if (reach > 0 && (reach > tier.maxLots || position.leverage > tier.maxLeverageCenti)) {
    return "tier_exceeded";
  }
  const growth =
    initial(state, position, { side, value: value - oldValue }) - initial(state, position);
  if (growth <= 0n) return null;
  const ticks = market.mark === 0 ? market.last : market.mark;
  const fair = ticks === 0 ? value : valueOf(market, lots, ticks);
  const loss = largest(0n, side === "buy" ? value - fair : fair - value);
  const need = growth + feeOf(value, spec.takerFeePpm) + loss;
  const has =
    position.mode === "isolated"
      ? availableCash(state, account, spec.quote)
      : available(state, account, spec.quote);
  return need <= has ? null : "insufficient_margin";
}

export function amend(
  state: State,
  command: Extract<Command, { type: "amend" }>,
): RejectReason | null {
  const order = state.orders[command.orderId - 1];
  if (order === undefined || order.account !== command.account) return "order_not_found";
  if (order.state !== "open") {
    return order.state === "filled" ? "order_already_filled" : "order_already_canceled";
  }
  const market = state.markets[order.instrument];
  const price = command.priceTicks ?? order.price;
  const lots = command.lots ?? order.lots;
  const reason = refuseAmend(state, market, { order, price, lots });
  if (reason !== null) {
    if (command.cancelOnFail === true) cancel(state, order, "amend_failed");
    return reason;
  }
  if (price === order.price && lots < order.lots) {
    order.lots = lots;
    return null;
  }
  const [best] = sideOf(market, otherSide(order.side));
  const crosses = best !== undefined && reaches(order.side, price, best.price);
  // What does not trade keeps its place among the orders of its account, not in the queue.
  if (crosses || market.spec.kind === "spot") leave(state, order);
  else removeOrder(market, order);
  order.price = price;
  order.lots = lots;
  if (crosses || market.spec.kind === "spot") run(state, order, price);
  else addOrder(market, order, state.model);
  return null;
}

function refuseAmend(
  state: State,
  market: NaiveMarket,
  { order, price, lots }: Readonly<{ order: NaiveOrder; price: number; lots: number }>,
): RejectReason | null {
  if (price === order.price && lots === order.lots) return "amend_same";
  if (lots < market.spec.minLots) return "size_below_minimum";
  if (lots > market.spec.maxLimitLots) return "size_above_limit";
  if (lots <= order.filled) return "amend_size_not_above_filled";
  if (order.closes) return null;
  const left = lots - order.filled;
  const value = valueOf(market, left, price);
  return refuseEntry(state, market, { order, lots: left, value, instead: order });
}

export function close(
  state: State,
  command: Extract<Command, { type: "close_position" }>,
): RejectReason | null {
  const { account, instrument, marginMode, positionSide } = command;
  if (marginMode === "cash") return "margin_mode_mismatch";
  const position = state.positions.find(
    (each) =>
      each.account === account &&
      each.instrument === instrument &&
      each.mode === marginMode &&
      each.side === positionSide,
  );
  if (position === undefined || position.lots === 0) return "no_position";
  const pending = state.accounts[account].open.filter(
    (order) => order.closes && positionOf(state, order) === position,
  );
  if (pending.length > 0 && command.autoCancel !== true) return "pending_close_orders";
  for (const order of pending) cancel(state, order, "reduce_only");
  return place(state, {
    type: "place",
    timeMs: command.timeMs,
    account,
    instrument,
    side: position.lots > 0 ? "sell" : "buy",
    orderType: "market",
    priceTicks: null,
    lots: Math.abs(position.lots),
    marginMode,
    positionSide,
    reduceOnly: true,
  });
}
