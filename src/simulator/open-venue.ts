import { type Fault, ok, type Result } from "#base";
import { createExchange, type Exchange } from "#exchange";
import { createKeyRing } from "./accounts/key-ring.ts";
import { builtinCatalog } from "./catalog/builtin-catalog.ts";
import type { Catalog } from "./catalog/listing.ts";
import { createVenueIds } from "./catalog/venue-ids.ts";
import { createMachineClock } from "./clock/machine-clock.ts";
import { createVenueClock, type MachineClock } from "./clock/venue-clock.ts";
import { createCounters } from "./counters.ts";
import { createFaultInjector } from "./faults/injector.ts";
import { emptyPlan } from "./faults/plan.ts";
import { createFloor } from "./floor/floor.ts";
import { createTagBook, type TagBook } from "./floor/tag-book.ts";
import { type Journal, type JournalHead, openJournal } from "./journal/journal.ts";
import { createMarketDriver } from "./market/market-driver.ts";
import { type MarketOptions, type MarketTimes, planMarkets } from "./market/market-plan.ts";
import { type RecordedMarket, readRecordedMarkets } from "./market/recorded-market.ts";
import { openAccounts } from "./open-accounts.ts";
import { assembleVenue, type SimulatedVenue } from "./venue.ts";
import { venueTimes } from "./venue-clocks.ts";
import type { VenueOptions } from "./venue-options.ts";

/**
 * Opens a venue: an engine, a market that moves it, accounts with money in them, and OKX's
 * language around it. Nothing listens yet. Faults: those of createExchange, the journal,
 * recordings, datasets and opening balances.
 */
export function openVenue(options: VenueOptions): Result<SimulatedVenue, Fault> {
  const { roster, seed = 1, clock: mode = { kind: "real" } } = options;
  const machine = options.machine ?? createMachineClock();
  const catalog = builtinCatalog();
  const made = makeExchange(catalog, options);
  if (!made.ok) return made;
  const recordings = readRecordings(options.recordings ?? [], catalog);
  if (!recordings.ok) return recordings;
  const begun = begin(options, {
    catalog,
    exchange: made.value,
    recordings: recordings.value,
    machine,
  });
  if (!begun.ok) return begun;
  const { journal, tags, times } = begun.value;

  const clock = createVenueClock({ mode, startMs: times.nowMs, machine });
  const counters = createCounters();
  const plan = options.faults ?? emptyPlan;
  const faults = createFaultInjector({ plan, seed, openedMs: times.nowMs, nowMs: clock.nowMs });
  const ids = createVenueIds(seed);
  const floor = createFloor({ exchange: made.value, catalog, ids, tags, clock, sink: journal });
  const markets = planMarkets(catalog, marketOptions(options, recordings.value), times);
  if (!markets.ok) return markets;
  const driver = createMarketDriver({
    floor,
    clock,
    faults,
    counters,
    seed,
    markets: markets.value,
  });
  const venue = assembleVenue({
    options: { seed, mode, rateLimits: options.rateLimits ?? mode.kind !== "stepped" },
    roster,
    keys: createKeyRing(roster),
    machine,
    clock,
    floor,
    driver,
    faults,
    counters,
    journal,
    openedMs: times.nowMs,
    marketLabels: markets.value.map(({ listing, source }) => `${listing.instId}: ${source.label}`),
  });
  if (!times.resumed) {
    const paid = openAccounts(roster, floor);
    if (!paid.ok) return paid;
  }
  driver.start();
  return ok(venue);
}

type Begun = Readonly<{ journal: Journal | null; tags: TagBook; times: MarketTimes }>;

type Foundations = Readonly<{
  catalog: Catalog;
  exchange: Exchange;
  recordings: readonly RecordedMarket[];
  machine: MachineClock;
}>;

/** At the beginning, or where a journal stopped; only the real clock ran meanwhile. */
function begin(options: VenueOptions, foundations: Foundations): Result<Begun, Fault> {
  const { clock: mode = { kind: "real" }, datasets = [], startMs = null } = options;
  const { catalog, exchange, recordings, machine } = foundations;
  const timesAt = (machineMs: number) =>
    venueTimes(mode, { datasets, recordings }, { startMs, machineMs });
  const fresh = timesAt(machine.nowMillis());
  const tags = createTagBook((number, text) => opened?.value.journal.tagged(number, text));
  const path = options.journal ?? null;
  const head = headOf(options, catalog, fresh.openedMs);
  const opening = path === null ? null : openJournal(path, head, { exchange, tags });
  if (opening !== null && !opening.ok) return opening;
  const opened = opening;
  const journal = opened?.value.journal ?? null;
  const lastMs = opened?.value.lastMs ?? null;
  if (opened === null || lastMs === null) {
    const times = { ...fresh, nowMs: fresh.openedMs, resumed: false };
    return ok({ journal, tags, times });
  }
  // Recordings keep the place in time that they were given at the opening.
  const openedMs = opened.value.head.opened_ms;
  const { shiftMs } = timesAt(openedMs);
  const nowMs = Math.max(lastMs, mode.kind === "real" ? machine.nowMillis() : 0);
  return ok({ journal, tags, times: { openedMs, shiftMs, nowMs, resumed: true } });
}

function readRecordings(
  paths: readonly string[],
  catalog: Catalog,
): Result<readonly RecordedMarket[], Fault> {
  const found: RecordedMarket[] = [];
  for (const path of paths) {
    const read = readRecordedMarkets(path, catalog);
    if (!read.ok) return read;
    found.push(...read.value);
  }
  return ok(found);
}

function makeExchange(
  catalog: Catalog,
  { roster, queueModel, history }: VenueOptions,
): Result<Exchange, Fault> {
  const currencies = new Set(roster.accounts.flatMap(({ balances }) => Object.keys(balances)));
  return createExchange({
    instruments: catalog.listings.map(({ spec }) => spec),
    currencies: [...currencies],
    ...(queueModel === undefined ? {} : { queueModel }),
    ...(history === undefined
      ? {}
      : { history: { orders: history, fills: history, bills: history, trades: history } }),
  });
}

function marketOptions(
  options: VenueOptions,
  recordings: readonly RecordedMarket[],
): MarketOptions {
  return {
    seed: options.seed ?? 1,
    datasets: options.datasets ?? [],
    recordings,
    play: options.play ?? "walk",
    stepsPerBar: options.stepsPerBar ?? 60,
    depth: options.depth ?? 25,
    syntheticBarMs: options.syntheticBarMs ?? 60_000,
    historyBars: options.historyBars ?? 3000,
  };
}

/** What must be the same for a journal to go on. */
function headOf(options: VenueOptions, catalog: Catalog, openedMs: number): JournalHead {
  const { roster, seed = 1, datasets = [] } = options;
  return {
    schema_version: "venue-journal/1",
    seed,
    environment: roster.environment,
    instruments: catalog.listings.map(({ instId }) => instId),
    accounts: roster.accounts.map(({ name, uid }) => ({ name, uid })),
    market: [...datasets.map(({ id }) => id), ...(options.recordings ?? [])],
    opened_ms: openedMs,
  };
}
