import { Defect } from "#base";
import { orderFields } from "../book/order-fields.ts";
import { changesOf } from "../engine/changes.ts";
import { stpModeNames } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import { eventFields } from "../engine/event-fields.ts";
import { billFields } from "../ledger/history-fields.ts";
import type { ClientIds } from "./client-ids.ts";
import { balanceView, positionView } from "./decode-account.ts";
import { algoView } from "./decode-algo.ts";
import { billOfFill, billView, fillView, tradeView } from "./decode-history.ts";
import { cancelReasonOf, orderAfter } from "./decode-order.ts";
import type { ExchangeEvent } from "./event.ts";

const f = eventFields;

/** The events of the command that was applied last; what it changed is shown at the end, once. */
export function decodeEvents(
  engine: Engine,
  orderIds: ClientIds,
  algoIds: ClientIds,
): readonly ExchangeEvent[] {
  const events: ExchangeEvent[] = [];
  for (let at = 0; at < engine.events.count * f.eventNumbers; at += f.eventNumbers) {
    const kind = engine.events.numbers[at];
    if (kind === f.eventPosition || kind === f.eventBalance) continue;
    if (kind === f.eventFill) {
      // A fill tells of its bill too.
      const row = billOfFill(engine, engine.events.numbers[at + 1]);
      const id = engine.fills.numbers[engine.fills.find(engine.events.numbers[at + 1])];
      events.push({ type: "bill", bill: billView(engine, orderIds, id, row) });
    }
    events.push(orderEvent(engine, orderIds, at) ?? moneyEvent(engine, orderIds, algoIds, at));
  }
  const { rows, balances } = changesOf(engine);
  for (const row of rows) events.push({ type: "position", position: positionView(engine, row) });
  for (const at of balances) {
    const [account, currency] = [engine.balances.accountAt(at), engine.balances.currencyAt(at)];
    events.push({ type: "balance", balance: balanceView(engine, account, currency) });
  }
  return events;
}

function orderEvent(engine: Engine, ids: ClientIds, at: number): ExchangeEvent | null {
  const event = engine.events.numbers;
  const [kind, a, b, c] = [event[at], event[at + 1], event[at + 2], event[at + 3]];
  switch (kind) {
    case f.eventAccepted:
      return { type: "order_accepted", order: orderAfter(engine, ids, slotOf(engine, a), 0) };
    case f.eventAmended:
      return { type: "order_amended", order: orderAfter(engine, ids, slotOf(engine, a), b) };
    case f.eventCanceled: {
      const reason = cancelReasonOf(c);
      if (reason === null) throw new Defect(`unknown cancel code ${c}`);
      const order = orderAfter(engine, ids, slotOf(engine, a), b);
      const updatedMs = engine.nowMs;
      return {
        type: "order_canceled",
        order: { ...order, state: "canceled", cancelReason: reason, updatedMs },
        reason,
      };
    }
    case f.eventFill: {
      const row = billOfFill(engine, a);
      const slot = slotOf(engine, engine.bills.numbers[row + billFields.billOrder]);
      const order = orderAfter(engine, ids, slot, a);
      return { type: "fill", order, fill: fillView(engine, ids, a, row) };
    }
    case f.eventSelfTrade: {
      const whole = slotOf(engine, a) * orderFields.orderInts;
      return {
        type: "self_trade_prevented",
        account: engine.orders.ints[whole + orderFields.orderAccount],
        instrument: engine.orders.ints[whole + orderFields.orderInstrument],
        mode: stpModeNames[c],
        takerOrderId: a,
        makerOrderId: b,
        lots: event[at + 4],
        priceTicks: event[at + 5],
      };
    }
    default:
      return null;
  }
}

function moneyEvent(
  engine: Engine,
  orderIds: ClientIds,
  algoIds: ClientIds,
  at: number,
): ExchangeEvent {
  const event = engine.events.numbers;
  const [kind, a, b, c] = [event[at], event[at + 1], event[at + 2], event[at + 3]];
  switch (kind) {
    case f.eventTrade:
      return { type: "trade", trade: tradeView(engine, a, engine.trades.find(a)) };
    case f.eventBill:
      return { type: "bill", bill: billView(engine, orderIds, a, engine.bills.find(a)) };
    case f.eventLiquidation:
      return {
        type: "liquidation",
        account: engine.rows.accountOf(a),
        instrument: engine.rows.marketOf(a),
        positionId: b,
        lotsBefore: c,
        lotsAfter: event[at + 4],
        takeoverTicks: event[at + 5],
        full: event[at + 6] === 1,
      };
    case f.eventAlgo:
      return { type: "algo", algo: algoView(engine.algos.reports[b], algoIds) };
    case f.eventMark:
      return { type: "mark", instrument: a, priceTicks: b, timeMs: engine.nowMs };
    case f.eventFunding:
      return { type: "funding", instrument: a, rateE12: b, timeMs: engine.nowMs };
    case f.eventBook:
      return { type: "book", instrument: a, version: b };
    default:
      throw new Defect(`unknown event ${kind}`);
  }
}

function slotOf(engine: Engine, orderId: number): number {
  const slot = engine.orders.slotOf(orderId);
  if (slot === 0) throw new Defect(`order ${orderId} of this command is gone`);
  return slot;
}
