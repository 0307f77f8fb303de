import type { Columns, Fields } from "../fields.ts";
import type { EndpointName } from "./types.ts";

/** One REST endpoint. */
export type Endpoint = Readonly<{
  name: EndpointName;
  method: "GET" | "POST";
  path: string;
  auth: EndpointAuth;
  limit: RateLimit;
  /** The kinds of the query (GET), of the JSON body, or of each of its entries (batchMax). */
  request: Fields;
  /** The kinds of one row of `data`. */
  answer: Fields | Columns;
  /** Null where the answer has no pages. */
  paging: Paging | null;
  /** The body is a list of at most this many entries; null: the body is one object. */
  batchMax: number | null;
}>;

/** public: no key; read: a key that may read; trade: a key that may trade. */
export type EndpointAuth = "public" | "read" | "trade";

/** At most `count` requests (of a batch: entries) in any window, for each holder of `scope`. */
export type RateLimit = Readonly<{ count: number; windowMs: number; scope: LimitScope }>;

export type LimitScope =
  | "ip"
  | "ip_instrument"
  | "ip_instrument_type"
  | "user"
  | "user_instrument"
  | "user_instrument_type";

/**
 * Pages come newest first. `after=X` asks for rows older than X, `before=X` for newer ones, X being
 * the `cursor` of a row. `window` says whether `begin` and `end` bound the time as well.
 */
export type Paging = Readonly<{
  cursor: "ts" | "tradeId" | "fundingTime" | "uTime" | "ordId" | "billId" | "algoId";
  defaultLimit: number;
  maxLimit: number;
  window: boolean;
}>;

export function perTwoSeconds(count: number, scope: LimitScope): RateLimit {
  return { count, windowMs: 2000, scope };
}

export function perSecond(count: number, scope: LimitScope): RateLimit {
  return { count, windowMs: 1000, scope };
}
