import type { Exchange } from "ccxt";
import { Defect, err, type Fault, ok, type Result } from "#base";
import { intervalText } from "#market";
import type { Candle, CandleSource, FundingRate, SourceFault } from "./candle-source.ts";
import { askWithRetry, defaultRetry, type RetryPolicy } from "./retry.ts";

/** Which public market to read. */
export type CcxtRequest = Readonly<{
  /** ccxt's id of the exchange: okx, binance, kraken. */
  exchange: string;
  /** ccxt's symbol (`BTC/USDT:USDT`) or the venue's own (`BTC-USDT-SWAP`). */
  symbol: string;
  intervalMs: number;
  /** Another server instead of the venue's: scheme, host and port. */
  baseUrl?: string | undefined;
  /** Least milliseconds between two requests; ccxt's figure for the venue by default. */
  rateLimitMs?: number | undefined;
  retry?: RetryPolicy | undefined;
  signal?: AbortSignal | undefined;
}>;

/**
 * Opens public market data of one symbol through ccxt, which is loaded only here (it takes near
 * half a second). Sends no key. Faults: exchange_unknown, symbol_unknown, interval_unsupported,
 * fetch_failed, fetch_interrupted, venue_refused.
 */
export async function openCcxtSource(request: CcxtRequest): Promise<Result<CandleSource, Fault>> {
  const library = await loadLibrary();
  const { exchange, symbol, intervalMs } = request;
  const constructor: unknown = library.default.exchanges.includes(exchange)
    ? Reflect.get(library.default, exchange)
    : undefined;
  if (typeof constructor !== "function") {
    const message = `ccxt ${library.version} has no exchange ${JSON.stringify(exchange)}`;
    return err({ code: "exchange_unknown", message });
  }
  const client: Exchange = Reflect.construct(constructor, [clientOptions(request)]);
  if (request.baseUrl !== undefined) redirect(client, request.baseUrl);
  refuseBrokenPages(client, library);

  const timeframe = intervalMs === weekMs ? "1w" : intervalText(intervalMs);
  if (!(timeframe in client.timeframes)) {
    const known = Object.keys(client.timeframes).join(", ");
    const message = `${exchange} has no candles of ${timeframe}; it has ${known}`;
    return err({ code: "interval_unsupported", message });
  }
  const ask = async (): Promise<Result<unknown, SourceFault>> =>
    asking(library, async () => client.loadMarkets(true));
  const loaded = await askWithRetry(ask, request.retry ?? defaultRetry, request.signal);
  if (!loaded.ok) {
    await closePool(client);
    return loaded;
  }
  const market = findMarket(client, symbol);
  if (market === null) {
    await closePool(client);
    const message = `${exchange} has no market ${JSON.stringify(symbol)}`;
    return err({ code: "symbol_unknown", message });
  }
  return ok(createSource(library, client, market, { exchange, timeframe }));
}

type Library = Awaited<ReturnType<typeof loadLibrary>>;
/** Loading ccxt takes near half a second, so nobody pays for it who does not fetch. */
async function loadLibrary() {
  return import("ccxt");
}

type MarketName = Readonly<{ symbol: string; id: string; kind: "swap" | "spot" }>;

function createSource(
  library: Library,
  client: Exchange,
  market: MarketName,
  names: Readonly<{ exchange: string; timeframe: string }>,
): CandleSource {
  return {
    exchange: names.exchange,
    market_id: market.id,
    kind: market.kind,
    client: `ccxt ${library.version}`,
    candle_page: 300,
    funding_page: 100,
    candles: async (page) =>
      asking(library, async () => {
        const { symbol } = market;
        const until = page.to_ms - 1;
        const rows: unknown[] = await client.fetchOHLCV(
          symbol,
          names.timeframe,
          page.from_ms,
          page.limit,
          { until },
        );
        return rows.map(toCandle);
      }),
    funding: async (page) =>
      asking(library, async () => {
        // OKX takes `after` as its upper bound and knows no `until` here.
        const until = names.exchange === "okx" ? { after: page.to_ms } : { until: page.to_ms - 1 };
        const rows: unknown[] = await client.fetchFundingRateHistory(
          market.symbol,
          page.from_ms,
          page.limit,
          until,
        );
        return rows.map(toFundingRate);
      }),
    close: async () => closePool(client),
  };
}

/** Idle connections of ccxt's pool would keep the process alive for a minute. */
async function closePool(client: Exchange): Promise<void> {
  const pool: unknown = Reflect.get(client, "fetchDispatcher");
  const end: unknown = isObject(pool) ? Reflect.get(pool, "close") : null;
  if (typeof end === "function") await Reflect.apply(end, pool, []);
}

