import type { BillRow, FillRow, Page, PageQuery } from "#venues";
import { toAmount } from "../amounts/amount.ts";
import { billTypeOf } from "../audit/materialise.ts";
import { bookFill } from "../colony/book-fill.ts";
import { slotOf } from "../colony/colony.ts";
import { bookReserveFill } from "../colony/reserve.ts";
import { patience } from "../follow-up/follow-to-ends.ts";
import type { Asked } from "../market-view/ask.ts";
import { tellError } from "../run/tell-error.ts";
import type { RunState } from "./run-state.ts";

/** A walk through new fills has a bound, whatever the exchange answers. */
const maxPages = 50;
const pulls = 4;

/**
 * Reads fills until they add up to what the exchange says was filled of our orders. Positions move
 * by nothing else. False when they do not add up: then nobody knows what agents hold.
 */
export async function takeFills(state: RunState): Promise<boolean> {
  const { journal, request } = state.session;
  for (let pull = 0; pull < pulls; pull += 1) {
    if (pull > 0) {
      const { clock } = journal;
      await clock.waitUntil(clock.nowMillis() + request.config.pollMs, patience);
    }
    const fresh = await newFills(state);
    for (const fill of fresh ?? []) book(state, fill);
    if (fresh !== null && addsUp(state)) return true;
  }
  return false;
}

/** Fills that were not seen before, oldest first; null when a page did not answer. */
async function newFills(state: RunState): Promise<readonly FillRow[] | null> {
  const { ask, request, journal } = state.session;
  const { instId, pageLimit: limit } = request.config;
  const endMs = state.windowEndMs ?? journal.clock.nowMillis() + 1000;
  const fresh: FillRow[] = [];
  let after: string | null = null;
  for (let page = 0; page < maxPages; page += 1) {
    const query: PageQuery = { instId, beginMs: state.windowStartMs, endMs, after, limit };
    const { answer }: Asked<Page<FillRow>> = await ask((venue) => venue.fillsPage(query));
    if (!answer.ok) return null;
    const unseen = answer.value.rows.filter(({ tradeId }) => !state.knownTrades.has(tradeId));
    fresh.push(...unseen);
    after = answer.value.next;
    if (after === null || unseen.length < answer.value.rows.length) break;
  }
  return fresh.toReversed().toSorted((left, right) => left.filledMs - right.filledMs);
}

function book(state: RunState, fill: FillRow): void {
  state.knownTrades.add(fill.tradeId);
  const owner = fill.clOrdId === null ? undefined : state.ownerByOrder.get(fill.clOrdId);
  const { sizes } = state.colony;
  const lots = sizes.toLots(fill.fillSz);
  const ticks = sizes.toTicks(fill.fillPx);
  if (owner === undefined || fill.clOrdId === null || lots === null || ticks === null) {
    const what = owner === undefined ? "of nobody here" : "off the grid of the instrument";
    degrade(state, "foreign_fill", `trade ${fill.tradeId} is ${what}`);
    return;
  }
  const filled = (state.filledByOrder.get(fill.clOrdId) ?? 0) + lots;
  state.filledByOrder.set(fill.clOrdId, filled);
  const value = (state.fillValueByOrder.get(fill.clOrdId) ?? 0) + lots * ticks;
  state.fillValueByOrder.set(fill.clOrdId, value);
  const signed = fill.side === "buy" ? lots : -lots;
  const slot = owner.agentHash === null ? null : slotOf(state.colony, owner.agentHash);
  const fee = toAmount(fill.fee);
  if (slot === null) {
    // The run's own order, or one of an agent that died before it was told of the fill.
    bookReserveFill(state.reserve, sizes, { lots: signed, price: fill.fillPx, fee });
  } else {
    state.reserve.cash += bookFill(state.colony, slot, { lots: signed, priceTicks: ticks, fee });
  }
}

export function degrade(state: RunState, code: string, detail: string): void {
  state.truth = "degraded";
  tellError(state.session, { tick: state.tick, type: "truth_degraded", code, detail });
}

function addsUp({ broker, filledByOrder, ownerByOrder, colony }: RunState): boolean {
  return broker.orders().every(({ clientOrderId, filled }) => {
    if (!ownerByOrder.has(clientOrderId)) return true;
    return (filledByOrder.get(clientOrderId) ?? 0) === (colony.sizes.toLots(filled) ?? -1);
  });
}

/** Funding, transfers and whatever else no order caused: it is the reserve's. */
export async function takeSystemBills(state: RunState): Promise<void> {
  for (const bill of await newBills(state)) {
    if (bill.ordId !== null || bill.ccy !== state.colony.sizes.currency) continue;
    state.reserve.cash += toAmount(bill.balChg);
    const type = billTypeOf(bill);
    if (type === "funding_fee") continue;
    const detail = `bill ${bill.billId} of ${bill.balChg} ${bill.ccy} has no order`;
    tellError(state.session, { tick: state.tick, type: "system_bill", code: type, detail });
  }
}

/** Marks what is there already as known, so that only what comes later is the agents'. */
export async function passOverThePast(state: RunState): Promise<void> {
  for (const { tradeId } of (await newFills(state)) ?? []) state.knownTrades.add(tradeId);
  await newBills(state);
}

async function newBills(state: RunState): Promise<readonly BillRow[]> {
  const { ask, request, journal } = state.session;
  const { instId, pageLimit: limit } = request.config;
  const endMs = state.windowEndMs ?? journal.clock.nowMillis() + 1000;
  const fresh: BillRow[] = [];
  let after: string | null = null;
  for (let page = 0; page < maxPages; page += 1) {
    const query: PageQuery = { instId, beginMs: state.windowStartMs, endMs, after, limit };
    const { answer }: Asked<Page<BillRow>> = await ask((venue) => venue.billsPage(query));
    if (!answer.ok) break;
    const unseen = answer.value.rows.filter(({ billId }) => !state.knownBills.has(billId));
    for (const bill of unseen) state.knownBills.add(bill.billId);
    fresh.push(...unseen);
    after = answer.value.next;
    if (after === null || unseen.length < answer.value.rows.length) break;
  }
  return fresh.toReversed();
}
