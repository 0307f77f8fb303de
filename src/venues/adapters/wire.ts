import type { OkxKey, RequestByEndpoint } from "#okx";
import type { SendGate } from "../switch/send-gate.ts";

/** What the port asks of a venue; every adapter can ask all of it. */
export type PortEndpoint =
  | "time"
  | "status"
  | "instruments"
  | "ticker"
  | "books"
  | "candles"
  | "mark_price"
  | "index_tickers"
  | "funding_rate"
  | "account_config"
  | "balance"
  | "positions"
  | "leverage_info"
  | "trade_fee"
  | "orders_pending"
  | "algos_pending"
  | "order"
  | "orders_history"
  | "fills_history"
  | "bills"
  | "place_order"
  | "amend_order"
  | "cancel_order"
  | "cancel_algos"
  | "cancel_all_after"
  | "set_leverage";

export type WireRequest<N extends PortEndpoint = PortEndpoint> = Readonly<{
  name: N;
  params: RequestByEndpoint[N];
  /** The venue discards the request after this time of its clock; null: no bound. */
  expTimeMs: number | null;
}>;

/** How a request went, as far as this process can tell. `sent` is what left, where it is known. */
export type WireAnswer = Readonly<{ sent: unknown }> &
  (
    | Readonly<{ state: "answered"; httpStatus: number; body: unknown }>
    /** It may have arrived: no answer can be relied on. */
    | Readonly<{ state: "lost"; error: "timeout" | "connection_error"; message: string }>
    /** It never left, and would not have arrived. */
    | Readonly<{
        state: "not_sent";
        error: "connection_error" | "request_exception";
        message: string;
      }>
  );

/** Sends one request and never throws: a library's errors end here. */
export type Wire = (request: WireRequest) => Promise<WireAnswer>;

/** Where a venue is and who asks. */
export type VenueAccess = Readonly<{
  /** Scheme, host and port of the REST service. */
  baseUrl: string;
  /** What `/public`, `/private` and `/business` are appended to; null: no streams. */
  streamUrl: string | null;
  /** Null: public data only. */
  key: OkxKey | null;
  demo: boolean;
  timeoutMs: number;
  gate: SendGate;
  /** Epoch ms of this machine, for the call records. */
  nowMs: () => number;
}>;
