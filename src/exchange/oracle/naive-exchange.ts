import type { Command, PositionSide } from "../api/command.ts";
import type { QueueModel } from "../api/config.ts";
import type { InstrumentSpec } from "../api/instrument-spec.ts";
import type { RejectReason } from "../api/reject.ts";
import { stateOutside } from "./naive-book.ts";
import { liquidate } from "./naive-liquidation.ts";
import { available, availableCash, valueOf } from "./naive-margin.ts";
import { cancel, outsideMeets, type State } from "./naive-match.ts";
import { ceilDiv, type Happening, type NaiveMarket } from "./naive-model.ts";
import { amend, close, place } from "./naive-orders.ts";
import { adjustMargin, setLeverage } from "./naive-settings.ts";

export type NaiveOutcome = Readonly<{
  reject: RejectReason | null;
  happenings: readonly Happening[];
}>;

export type NaiveExchange = Readonly<{
  state: State;
  apply: (command: Command) => NaiveOutcome;
  /** Available equity and cash, as `equity/cash`. */
  available: (account: number, currency: string) => string;
}>;

/** The whole exchange but algo orders and timers, the obvious way. */
export function createNaiveExchange(
  instruments: readonly InstrumentSpec[],
  {
    model,
    maxMakers,
    clone,
  }: Readonly<{
    model: QueueModel;
    maxMakers: number;
    clone: <T>(value: T) => T;
  }>,
): NaiveExchange {
  const state: State = {
    markets: instruments.map((spec, index) => ({
      spec,
      index,
      live: true,
      mark: 0,
      last: 0,
      bids: [],
      asks: [],
    })),
    accounts: [],
    positions: [],
    orders: [],
    model,
    maxMakers,
    happenings: [],
    clone: (value) => clone(value),
  };
  return {
    state,
    available: (account, currency) =>
      `${available(state, account, currency)}/${availableCash(state, account, currency)}`,
    apply(command: Command): NaiveOutcome {
      state.happenings = [];
      const reject = act(state, command);
      liquidate(state);
      return { reject, happenings: state.happenings };
    },
  };
}

function act(state: State, command: Command): RejectReason | null {
  switch (command.type) {
    case "open_account":
      return open(state, command);
    case "transfer":
      return transfer(state, command);
    case "place":
      return place(state, command);
    case "amend":
      return amend(state, command);
    case "cancel": {
      const order = state.orders[command.orderId - 1];
      if (order === undefined || order.account !== command.account) return "order_not_found";
      if (order.state !== "open") {
        return order.state === "filled" ? "order_already_filled" : "order_already_canceled";
      }
      cancel(state, order, "user");
      return null;
    }
    case "cancel_all":
      for (const order of [...state.accounts[command.account].open]) {
        if (command.instrument === undefined || order.instrument === command.instrument) {
          cancel(state, order, "user");
        }
      }
      return null;
    case "close_position":
      return close(state, command);
    case "set_leverage":
      return setLeverage(state, command);
    case "adjust_margin":
      return adjustMargin(state, command);
    case "set_mark":
    case "settle_funding":
    case "outside_print":
    case "set_outside":
      return actOnMarket(state, command);
    case "amend_algo":
    case "cancel_algo":
    case "cancel_all_after":
    case "place_algo":
    case "set_instrument_state":
    case "set_position_mode":
    case "set_stp_mode":
    case "tick":
      throw new Error(`the naive exchange does not know ${command.type}`);
  }
}

type MarketCommand = Extract<
  Command,
  { type: "set_mark" | "settle_funding" | "outside_print" | "set_outside" }
>;

function actOnMarket(state: State, command: MarketCommand): RejectReason | null {
  const market = state.markets[command.instrument];
  if (command.type === "set_mark") market.mark = command.priceTicks;
  else if (command.type === "settle_funding") fund(state, market, command.rateE12);
  else if (command.type === "outside_print") {
    const { side, priceTicks: price, lots } = command;
    const ours = outsideMeets(state, market, { side, price, lots, prints: true });
    if (ours < lots) market.last = price;
  } else {
    if (command.snapshot) forgetUnnamed(market, command.levels);
    for (const level of command.levels) stateLevel(state, market, level);
  }
  return null;
}

type Named = Extract<Command, { type: "set_outside" }>["levels"];

function forgetUnnamed(market: NaiveMarket, named: Named): void {
  for (const side of ["buy", "sell"] as const) {
    for (const level of side === "buy" ? market.bids : market.asks) {
      const isNamed = named.some((each) => each.side === side && each.priceTicks === level.price);
      if (!isNamed) level.queue = level.queue.filter((entry) => "order" in entry);
    }
  }
  market.bids = market.bids.filter((level) => level.queue.length > 0);
  market.asks = market.asks.filter((level) => level.queue.length > 0);
}

function stateLevel(state: State, market: NaiveMarket, level: Named[number]): void {
  const { side, priceTicks: price } = level;
  const crosses = (): boolean => {
    const best = side === "buy" ? market.asks[0] : market.bids[0];
    if (best === undefined) return false;
    return side === "buy" ? best.price <= price : best.price >= price;
  };
  let { lots } = level;
  if (crosses() && lots > 0) {
    lots -= outsideMeets(state, market, { side, price, lots, prints: false });
  }
  if (!crosses()) stateOutside(market, { side, price, lots }, state.model);
}

function open(
  state: State,
  command: Extract<Command, { type: "open_account" }>,
): RejectReason | null {
  const account = state.accounts.length;
  const positionMode = command.positionMode ?? "net";
  state.accounts.push({
    positionMode,
    stp: command.stpMode ?? "cancel_maker",
    cash: new Map(),
    open: [],
  });
  const sides: readonly PositionSide[] = positionMode === "net" ? ["net"] : ["long", "short"];
  for (const { spec, index } of state.markets) {
    if (spec.kind === "spot") continue;
    for (const mode of ["cross", "isolated"] as const) {
      for (const side of sides) {
        const leverage = Math.min(300, spec.tiers[0]?.maxLeverageCenti ?? 0);
        const empty = { lots: 0, cost: 0n, margin: 0n };
        state.positions.push({ account, instrument: index, mode, side, leverage, ...empty });
      }
    }
  }
  return null;
}

function transfer(
  state: State,
  { account, currency, units }: Extract<Command, { type: "transfer" }>,
): RejectReason | null {
  const { cash } = state.accounts[account];
  if (units < 0 && BigInt(-units) > availableCash(state, account, currency)) {
    return "insufficient_balance";
  }
  cash.set(currency, (cash.get(currency) ?? 0n) + BigInt(units));
  return null;
}

function fund(state: State, market: NaiveMarket, rateE12: number): void {
  const ticks = market.mark === 0 ? market.last : market.mark;
  for (const position of state.positions) {
    if (position.instrument !== market.index || position.lots === 0) continue;
    const due = ceilDiv(
      valueOf(market, position.lots, ticks) * BigInt(rateE12),
      1_000_000_000_000n,
    );
    const { cash } = state.accounts[position.account];
    if (position.mode === "isolated") position.margin -= due;
    else cash.set(market.spec.quote, (cash.get(market.spec.quote) ?? 0n) - due);
  }
}
