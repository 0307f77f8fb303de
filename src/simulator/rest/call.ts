import type { EndpointName, RequestByEndpoint, RowByEndpoint } from "#okx";
import type { Caller } from "../accounts/key-ring.ts";
import type { Reply } from "./reply.ts";

/** Who asks, and until when it may still be done. */
export type Call = Readonly<{
  caller: Caller;
  /** The venue discards orders after this time of its clock; null: never. */
  expiresMs: number | null;
}>;

/** Endpoints whose body is a list of entries, each judged alone. */
export type BatchName = "place_orders" | "cancel_orders" | "amend_orders" | "cancel_algos";

/** Endpoints that take one request and answer rows or a refusal. */
export type SingleName = Exclude<EndpointName, BatchName>;

/** Public endpoints are called without a caller; they never look at one. */
export type SingleHandler<Name extends SingleName> = (
  request: RequestByEndpoint[Name],
  call: Call,
) => Reply<RowByEndpoint[Name]>;

/** One entry of a list; the row says how it went. */
export type EntryHandler<Name extends BatchName> = (
  entry: RequestByEndpoint[Name],
  call: Call,
) => RowByEndpoint[Name];

export type SingleHandlers = Readonly<{ [Name in SingleName]: SingleHandler<Name> }>;
export type EntryHandlers = Readonly<{ [Name in BatchName]: EntryHandler<Name> }>;
