/** Every condition given must hold; none given means always. */
export type FaultMatch = Readonly<{
  /** `POST /api/v5/trade/order`, a path, `ws order`, `push orders`, or a prefix ending in `*`. */
  endpoint?: string | undefined;
  /** Channel of a push or subscription: `orders`, `books`, or a prefix ending in `*`. */
  channel?: string | undefined;
  inst_id?: string | undefined;
  account?: string | undefined;
  cl_ord_id_prefix?: string | undefined;
  /** Fires for the n-th thing that meets the conditions above, counted from 1, or for several. */
  nth?: number | readonly number[] | undefined;
  /** Fires for each n-th one. */
  every?: number | undefined;
  /** Drawn from the rule's own stream of the venue's seed. */
  probability?: number | undefined;
  /** Milliseconds of venue time after the opening; `to_ms` is exclusive. */
  from_ms?: number | undefined;
  to_ms?: number | undefined;
  /** Fires at most so often. */
  times?: number | undefined;
}>;

/** Before a request is executed, or after it and before its answer leaves. */
export type FaultMoment = "before" | "after";

export type PlannedFault =
  /** The request waits `ms` of wall time before it is executed, or its answer after it. */
  | Readonly<{ kind: "latency"; ms: number; when: FaultMoment }>
  /** The request never arrives: the connection is reset, nothing was executed. */
  | Readonly<{ kind: "drop_request" }>
  /** The request was executed; the connection is reset in place of an answer. */
  | Readonly<{ kind: "drop_answer" }>
  /** A WebSocket frame is sent twice. */
  | Readonly<{ kind: "duplicate" }>
  /** A WebSocket frame is lost on its way to the client. */
  | Readonly<{ kind: "drop_frame" }>
  | Readonly<{ kind: "http_429" }>
  | Readonly<{ kind: "http_5xx"; status: 500 | 502 | 503 | 504; when: FaultMoment }>
  /** The WebSocket connection is cut. */
  | Readonly<{ kind: "disconnect" }>
  /** Books stay as they were when the fault began: REST answers and pushes alike. */
  | Readonly<{ kind: "stale_books" }>
  /** 50001 and HTTP 503 for what matches; `system/status` tells so. */
  | Readonly<{ kind: "maintenance" }>
  /** What others offer is cut to `max_sz` at each level (contracts, or base currency for spot). */
  | Readonly<{ kind: "partial_fill"; max_sz: string }>
  /** Positions read as an empty list, as OKX's demo does at times. */
  | Readonly<{ kind: "empty_positions" }>
  /** The market stands still while its time stamps go on. */
  | Readonly<{ kind: "frozen_price" }>
  /** The venue's clock as clients see it is off by so much. */
  | Readonly<{ kind: "clock_skew"; ms: number }>;

export type FaultKind = PlannedFault["kind"];

export type FaultRule = Readonly<{
  id?: string | undefined;
  match: FaultMatch;
  fault: PlannedFault;
}>;

export type FaultPlan = Readonly<{
  schema_version: "venue-faults/1";
  rules: readonly FaultRule[];
}>;

export const emptyPlan: FaultPlan = { schema_version: "venue-faults/1", rules: [] };
