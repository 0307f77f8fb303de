import { type Fault, ok, type Result } from "#base";
import { createExchange, type Exchange } from "#exchange";
import { createKeyRing } from "./accounts/key-ring.ts";
import { builtinCatalog } from "./catalog/builtin-catalog.ts";
import type { Catalog } from "./catalog/listing.ts";
import { createVenueIds } from "./catalog/venue-ids.ts";
import { createMachineClock } from "./clock/machine-clock.ts";
import { createVenueClock } from "./clock/venue-clock.ts";
import { createCounters } from "./counters.ts";
import { createFaultInjector } from "./faults/injector.ts";
import { emptyPlan } from "./faults/plan.ts";
import { createFloor } from "./floor/floor.ts";
import { createTagBook } from "./floor/tag-book.ts";
import { type Journal, type JournalHead, openJournal } from "./journal/journal.ts";
import { createMarketDriver } from "./market/market-driver.ts";
import { planMarkets } from "./market/market-plan.ts";
import { openAccounts } from "./open-accounts.ts";
import { assembleVenue, type SimulatedVenue } from "./venue.ts";
import { venueTimes } from "./venue-clocks.ts";
import type { VenueOptions } from "./venue-options.ts";

/**
 * Opens a venue: an engine, a market that moves it, accounts with money in them, and OKX's language
 * around it. Nothing listens yet. Faults: those of createExchange, the journal, datasets and
 * opening balances.
 */
export function openVenue(options: VenueOptions): Result<SimulatedVenue, Fault> {
  const { roster, seed = 1, clock: mode = { kind: "real" }, datasets = [] } = options;
  const machine = options.machine ?? createMachineClock();
  const catalog = builtinCatalog();
  const made = makeExchange(catalog, options);
  if (!made.ok) return made;
  const exchange = made.value;

  const startMs = options.startMs ?? null;
  const times = venueTimes(mode, datasets, { startMs, machineMs: machine.nowMillis() });
  const tags = createTagBook((number, text) => journal?.tagged(number, text));
  const head = headOf(options, catalog, times.openedMs);
  const path = options.journal ?? null;
  const opened = path === null ? null : openJournal(path, head, { exchange, tags });
  if (opened !== null && !opened.ok) return opened;
  const journal: Journal | null = opened?.value.journal ?? null;
  const lastMs = opened?.value.lastMs ?? null;
  const openedMs = opened?.value.head.opened_ms ?? times.openedMs;
  // A journal that goes on does so where it stopped; only the real clock ran meanwhile.
  const nowMs =
    lastMs === null ? openedMs : Math.max(lastMs, mode.kind === "real" ? machine.nowMillis() : 0);

  const clock = createVenueClock({ mode, startMs: nowMs, machine });
  const ids = createVenueIds(seed);
  const counters = createCounters();
  const plan = options.faults ?? emptyPlan;
  const faults = createFaultInjector({ plan, seed, openedMs: nowMs, nowMs: clock.nowMs });
  const floor = createFloor({ exchange, catalog, ids, tags, clock, sink: journal });
  const markets = planMarkets(catalog, marketOptions(options, seed), { ...times, openedMs, nowMs });
  if (!markets.ok) return markets;
  const driver = createMarketDriver({
    floor,
    clock,
    faults,
    counters,
    seed,
    markets: markets.value,
  });
  const keys = createKeyRing(roster);
  const venue = assembleVenue({
    options: { seed, mode, rateLimits: options.rateLimits ?? mode.kind !== "stepped" },
    roster,
    keys,
    machine,
    clock,
    floor,
    driver,
    faults,
    counters,
    journal,
    openedMs: nowMs,
    marketLabels: markets.value.map(({ listing, source }) => `${listing.instId}: ${source.label}`),
  });
  if (lastMs === null) {
    const paid = openAccounts(roster, floor);
    if (!paid.ok) return paid;
  }
  driver.start();
  return ok(venue);
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

function marketOptions(options: VenueOptions, seed: number): Parameters<typeof planMarkets>[1] {
  return {
    seed,
    datasets: options.datasets ?? [],
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
    market: datasets.map(({ id }) => id),
    opened_ms: openedMs,
  };
}
