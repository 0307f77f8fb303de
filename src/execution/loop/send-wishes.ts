import type { PlaceIntent, Ticker } from "#venues";
import type { Wish } from "../colony/decide.ts";
import { cancelRest, followToEnds } from "../follow-up/follow-to-ends.ts";
import type { MarketLook } from "../market-view/read-market.ts";
import { keepBook, type ReferencePrices } from "../quality/price-reference.ts";
import { freezeOver } from "../run/tell-error.ts";
import type { RunState } from "./run-state.ts";
import { orderOfWish } from "./wishes-to-intents.ts";

/** The orders that the wishes of one tick become, slot by slot. */
export type TickOrders = Readonly<{
  intents: readonly PlaceIntent[];
  /** By slot; null for a wish that becomes no order. */
  intentIds: readonly (string | null)[];
  lotsByIntent: ReadonlyMap<string, number>;
}>;

/** Prepares the orders; nothing leaves yet. Wishes too small to be one are counted. */
export function prepareOrders(
  state: RunState,
  wishes: readonly Wish[],
  {
    tick,
    marked,
    ticker,
  }: Readonly<{ tick: number; marked: number | null; ticker: Ticker | null }>,
): TickOrders {
  const intents: PlaceIntent[] = [];
  const lotsByIntent = new Map<string, number>();
  const intentIds = wishes.map((wish, slot) => {
    const wished = orderOfWish(state, wish, { tick, slot, marked: slot === marked, ticker });
    if (wished.type === "order") {
      intents.push(wished.intent);
      lotsByIntent.set(wished.intent.intentId, wished.lots);
      return wished.intent.intentId;
    }
    const { fences } = state.session;
    if (wished.reason === "below_smallest_order") fences.count("fence_order_size_zero");
    if (wished.reason === "no_price_to_join") fences.count("fence_market_unseen_hold");
    return null;
  });
  return { intents, intentIds, lotsByIntent };
}

/**
 * Sends the orders of one tick, follows them until each has ended or its time is over, and cancels
 * what still rests: no order outlives its tick. Reference prices are read around it.
 */
export async function sendOrders(
  state: RunState,
  orders: TickOrders,
  { tick, look, deadlineMs }: Readonly<{ tick: number; look: MarketLook; deadlineMs: number }>,
): Promise<void> {
  const { session, broker, references } = state;
  references.keep(tick, "t_submit", look);
  if (look.book !== null) {
    keepBook(session.journal, tick, look.book);
    if (isThin(state, orders, look)) state.thinBooks += 1;
  }
  if (orders.intents.length === 0) return;
  const outcomes = await broker.placeAll(orders.intents);
  for (const [index, { order }] of outcomes.entries()) {
    const intent = orders.intents[index];
    if (order === null || intent === undefined || intent.owner.type !== "agent") continue;
    const { agentIdHash: agentHash } = intent.owner;
    const askedLots = orders.lotsByIntent.get(intent.intentId) ?? 0;
    state.ownerByOrder.set(order.clientOrderId, { agentHash, askedLots, tick });
  }
  references.keep(tick, "t_ack", await prices(state));
  await broker.followUp();
  if (broker.orders().some(({ filled, intent }) => intent.tick === tick && /[1-9]/.test(filled))) {
    references.keep(tick, "t_first_fill", await prices(state));
  }
  await endOrders(state, tick, deadlineMs);
}

async function prices({ session }: RunState): Promise<ReferencePrices> {
  const { instId } = session.request.config;
  const ticker = await session.ask((venue) => venue.ticker(instId));
  const mark = await session.ask((venue) => venue.markPrice(instId));
  const index = await session.ask((venue) => venue.indexPrice(instId));
  if (ticker.answer.ok) session.market.observe(ticker.answer.value);
  return {
    ticker: ticker.answer.ok ? { value: ticker.answer.value, callId: ticker.callId } : null,
    mark: mark.answer.ok ? { value: mark.answer.value, callId: mark.callId } : null,
    index: index.answer.ok ? { value: index.answer.value, callId: index.callId } : null,
  };
}

async function endOrders(state: RunState, tick: number, deadlineMs: number): Promise<void> {
  const { session, broker } = state;
  const { signal } = session.request;
  if (await followToEnds(session, broker, { deadlineMs, signal })) return;
  const { ended, cancelled } = await cancelRest(session, broker, tick);
  session.fences.count("fence_order_lifetime", cancelled);
  if (ended) return;
  const left = broker.orders().filter(({ phase }) => phase !== "ended").length;
  const detail = `${left} orders have no end although they were cancelled`;
  await freezeOver(state, "p2_overdue", {
    tick,
    type: "orders_open",
    code: "order_without_end",
    detail,
  });
}

/** Whether one side of the book holds less than the agents want of it together. */
function isThin({ colony }: RunState, orders: TickOrders, { book }: MarketLook): boolean {
  if (book === null) return false;
  const depth = (levels: readonly Readonly<{ sz: string }>[]): number =>
    levels.reduce((sum, { sz }) => sum + (colony.sizes.toLots(sz) ?? 0), 0);
  let [buys, sells] = [0, 0];
  for (const lots of orders.lotsByIntent.values()) {
    if (lots > 0) buys += lots;
    else sells -= lots;
  }
  return buys > depth(book.value.asks) || sells > depth(book.value.bids);
}
