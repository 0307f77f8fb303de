import type { VenueAccess } from "./wire.ts";

/** The part of ccxt's okx that is used here; the class comes from the library at run time. */
export type CcxtOkx = {
  urls: Record<string, unknown>;
  options: Record<string, unknown>;
  headers: Record<string, string>;
  request(
    path: string,
    api: "public" | "private",
    method: string,
    params: unknown,
  ): Promise<unknown>;
  /** A dictionary of url, method, body and headers. */
  sign(...args: readonly unknown[]): Record<string, unknown>;
  fetch(url: string, method: string, headers: unknown, body: unknown): Promise<unknown>;
  onRestResponse(...args: readonly unknown[]): string;
  handleMessage(client: unknown, message: unknown): unknown;
  setSandboxMode(enable: boolean): void;
  loadFetchImplementation(): Promise<void>;
  loadHttpProxyAgent(): Promise<unknown>;
  loadMarkets(): Promise<unknown>;
  setMarketsFromExchange(source: CcxtOkx): unknown;
  safeSymbol(id: string): string;
  close(): Promise<unknown>;
} & CcxtWatches;

/** Each waits for the next message of its channel. */
export type CcxtWatches = {
  watchTicker(symbol: string): Promise<unknown>;
  watchOrderBook(symbol: string): Promise<unknown>;
  watchTrades(symbol: string): Promise<unknown>;
  watchMarkPrice(symbol: string): Promise<unknown>;
  watchFundingRate(symbol: string): Promise<unknown>;
  watchOHLCV(symbol: string, timeframe: string): Promise<unknown>;
  watchOrders(symbol: string): Promise<unknown>;
  watchBalance(): Promise<unknown>;
  watchPositions(symbols: string[]): Promise<unknown>;
};

type ConnectOptions = Pick<VenueAccess, "baseUrl" | "streamUrl" | "key" | "demo" | "timeoutMs">;

/** An okx client of ccxt pro that speaks to another address. Loads the library (half a second). */
export async function createCcxtClient(access: ConnectOptions): Promise<CcxtOkx> {
  const library = await import("ccxt");
  const { key, timeoutMs } = access;
  const client: CcxtOkx = Reflect.construct(library.default.pro.okx, [
    {
      // The broker keeps the budget of requests; a second queue would only hide latency.
      enableRateLimit: false,
      timeout: timeoutMs,
      ...(key === null ? {} : { apiKey: key.apiKey, secret: key.secret, password: key.passphrase }),
    },
  ]);
  if (access.demo) client.setSandboxMode(true);
  client.urls["api"] = { rest: access.baseUrl.replace(/\/+$/, ""), ws: access.streamUrl ?? "" };
  // Later clients and views find the transport in place, and a write waits for no module.
  await client.loadFetchImplementation();
  // The library takes any address that is not encrypted for that of a proxy.
  await client.loadHttpProxyAgent();
  return client;
}
