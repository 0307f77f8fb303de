import { err, type Fault, ok, type Result } from "#base";
import type { Broker } from "#venues";
import { toAmount } from "../amounts/amount.ts";
import type { PositionsSeen } from "../audit/positions.ts";
import type { Reserve } from "../colony/reserve.ts";
import { tripletAt } from "../colony/reserve.ts";
import type { AccountSeen } from "../loop/account-look.ts";
import { recordBars } from "../loop/record-inputs.ts";
import type { RunState } from "../loop/run-state.ts";
import { askMarket } from "../loop/see-market.ts";
import { passOverThePast } from "../loop/take-fills.ts";
import { barInterval } from "../market-view/bar-interval.ts";
import { createMarketFeed, takeBars } from "../market-view/take-bars.ts";
import { createReferenceBook } from "../quality/price-reference.ts";
import type { RunSession } from "../run/open-session.ts";
import type { ChosenGenomes } from "./choose-genomes.ts";
import { foundColony } from "./found-colony.ts";
import { landAnchors } from "./land-anchors.ts";
import { shareCapital } from "./share-capital.ts";
import { venueRules } from "./venue-rules.ts";

export type BootstrapParts = Readonly<{
  session: RunSession;
  broker: Broker;
  genomes: ChosenGenomes;
  /** The account after the flatten. */
  account: AccountSeen;
  windowStartMs: number;
  startPositions: PositionsSeen;
}>;

/**
 * Makes agents of the capital that the exchange reports, and shows them the market's past. Faults:
 * capital_unknown, capital_too_small, market_stale, candle_off_grid, those of barInterval and of
 * landing.
 */
export async function bootstrapRun(parts: BootstrapParts): Promise<Result<RunState, Fault>> {
  const { session, broker, genomes, account } = parts;
  const { config } = session.request;
  const { balance } = account;
  if (balance === null) {
    return err({ code: "capital_unknown", message: "the exchange does not tell the equity" });
  }
  const interval = barInterval(config.bar);
  if (!interval.ok) return interval;
  const equity = toAmount(balance.eq);
  const share = shareCapital(equity, genomes.genomes.length, config);
  if (!share.ok) return share;
  const { sizes } = session.probed;
  const rules = venueRules(session.probed, config);
  const { runId } = session;
  const colony = foundColony({ runId, sizes, rules, genomes, share: share.value });
  const reserve: Reserve = { cash: share.value.reserve, lots: 0 };
  const state: RunState = {
    session,
    broker,
    colony,
    reserve,
    feed: createMarketFeed(colony, interval.value),
    references: createReferenceBook(session.journal, config.instId),
    genomes,
    bootstrapEquity: equity,
    bootstrapMs: session.journal.clock.nowMillis(),
    windowStartMs: parts.windowStartMs,
    windowEndMs: null,
    startPositions: parts.startPositions,
    ownerByOrder: new Map(),
    knownTrades: new Set(),
    knownBills: new Set(),
    filledByOrder: new Map(),
    fillValueByOrder: new Map(),
    account,
    markPrice: null,
    tick: 0,
    ticksDone: 0,
    steps: 0,
    truth: "ok",
    apiErrors: 0,
    thinBooks: 0,
    oneShot: null,
    collapse: null,
    deaths: 0,
    settlements: 0,
  };
  const shown = await showThePast(state);
  if (!shown.ok) return shown;
  await passOverThePast(state);
  const triplet = tripletAt(colony, reserve, state.markPrice ?? "0");
  const founded = { triplet, intervalMs: interval.value };
  const landed = landAnchors(session, colony, genomes, founded);
  return landed.ok ? ok(state) : landed;
}

/** A market that is stale or has no past never gets as far as the loop. */
async function showThePast(state: RunState): Promise<Result<void, Fault>> {
  const { session, feed } = state;
  const look = await askMarket(session, 0);
  if (look.ticker !== null) session.market.observe(look.ticker.value);
  if (look.funding !== null) feed.funding.observe(look.funding.value);
  state.markPrice = look.mark?.value.px ?? look.ticker?.value.last ?? null;
  const taking = takeBars(feed, look.bars);
  if (!taking.ok) {
    const message = `a candle of ${taking.candle.close} is between two ticks of the instrument`;
    return err({ code: taking.code, message });
  }
  recordBars(session.journal, taking.taken);
  const newest = feed.store.newest;
  const nowMs = session.journal.clock.nowMillis();
  const { fresh, reason } = session.market.freshness();
  if (!fresh || look.ticker === null) {
    return err({ code: "market_stale", message: `the market is not fresh: ${reason}` });
  }
  // The bar that is forming now, and the one that may be a moment late, are missing at most.
  if (newest === null || nowMs - newest.openMs > 3 * feed.intervalMs) {
    return err({ code: "market_stale", message: "the newest closed bar is too old" });
  }
  return ok(undefined);
}
