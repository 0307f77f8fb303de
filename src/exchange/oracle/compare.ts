import type { Exchange, Outcome } from "../api/exchange.ts";
import type { BalanceView } from "../api/view.ts";
import { outsideAt } from "./naive-book.ts";
import type { NaiveExchange } from "./naive-exchange.ts";
import type { Happening, Level } from "./naive-model.ts";

/** The happenings of the engine's outcome in the naive exchange's words. */
export function happeningsOf(outcome: Outcome): readonly Happening[] {
  return outcome.events.flatMap((event): readonly Happening[] => {
    if (event.type === "order_canceled") {
      return [{ type: "cancel", order: event.order.id, reason: event.reason }];
    }
    if (event.type === "self_trade_prevented") {
      const { takerOrderId: taker, makerOrderId: maker, lots } = event;
      return [{ type: "stp", taker, maker, lots }];
    }
    if (event.type !== "fill") return [];
    const { orderId, priceTicks, lots, feeUnits, pnlUnits } = event.fill;
    const [fee, pnl] = [BigInt(-feeUnits), BigInt(pnlUnits)];
    return [{ type: "fill", order: orderId, price: priceTicks, lots, fee, pnl }];
  });
}

/** Books, cash, positions and open orders of both, as text: equal or not. */
export function engineState(exchange: Exchange, accounts: number): string {
  const lines: string[] = [];
  for (const instrument of exchange.instruments.keys()) {
    const { bids, asks } = exchange.book(instrument, 1_000_000);
    const side = (levels: typeof bids): string =>
      levels.map(({ priceTicks, lots, orders }) => `${priceTicks}:${lots}/${orders}`).join(" ");
    lines.push(`book ${instrument} ${side(bids)} | ${side(asks)}`);
    lines.push(`last ${exchange.lastTicks(instrument)}`);
  }
  for (let account = 0; account < accounts; account += 1) {
    const cash = exchange.balances(account).filter((row) => row.cashUnits !== 0);
    lines.push(
      `account ${account} ${cash.map((row) => `${row.currency}=${row.cashUnits}`).join(" ")}`,
      `available ${exchange.balances(account).map(availableOf).join(" ")}`,
    );
    for (const p of exchange.positions(account)) {
      const where = `${p.instrument} ${p.marginMode} ${p.positionSide}`;
      lines.push(`position ${where} ${p.lots} ${p.costUnits} ${p.marginUnits} ${p.leverageCenti}`);
    }
    for (const order of exchange.openOrders(account)) {
      lines.push(`open ${order.id} ${order.priceTicks} ${order.lots} ${order.filledLots}`);
    }
  }
  return lines.join("\n");
}

function availableOf(row: BalanceView): string {
  return `${row.availableEquityUnits}/${row.availableCashUnits}`;
}

export function naiveState(naive: NaiveExchange, currencies: readonly string[]): string {
  const { state } = naive;
  const lines: string[] = [];
  for (const market of state.markets) {
    const side = (levels: readonly Level[]): string =>
      levels.map((level) => `${level.price}:${lotsOf(level)}/${entriesOf(level)}`).join(" ");
    lines.push(`book ${market.index} ${side(market.bids)} | ${side(market.asks)}`);
    lines.push(`last ${market.last === 0 ? null : market.last}`);
  }
  for (const [account, { cash, open }] of state.accounts.entries()) {
    const held = currencies.filter((currency) => (cash.get(currency) ?? 0n) !== 0n);
    const touched = currencies.filter((currency) => cash.has(currency));
    lines.push(
      `account ${account} ${held.map((currency) => `${currency}=${cash.get(currency)}`).join(" ")}`,
      `available ${touched.map((currency) => naive.available(account, currency)).join(" ")}`,
    );
    for (const p of state.positions) {
      if (p.account !== account || p.lots === 0) continue;
      const where = `${p.instrument} ${p.mode} ${p.side}`;
      lines.push(`position ${where} ${p.lots} ${p.cost} ${p.margin} ${p.leverage}`);
    }
    for (const order of open) {
      lines.push(`open ${order.id} ${order.price} ${order.lots} ${order.filled}`);
    }
  }
  return lines.join("\n");
}

function lotsOf(level: Level): number {
  const ours = level.queue.reduce(
    (sum, entry) => sum + ("order" in entry ? entry.order.lots - entry.order.filled : 0),
    0,
  );
  return ours + outsideAt(level);
}

function entriesOf(level: Level): number {
  const ours = level.queue.filter((entry) => "order" in entry).length;
  return ours + (outsideAt(level) > 0 ? 1 : 0);
}
