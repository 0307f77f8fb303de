import { balanceFields } from "../accounts/balance-fields.ts";
import { rowFields } from "../accounts/row-fields.ts";
import { orderFields } from "../book/order-fields.ts";
import { positionModeNames, stpModeNames } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import { openSlotsOf } from "../matching/cancel.ts";
import type { Shell } from "./apply-command.ts";
import { balanceView, positionView } from "./decode-account.ts";
import { algoView } from "./decode-algo.ts";
import { billOfFill, billView, fillView } from "./decode-history.ts";
import { orderNow } from "./decode-order.ts";
import type { Exchange } from "./exchange.ts";
import { maxSize, positionRow } from "./max-size.ts";
import { pageOfAlgos, pageOfBills, pageOfFills, pageOfOrders } from "./pages.ts";
import type { AccountView, AlgoView, BalanceView, OrderView, PositionView } from "./view.ts";

type AccountQueries = Pick<
  Exchange,
  | "account"
  | "order"
  | "orderByClientId"
  | "openOrders"
  | "orderHistory"
  | "fills"
  | "bills"
  | "fill"
  | "bill"
  | "positions"
  | "balances"
  | "algo"
  | "algoByClientId"
  | "attachedTo"
  | "openAlgos"
  | "algoHistory"
  | "leverageCenti"
  | "maxSize"
>;

/** Everything that can be asked about accounts. */
export function accountQueries(shell: Shell): AccountQueries {
  const { engine, orderIds, algoIds } = shell;
  const order = (id: number): OrderView | null => {
    const slot = engine.orders.slotOf(id);
    return slot === 0 ? null : orderNow(engine, orderIds, slot);
  };
  const algo = (id: number): AlgoView | null => {
    const found = engine.algos.find(id);
    return found === null ? null : algoView(found, algoIds);
  };
  return {
    account: (account) => accountView(engine, account),
    order,
    orderByClientId: (account, clientId) => order(orderIds.find(account, clientId)),
    openOrders: (account, instrument) => openOrders(shell, account, instrument),
    orderHistory: (page) => pageOfOrders(engine, orderIds, page),
    fills: (page) => pageOfFills(engine, orderIds, page),
    bills: (page) => pageOfBills(engine, orderIds, page),
    fill(id) {
      const at = billOfFill(engine, id);
      return at < 0 ? null : fillView(engine, orderIds, id, at);
    },
    bill(id) {
      const at = engine.bills.find(id);
      return at < 0 ? null : billView(engine, orderIds, id, at);
    },
    positions: (account) => positions(engine, account),
    balances: (account) => balances(engine, account),
    algo,
    attachedTo: (orderId) => engine.attachments.find(orderId)?.legs ?? null,
    algoByClientId: (account, clientId) => algo(algoIds.find(account, clientId)),
    openAlgos: (account, instrument) =>
      engine.markets
        .filter(({ index }) => instrument === undefined || index === instrument)
        .flatMap(({ index }) => engine.algos.openOf(index))
        .filter((each) => each.account === account)
        .sort((left, right) => left.id - right.id)
        .map((each) => algoView(each, algoIds)),
    algoHistory: (page) => pageOfAlgos(engine, algoIds, page),
    leverageCenti: (key) =>
      engine.rows.numbers[positionRow(engine, key) * rowFields.rowNumbers + rowFields.rowLeverage],
    maxSize: (key, priceTicks) => maxSize(engine, key, priceTicks),
  };
}

function accountView(engine: Engine, account: number): AccountView | null {
  const { accounts } = engine;
  if (!(account >= 0 && account < accounts.count)) return null;
  const cancelAllAt = accounts.cancelAllAtMs[account];
  return {
    account,
    positionMode: positionModeNames[accounts.positionMode[account]],
    stpMode: stpModeNames[accounts.stpMode[account]],
    cancelAllAtMs: cancelAllAt === Infinity ? null : cancelAllAt,
  };
}

function openOrders(
  { engine, orderIds }: Shell,
  account: number,
  instrument: number | undefined,
): readonly OrderView[] {
  const views: OrderView[] = [];
  const { ints } = engine.orders;
  if (!(account >= 0 && account < engine.accounts.count)) return views;
  for (const slot of openSlotsOf(engine, account)) {
    const market = ints[slot * orderFields.orderInts + orderFields.orderInstrument];
    if (instrument === undefined || market === instrument) {
      views.push(orderNow(engine, orderIds, slot));
    }
  }
  return views;
}

function positions(engine: Engine, account: number): readonly PositionView[] {
  const views: PositionView[] = [];
  if (!(account >= 0 && account < engine.accounts.count)) return views;
  const { rowsPerMarket, rowNumbers, rowLots } = rowFields;
  const perAccount = engine.markets.length * rowsPerMarket;
  for (let row = account * perAccount; row < (account + 1) * perAccount; row += 1) {
    if (engine.rows.numbers[row * rowNumbers + rowLots] !== 0) {
      views.push(positionView(engine, row));
    }
  }
  return views;
}

function balances(engine: Engine, account: number): readonly BalanceView[] {
  if (!(account >= 0 && account < engine.accounts.count)) return [];
  return engine.currencies.flatMap((_name, currency) => {
    const at = engine.balances.at(account, currency);
    const { balanceNumbers } = balanceFields;
    const row = engine.balances.numbers.subarray(at, at + balanceNumbers);
    const touched = row.some((number) => number !== 0);
    return touched ? [balanceView(engine, account, currency)] : [];
  });
}