const weekMs = 604_800_000;

function clientOptions({ exchange, rateLimitMs }: CcxtRequest): object {
  const pace = rateLimitMs === undefined ? {} : { rateLimit: rateLimitMs };
  // Options and dated futures are thousands of names that no bar series here needs.
  const types =
    exchange === "okx" ? { options: { fetchMarkets: { types: ["spot", "swap"] } } } : {};
  return { enableRateLimit: true, timeout: 20_000, ...pace, ...types };
}

/** Sends every request to another origin and leaves paths alone. */
function redirect(client: Exchange, baseUrl: string): void {
  const api = JSON.stringify(client.urls["api"]).replaceAll(/"https?:\/\/[^/"]+/g, `"${baseUrl}`);
  client.urls = { ...client.urls, api: JSON.parse(api) };
}

/**
 * Turns two answers that ccxt takes for final or for empty into errors worth another try: a page
 * cut off on its way parses as no JSON, and ccxt then hands out an empty list, a silent gap; a
 * server error with a JSON body counts as the venue's considered refusal.
 */
function refuseBrokenPages(client: Exchange, library: Library): void {
  const inner = client.onRestResponse.bind(client);
  client.onRestResponse = (...parts): ReturnType<Exchange["onRestResponse"]> => {
    const [status, , , , , body] = parts;
    if (status >= 500) throw new library.ExchangeNotAvailable(`the venue answers HTTP ${status}`);
    if (status === 200 && !isJson(body)) {
      const length = String(body).length;
      throw new library.BadResponse(`the answer is no complete JSON (${length} characters)`);
    }
    return inner(...parts);
  };
}

function isJson(body: unknown): boolean {
  try {
    JSON.parse(String(body));
    return true;
  } catch {
    return false;
  }
}

/** ccxt's symbol first, then the venue's own id of a swap or spot market. */
function findMarket(client: Exchange, symbol: string): MarketName | null {
  const markets: unknown[] = Object.values(client.markets ?? {});
  const named = markets.flatMap((market) => {
    if (!isObject(market)) return [];
    const { symbol: unified, id, swap, spot } = { ...noMarket, ...market };
    const isMatch = unified === symbol || id === symbol;
    if (!isMatch || typeof unified !== "string" || typeof id !== "string") return [];
    if (swap !== true && spot !== true) return [];
    return [{ symbol: unified, id, kind: swap === true ? ("swap" as const) : ("spot" as const) }];
  });
  return named.find((market) => market.symbol === symbol) ?? named[0] ?? null;
}

const noMarket = { symbol: null, id: null, swap: null, spot: null };

/** Runs one call of ccxt and sorts what it throws into worth another try or not. */
async function asking<T>(
  library: Library,
  call: () => Promise<T>,
): Promise<Result<T, SourceFault>> {
  try {
    return ok(await call());
  } catch (cause) {
    if (cause instanceof Defect || !(cause instanceof Error)) throw cause;
    const message = cause.message.replaceAll(/\s+/g, " ").slice(0, 200);
    const retry = cause instanceof library.OperationFailed || isBrokenConnection(cause);
    return err({ code: retry ? "venue_unavailable" : "venue_refused", message, retry });
  }
}

/** Connections that break while a body is read reach us as they are, not as ccxt's own errors. */
function isBrokenConnection(cause: Error): boolean {
  const code = "code" in cause ? String(cause.code) : "";
  return /^(?:UND_ERR|ECONN|EPIPE|ETIMEDOUT)/.test(code) || cause.message === "terminated";
}

function toCandle(row: unknown): Candle {
  const cells: readonly unknown[] = Array.isArray(row) ? row : [];
  const [time, open, high, low, close, volume] = cells;
  return {
    ts_ms: typeof time === "number" ? time : 0,
    open: decimalOf(open),
    high: decimalOf(high),
    low: decimalOf(low),
    close: decimalOf(close),
    volume: decimalOf(volume),
  };
}

function toFundingRate(row: unknown): FundingRate {
  const { timestamp, fundingRate } = { ...noRate, ...(isObject(row) ? row : {}) };
  return {
    ts_ms: typeof timestamp === "number" ? timestamp : 0,
    rate: decimalOf(fundingRate),
  };
}

const noRate = { timestamp: null, fundingRate: null };

/** ccxt turns decimal text into a number; its shortest text is the same decimal again. */
function decimalOf(value: unknown): string {
  return typeof value === "number" || typeof value === "string" ? String(value) : "";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
