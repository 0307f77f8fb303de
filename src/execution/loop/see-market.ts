import { patience } from "../follow-up/follow-to-ends.ts";
import { type MarketLook, readMarket } from "../market-view/read-market.ts";
import { prepareNewest, type TakenBar, takeBars } from "../market-view/take-bars.ts";
import type { RunSession } from "../run/open-session.ts";
import { tellError } from "../run/tell-error.ts";
import { recordBars } from "./record-inputs.ts";
import type { RunState } from "./run-state.ts";

/** The market of one tick, and whether agents may be asked on it. */
export type SeenMarket = Readonly<{
  look: MarketLook;
  taken: readonly TakenBar[];
  /** E features that can be seen, bit by bit. */
  mask: number;
  flags: readonly string[];
  /** Null: go on. Else why nobody is asked. */
  stop: string | null;
}>;

/** A venue may publish a bar a moment after it closed; it is asked so often. */
const looks = 6;

/**
 * Looks until the bar that opened at `dueOpenMs` has closed and is there, and prepares it as the
 * frame that decisions are taken on.
 */
export async function seeMarket(state: RunState, dueOpenMs: number): Promise<SeenMarket> {
  const { session, feed } = state;
  const afterMs = feed.store.newest?.openMs ?? 0;
  let look = await askMarket(session, afterMs);
  for (let again = 1; again < looks && !hasBar(look, dueOpenMs); again += 1) {
    const { clock } = session.journal;
    await clock.waitUntil(clock.nowMillis() + session.request.config.pollMs, patience);
    look = await askMarket(session, afterMs);
  }
  if (look.ticker !== null) session.market.observe(look.ticker.value);
  session.market.observeHalt(session.request.halt.look());
  if (look.funding !== null) feed.funding.observe(look.funding.value);
  for (const { endpoint, code, message } of look.failed) {
    state.apiErrors += 1;
    const detail = `${endpoint}: ${message}`;
    tellError(session, { tick: state.tick, type: "market_read_failed", code, detail });
  }
  return take(state, look, dueOpenMs);
}

function hasBar({ bars }: MarketLook, dueOpenMs: number): boolean {
  return bars.some(({ tsMs }) => tsMs >= dueOpenMs);
}

/** As many candles as OKX gives at once: enough for every run-up of features. */
const candleLimit = 300;

export async function askMarket(session: RunSession, afterMs: number): Promise<MarketLook> {
  const { instId, bar, bookDepth } = session.request.config;
  return readMarket(session.ask, { instId, bar, afterMs, limit: candleLimit, bookDepth });
}

function take(state: RunState, look: MarketLook, dueOpenMs: number): SeenMarket {
  const { session, feed } = state;
  const flags: string[] = [];
  const taking = takeBars(feed, look.bars);
  const taken = taking.ok ? taking.taken : [];
  recordBars(session.journal, taken);
  if (!taking.ok) {
    const detail = `candle of ${taking.candle.tsMs}: ${taking.candle.close}`;
    tellError(session, { tick: state.tick, type: "market_data", code: taking.code, detail });
    flags.push(taking.code);
  }
  if (taken.some(({ gap }) => gap)) flags.push("bar_gap");
  if (look.ticker === null) flags.push("ticker_missing");
  if (look.mark === null) flags.push("mark_price_missing");
  if (look.funding === null) flags.push("funding_missing");
  if (look.book === null) flags.push("book_missing");
  state.markPrice = look.mark?.value.px ?? look.ticker?.value.last ?? state.markPrice;
  const stop = whyNobodyIsAsked(state, look, dueOpenMs);
  const mask = feed.store.count === 0 ? 0 : prepareNewest(feed);
  return { look, taken, mask, flags, stop };
}

/** Stale, missing or contradictory data is no data: nobody is asked on it. */
function whyNobodyIsAsked(state: RunState, look: MarketLook, dueOpenMs: number): string | null {
  const { session, feed } = state;
  const newest = feed.store.newest;
  if (look.ticker === null) return "ticker_missing";
  if (newest === null || newest.openMs < dueOpenMs) return "bar_missing";
  const { fresh, reason } = session.market.freshness();
  return fresh ? null : reason;
}
