import { type Fault, ok, type Result } from "#base";
import { createDollarPrices } from "./account/dollar-prices.ts";
import type { VenueAccount, VenueRoster } from "./accounts/account.ts";
import type { KeyRing } from "./accounts/key-ring.ts";
import { createAdminService } from "./admin/admin-service.ts";
import { createSignatureAge } from "./auth/auth-clock.ts";
import type { Gatekeeper } from "./auth/authenticate.ts";
import { createAccountChannels } from "./channels/account-channels.ts";
import { createHub } from "./channels/hub.ts";
import { createMarketChannels } from "./channels/market-channels.ts";
import type { FrameSink, Subscription } from "./channels/subscription.ts";
import type { ClockMode, MachineClock, VenueClock } from "./clock/venue-clock.ts";
import type { Counters } from "./counters.ts";
import type { FaultInjector } from "./faults/injector.ts";
import { createClosedPositions } from "./floor/closed-positions.ts";
import type { Floor } from "./floor/floor.ts";
import { createOracle, type Oracle } from "./floor/oracle.ts";
import { type ListenOptions, serveHttp } from "./http/http-server.ts";
import type { Service } from "./http/message.ts";
import type { Journal } from "./journal/journal.ts";
import { createRateLimits, noRateLimits, type RateLimits } from "./limits/rate-limits.ts";
import { createBookTap } from "./market/book-tap.ts";
import type { MarketDriver } from "./market/market-driver.ts";
import { plainAnswer } from "./rest/envelope.ts";
import { createHandlers } from "./rest/handlers.ts";
import { createService, type ServiceParts } from "./rest/service.ts";
import type { SessionSide } from "./ws/read-subscription.ts";
import { openSession, type Session } from "./ws/session.ts";
import { createStreamWrites } from "./ws/stream-writes.ts";
import { serveWs } from "./ws/ws-server.ts";

/** A venue that is open: as a function, as sessions, and, when asked, on a port. */
export type SimulatedVenue = Readonly<{
  /** All of REST. Rejects with ConnectionLost where a planned fault takes the connection away. */
  handle: Service;
  /** A connection without a socket. */
  openSession: (side: SessionSide, sink: FrameSink) => Session;
  listen: (options: ListenOptions) => Promise<Result<VenueAddress, Fault>>;
  /** Opens the admin door on a port of its own; it never shares one with clients. */
  listenAdmin: (options: ListenOptions) => Promise<Result<string, Fault>>;
  clock: VenueClock;
  faults: FaultInjector;
  counters: Counters;
  accounts: readonly VenueAccount[];
  oracle: Oracle;
  floor: Floor;
  openedMs: number;
  /** What moves each instrument, for people. */
  marketLabels: readonly string[];
  close: () => Promise<void>;
}>;

export type VenueAddress = Readonly<{
  host: string;
  port: number;
  /** For `urls.api.rest` of ccxt and `baseUrl` of okx-api. */
  restUrl: string;
  /** Without the side: /public, /private, /business follow. */
  streamUrl: string;
}>;

export type VenueParts = Readonly<{
  options: Readonly<{ seed: number; mode: ClockMode; rateLimits: boolean }>;
  roster: VenueRoster;
  keys: KeyRing;
  machine: MachineClock;
  clock: VenueClock;
  floor: Floor;
  driver: MarketDriver;
  faults: FaultInjector;
  counters: Counters;
  journal: Journal | null;
  openedMs: number;
  marketLabels: readonly string[];
}>;

/** Joins engine, market and language; the order of listeners is the order of pushes. */
export function assembleVenue(parts: VenueParts): SimulatedVenue {
  const { floor, clock, faults, counters, keys, journal, openedMs } = parts;
  const limits = parts.options.rateLimits ? createRateLimits(clock.nowMs) : noRateLimits;
  const service = serviceParts(parts, limits);
  const hub = createHub(faults, counters);
  const greet = joinChannels(parts, hub);
  const oracle = createOracle(floor, keys.nameOf);
  floor.listen(oracle.hear);
  floor.listen((events) => {
    for (const { type } of events) counters.count("events", type);
  });
  const { gate } = service;
  const writes = createStreamWrites(service);
  const sessionParts = { floor, clock, gate, hub, limits, counters, writes, greet };
  const nextConnId = connIds(parts.options.seed);
  const handle = createService(service);
  const closers: (() => Promise<void> | void)[] = [];
  const open = (side: SessionSide, peer: string, sink: FrameSink): Session =>
    openSession({ connId: nextConnId(), side, peer, sink }, sessionParts);

  const venue: SimulatedVenue = {
    handle,
    openSession: (side, sink) => open(side, "in-process", sink),
    listen: (options) => listen(options, { handle, open, limits, closers }, parts),
    listenAdmin: (options) => listenAdmin(options, venue, closers, parts.roster.adminToken),
    clock,
    faults,
    counters,
    accounts: keys.accounts,
    oracle,
    floor,
    openedMs,
    marketLabels: parts.marketLabels,
    close: async () => {
      clock.close();
      for (const close of closers.splice(0)) await close();
      journal?.close();
    },
  };
  return venue;
}

