import { cancelAlgosOf } from "../algo/cancel-algo.ts";
import { cancelCodes, rejectCodes } from "../api/reject.ts";
import { orderFields } from "../book/order-fields.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";
import { cancelResting, cancelWhere } from "./cancel.ts";
import { findOpenOrder } from "./find-order.ts";

const { orderInstrument, orderInts, orderNumbers, orderTag } = orderFields;
const { commandAccount, commandMarket, commandTag, commandTarget, commandUnits } = commandFields;

export function cancelOrder(engine: Engine, c: Float64Array, at: number): number {
  const slot = findOpenOrder(engine, c, at);
  if (slot < 0) return -slot;
  const market = engine.markets[engine.orders.ints[slot * orderInts + orderInstrument]];
  cancelResting(engine, market, slot, cancelCodes.user);
  engine.resultOrderId = c[at + commandTarget];
  return 0;
}

/** Every open order of the account, oldest first, then its algo orders; one market or all (-1). */
export function cancelAllOrders(engine: Engine, c: Float64Array, at: number): number {
  const account = c[at + commandAccount];
  const market = c[at + commandMarket];
  if (!(account >= 0 && account < engine.accounts.count)) return rejectCodes.unknown_account;
  if (!(market >= -1 && market < engine.markets.length)) return rejectCodes.unknown_instrument;
  cancelEverything(engine, account, market, cancelCodes.user);
  return 0;
}

function cancelEverything(engine: Engine, account: number, market: number, code: number): void {
  const { ints } = engine.orders;
  cancelWhere(engine, account, (slot) =>
    market < 0 || ints[slot * orderInts + orderInstrument] === market ? code : 0,
  );
  cancelAlgosOf(engine, account, market);
}

/** OKX takes 10 to 120 seconds; here up to a day. 0 stops the clock: the account's, or a tag's. */
export function setCancelAllAfter(engine: Engine, c: Float64Array, at: number): number {
  const account = c[at + commandAccount];
  const timeoutMs = c[at + commandUnits];
  if (!(account >= 0 && account < engine.accounts.count)) return rejectCodes.unknown_account;
  if (!(timeoutMs >= 0 && timeoutMs <= 86_400_000)) return rejectCodes.timeout_out_of_range;
  const { cancelAllAtMs, tagTimers } = engine.accounts;
  const tag = c[at + commandTag];
  const atMs = engine.nowMs + timeoutMs;
  if (tag === 0) cancelAllAtMs[account] = timeoutMs === 0 ? Infinity : atMs;
  else if (timeoutMs === 0) tagTimers.stop({ account, tag });
  else if (!tagTimers.set({ account, tag, atMs })) return rejectCodes.timer_limit;
  renewTimer(engine);
  return 0;
}

/**
 * Fires what is due: accounts in the order of their numbers, then tags. Algo orders stay, as on
 * OKX.
 */
export function fireTimers(engine: Engine): void {
  const { cancelAllAtMs, tagTimers, count } = engine.accounts;
  for (let account = 0; account < count; account += 1) {
    if (cancelAllAtMs[account] > engine.nowMs) continue;
    cancelAllAtMs[account] = Infinity;
    cancelWhere(engine, account, () => cancelCodes.cancel_all_after);
  }
  const { numbers } = engine.orders;
  for (const { account, tag } of tagTimers.takeDue(engine.nowMs)) {
    cancelWhere(engine, account, (slot) =>
      numbers[slot * orderNumbers + orderTag] === tag ? cancelCodes.cancel_all_after : 0,
    );
  }
  renewTimer(engine);
}

function renewTimer(engine: Engine): void {
  const { cancelAllAtMs, tagTimers, count } = engine.accounts;
  let next = tagTimers.nextMs();
  for (let account = 0; account < count; account += 1) {
    if (cancelAllAtMs[account] < next) next = cancelAllAtMs[account];
  }
  engine.nextTimerMs = next;
}
