import type { Command } from "../api/command.ts";
import type { RejectReason } from "../api/reject.ts";
import {
  available,
  availableCash,
  initial,
  required,
  restingOn,
  tierOf,
  worth,
} from "./naive-margin.ts";
import type { State } from "./naive-match.ts";
import { absolute, ceilDiv, largest, type NaivePosition } from "./naive-model.ts";

export function setLeverage(
  state: State,
  command: Extract<Command, { type: "set_leverage" }>,
): RejectReason | null {
  const { account, instrument, marginMode, positionSide, leverageCenti } = command;
  const market = state.markets[instrument];
  const highest = market.spec.tiers[0]?.maxLeverageCenti ?? 0;
  if (!(leverageCenti >= 1 && leverageCenti <= highest)) return "leverage_out_of_range";
  const concerned = state.positions.filter(
    (each) =>
      each.account === account &&
      each.instrument === instrument &&
      each.mode === marginMode &&
      (marginMode === "cross" || each.side === positionSide),
  );
  let growth = 0n;
  for (const position of concerned) {
    const ordered = (side: "buy" | "sell"): number =>
      restingOn(state.accounts[account], position, side)
        .filter((order) => !order.closes)
        .reduce((sum, order) => sum + order.lots - order.filled, 0);
    const reach = Math.max(ordered("buy") + position.lots, ordered("sell") - position.lots, 0);
    const tier = tierOf(market, reach);
    if (reach > tier.maxLots || leverageCenti > tier.maxLeverageCenti) return "tier_exceeded";
    const changed = { ...position, leverage: leverageCenti };
    growth += initial(state, changed) - initial(state, position);
    if (marginMode === "isolated") {
      growth += largest(0n, marginChange(state, position, leverageCenti));
    }
  }
  const has =
    marginMode === "cross"
      ? available(state, account, market.spec.quote)
      : availableCash(state, account, market.spec.quote);
  if (growth > 0n && growth > has) return "leverage_margin_short";
  for (const position of concerned) {
    const change = marginMode === "isolated" ? marginChange(state, position, leverageCenti) : 0n;
    position.leverage = leverageCenti;
    move(state, position, change);
  }
  return null;
}

export function adjustMargin(
  state: State,
  command: Extract<Command, { type: "adjust_margin" }>,
): RejectReason | null {
  const { account, instrument, positionSide } = command;
  const units = BigInt(command.units);
  if (units === 0n) return "size_not_positive";
  const position = state.positions.find(
    (each) =>
      each.account === account &&
      each.instrument === instrument &&
      each.mode === "isolated" &&
      each.side === positionSide,
  );
  if (position === undefined || position.lots === 0) return "no_position";
  const { quote } = state.markets[instrument].spec;
  if (units > 0n && units > availableCash(state, account, quote)) return "insufficient_balance";
  if (units < 0n && -units > removable(state, position)) return "margin_change_too_large";
  move(state, position, units);
  return null;
}

function removable(state: State, position: NaivePosition): bigint {
  const market = state.markets[position.instrument];
  const value = absolute(worth(market, position));
  const keep = largest(
    ceilDiv(value * 100n, BigInt(position.leverage)),
    required(market, position),
  );
  const loss = largest(0n, position.cost - worth(market, position));
  return position.margin - keep - loss;
}

function marginChange(state: State, position: NaivePosition, leverage: number): bigint {
  const cost = absolute(position.cost) * 100n;
  const change = ceilDiv(cost, BigInt(leverage)) - ceilDiv(cost, BigInt(position.leverage));
  const most = largest(0n, removable(state, position));
  return change < -most ? -most : change;
}

function move(state: State, position: NaivePosition, units: bigint): void {
  const { cash } = state.accounts[position.account];
  const { quote } = state.markets[position.instrument].spec;
  cash.set(quote, (cash.get(quote) ?? 0n) - units);
  position.margin += units;
}
