import { RestClient } from "okx-api";
import { endpointOf, type OkxKey, type RequestByEndpoint } from "#okx";
import { jsonOf } from "./json-of.ts";
import { transportFailure } from "./transport-error.ts";
import type { PortEndpoint, VenueAccess, Wire, WireRequest } from "./wire.ts";

/**
 * Requests through the methods of okx-api. The library hands out rows alone and drops status, code
 * and text of an answer, so each call has a client of its own whose last step of reading an answer
 * (an option of the library) keeps them. The same step shows what the library really sent.
 */
export function createOkxSdkWire(
  access: Pick<VenueAccess, "baseUrl" | "key" | "demo" | "timeoutMs">,
): Wire {
  return async (request) => {
    const heard: Heard = { httpStatus: null, text: "", sent: request.params };
    const obstacle = whyNot(request, access.key);
    if (obstacle !== null) {
      const { params: sent } = request;
      return { state: "not_sent", error: "request_exception", message: obstacle, sent };
    }
    const client = openClient(access, request, heard);
    try {
      const rows = await methodOf(request.name)(client, request.params);
      const words = jsonOf(heard.text);
      const envelope = typeof words === "object" && words !== null ? words : {};
      // The rows are those that the library gave; the words around them are the venue's.
      const body: unknown = { ...envelope, data: rows };
      return { state: "answered", httpStatus: heard.httpStatus ?? 200, body, sent: heard.sent };
    } catch (error) {
      if (heard.httpStatus === null) return transportFailure(error, sentOf(error, heard));
      const body = jsonOf(heard.text);
      return { state: "answered", httpStatus: heard.httpStatus, body, sent: heard.sent };
    }
  };
}

function whyNot({ name }: WireRequest, key: OkxKey | null): string | null {
  return key === null && endpointOf(name).auth !== "public" ? `${name} needs a key` : null;
}

/** What one call saw of the venue. */
type Heard = { httpStatus: number | null; text: string; sent: unknown };

function openClient(
  { baseUrl, key, demo, timeoutMs }: Pick<VenueAccess, "baseUrl" | "key" | "demo" | "timeoutMs">,
  { expTimeMs }: WireRequest,
  heard: Heard,
): RestClient {
  function keep(this: unknown, data: unknown, _headers: unknown, status?: number): unknown {
    heard.httpStatus = status ?? null;
    heard.text = typeof data === "string" ? data : "";
    heard.sent = sentOf({ config: this }, heard);
    return jsonOf(heard.text);
  }
  return new RestClient(
    {
      baseUrl: baseUrl.replace(/\/+$/, ""),
      demoTrading: demo,
      parse_exceptions: false,
      ...(key === null ? {} : sdkCredentials(key)),
    },
    {
      timeout: timeoutMs,
      maxRedirects: 0,
      transformResponse: [keep],
      headers: expTimeMs === null ? {} : { expTime: String(expTimeMs) },
    },
  );
}

export type SdkCredentials = { apiKey: string; apiSecret: string; apiPass: string };

export function sdkCredentials(key: OkxKey): SdkCredentials {
  return { apiKey: key.apiKey, apiSecret: key.secret, apiPass: key.passphrase };
}

/** The body or query that left, from the library's record of the request. */
function sentOf(source: unknown, { sent }: Heard): unknown {
  const config = member(source, "config");
  const data = member(config, "data");
  if (typeof data === "string") return jsonOf(data);
  return data ?? member(config, "params") ?? sent;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

type Method<N extends PortEndpoint> = (
  client: RestClient,
  params: RequestByEndpoint[N],
) => Promise<unknown>;

/** One method of the library for each request of the port. */
const methods: { readonly [N in PortEndpoint]: Method<N> } = {
  time: async (client) => client.getSystemTime({}),
  status: async (client, params) => client.getSystemStatus(loose(params)),
  instruments: async (client, params) => client.getInstruments(loose(params)),
  ticker: async (client, params) => client.getTicker(params),
  books: async (client, params) => client.getOrderBook(loose(params)),
  candles: async (client, params) => client.getCandles(loose(params)),
  mark_price: async (client, params) => client.getMarkPrice(loose(params)),
  index_tickers: async (client, params) => client.getIndexTickers(loose(params)),
  funding_rate: async (client, params) => client.getFundingRate(params),
  account_config: async (client) => client.getAccountConfiguration(),
  balance: async (client, params) => client.getBalance(loose(params)),
  positions: async (client, params) => client.getPositions(loose(params)),
  leverage_info: async (client, params) => client.getLeverage(loose(params)),
  trade_fee: async (client, params) => client.getFeeRates(loose(params)),
  orders_pending: async (client, params) => client.getOrderList(loose(params)),
  algos_pending: async (client, params) => client.getAlgoOrderList(loose(params)),
  order: async (client, params) => client.getOrderDetails(loose(params)),
  orders_history: async (client, params) => client.getOrderHistory(loose(params)),
  fills_history: async (client, params) => client.getFillsHistory(loose(params)),
  bills: async (client, params) => client.getBills(params),
  place_order: async (client, params) => client.submitOrder(loose(params)),
  amend_order: async (client, params) => client.amendOrder(loose(params)),
  cancel_order: async (client, params) => client.cancelOrder(loose(params)),
  cancel_algos: async (client, params) => client.cancelAlgoOrder([loose(params)]),
  // The library overwrites the tag of every write with its own, of this one too. So the timer is
  // that of its tag: it covers every order that was placed through the library, which is every
  // order of ours, and none that was placed otherwise. A timer of the account it can neither set
  // nor stop.
  cancel_all_after: async (client, params) => client.cancelAllAfter(params),
  set_leverage: async (client, params) => client.setLeverage(loose(params)),
};

function methodOf(name: PortEndpoint): Method<PortEndpoint> {
  // Each entry takes the parameters of its own name, and is called with no other.
  return methods[name] as Method<PortEndpoint>;
}

/**
 * The library types some texts as numbers, or as narrower unions than OKX documents; it passes on
 * what it is given. So the fields are checked by our own request types and handed over as they are.
 */
function loose(params: object): never {
  return params as never;
}