function serviceParts(parts: VenueParts, limits: RateLimits): ServiceParts {
  const { floor, clock, driver, faults, counters, keys, roster, machine, openedMs } = parts;
  const skewMs = (): number => {
    if (!faults.has("clock_skew")) return 0;
    return faults.strike("clock_skew", clockPoint)?.ms ?? 0;
  };
  const closed = createClosedPositions();
  floor.listen(closed.hear);
  const gate: Gatekeeper = {
    keys,
    environment: roster.environment,
    isFresh: createSignatureAge(clock, machine.nowMillis, skewMs),
  };
  const routes = createHandlers({
    floor,
    market: driver.view,
    dollars: createDollarPrices(floor),
    faults,
    closed,
    books: createBookTap(floor.exchange, faults, clock.nowMs),
    openedMs,
    skewMs,
    counters,
  });
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      machine.after(ms, resolve);
    });
  return { floor, clock, routes, keys, gate, limits, faults, counters, wait };
}

const clockPoint = {
  endpoint: "clock",
  account: null,
  channel: null,
  instId: null,
  clOrdIds: [],
} as const;

/** Channels hear what happens; gives the first messages of a subscription. */
function joinChannels(
  parts: VenueParts,
  hub: ReturnType<typeof createHub>,
): (to: Subscription) => void {
  const { floor, clock, driver, faults } = parts;
  const dollars = createDollarPrices(floor);
  const books = createBookTap(floor.exchange, faults, clock.nowMs);
  const market = createMarketChannels({ floor, clock, driver, books, hub });
  const account = createAccountChannels({
    floor,
    clock,
    market: driver.view,
    dollars,
    faults,
    hub,
  });
  driver.onMove(market.moved);
  floor.listen(account.hear);
  floor.listen(market.hear);
  return (to) => {
    if (to.channel.family === "instruments") {
      const rows = floor.catalog.rows.filter(({ instType }) => instType === to.arg["instType"]);
      hub.push(to, JSON.stringify(rows));
    } else if (to.channel.needsLogin) {
      account.greet(to);
    } else {
      market.greet(to);
    }
  };
}

/** Eight hex digits: a function of the seed and a counter, like every id here. */
function connIds(seed: number): () => string {
  let count = 0;
  return () => {
    count += 1;
    return ((Math.imul(seed + 1, 0x9e3779b1) + Math.imul(count, 0x85ebca6b)) >>> 0)
      .toString(16)
      .padStart(8, "0");
  };
}

type Serving = Readonly<{
  handle: Service;
  open: (side: SessionSide, peer: string, sink: FrameSink) => Session;
  limits: RateLimits;
  closers: (() => Promise<void> | void)[];
}>;

/** OKX takes three new connections of one address in a second. */
const connectLimit = { count: 3, perMs: 1000 };

async function listen(
  options: ListenOptions,
  { handle, open, limits, closers }: Serving,
  { counters, machine }: VenueParts,
): Promise<Result<VenueAddress, Fault>> {
  const oversized = plainAnswer(413, "Request Entity Too Large");
  const http = await serveHttp(handle, () => oversized, options);
  if (!http.ok) return http;
  const { server, host, port } = http.value;
  const ws = serveWs(server, {
    open: ({ side, peer, send, cut }) => open(side, peer, { send, cut }),
    mayConnect: (peer) => limits.takePlain(`connect|${peer}`, connectLimit),
    counters,
    nowMs: machine.nowMillis,
  });
  closers.push(() => {
    ws.close();
    return http.value.close();
  });
  const authority = authorityOf(host, port);
  return ok({
    host,
    port,
    restUrl: `http://${authority}`,
    streamUrl: `ws://${authority}/ws/v5`,
  });
}

async function listenAdmin(
  options: ListenOptions,
  venue: SimulatedVenue,
  closers: Serving["closers"],
  token: string,
): Promise<Result<string, Fault>> {
  const oversized = plainAnswer(413, "Request Entity Too Large");
  const http = await serveHttp(createAdminService(venue, token), () => oversized, options);
  if (!http.ok) return http;
  closers.push(http.value.close);
  return ok(`http://${authorityOf(http.value.host, http.value.port)}/admin`);
}

function authorityOf(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
