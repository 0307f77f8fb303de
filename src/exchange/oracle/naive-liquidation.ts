import { crossEquity, crossRequired, required, tierOf, worth } from "./naive-margin.ts";
import { cancel, fillAt, positionOf, type State } from "./naive-match.ts";
import type { NaiveOrder, NaivePosition } from "./naive-model.ts";

/** Everything is looked at after every command: whoever is short is liquidated. */
export function liquidate(state: State): void {
  for (const position of state.positions) {
    if (position.mode === "isolated") liquidateIsolated(state, position);
  }
  const currencies = new Set(state.markets.map((market) => market.spec.quote));
  for (const account of state.accounts.keys()) {
    for (const currency of currencies) liquidateCross(state, account, currency);
  }
}

function liquidateIsolated(state: State, position: NaivePosition): void {
  const market = state.markets[position.instrument];
  const isShort = (): boolean => {
    const needs = required(market, position);
    return needs > 0n && position.margin + worth(market, position) - position.cost < needs;
  };
  if (!isShort()) return;
  for (const order of [...state.accounts[position.account].open]) {
    if (positionOf(state, order) === position) cancel(state, order, "liquidation");
  }
  while (isShort()) reduce(state, position);
}

function liquidateCross(state: State, account: number, currency: string): void {
  const isShort = (): boolean => {
    return crossEquity(state, account, currency) < crossRequired(state, account, currency);
  };
  if (!isShort()) return;
  for (const order of [...state.accounts[account].open]) {
    const { quote, base } = state.markets[order.instrument].spec;
    if (order.mode !== "isolated" && (quote === currency || base === currency)) {
      cancel(state, order, "liquidation");
    }
  }
  for (;;) {
    const open = state.positions.filter(
      (position) =>
        position.account === account &&
        position.mode === "cross" &&
        position.lots !== 0 &&
        state.markets[position.instrument].spec.quote === currency,
    );
    if (open.length === 0) break;
    if (!isShort()) return;
    const needs = (position: NaivePosition): bigint =>
      required(state.markets[position.instrument], position);
    reduce(
      state,
      open.reduce((most, each) => (needs(each) > needs(most) ? each : most)),
    );
  }
  const { cash } = state.accounts[account];
  if ((cash.get(currency) ?? 0n) < 0n) cash.set(currency, 0n);
}

/** One step down the tiers, to the insurance fund, at the takeover price. */
function reduce(state: State, position: NaivePosition): void {
  const market = state.markets[position.instrument];
  const { tiers } = market.spec;
  const size = Math.abs(position.lots);
  const tier = tierOf(market, size);
  const below = tiers[tiers.indexOf(tier) - 1];
  const lots = below === undefined ? size : size - below.maxLots;
  const ticks = market.mark === 0 ? market.last : market.mark;
  const long = position.lots > 0;
  const price = long
    ? Math.max(1, Math.floor((ticks * (1_000_000 - tier.mmrPpm)) / 1_000_000))
    : Math.min(
        market.spec.maxPriceTicks,
        Math.ceil((ticks * (1_000_000 + tier.mmrPpm)) / 1_000_000),
      );
  const order: NaiveOrder = {
    id: state.orders.length + 1,
    account: position.account,
    instrument: position.instrument,
    side: long ? "sell" : "buy",
    type: "limit",
    mode: position.mode,
    positionSide: position.side,
    closes: true,
    stp: "cancel_maker",
    price,
    lots,
    filled: 0,
    lotTicks: 0n,
    state: "filled",
  };
  state.orders.push(order);
  fillAt(state, order, { price, lots, feePpm: market.spec.liquidationFeePpm });
}
