/** A fault during a run: what is armed, and what the run must come to. */
export type FaultRow = Readonly<{
  what: string;
  rules: readonly unknown[];
  /** Verdict of the evidence, or the code of the refusal where there is no run. */
  comes: "PASS" | "NOT_MEASURABLE" | Readonly<{ refused: string }>;
  /** Where the fault is on record in the run: failures in its basket, lines of its errors. */
  leaves: "basket" | "errors" | "both" | "nothing";
  /** What a stream of the run's orders sees of it. */
  stream?: "twice" | "lost" | "cut";
}>;

const placing = { endpoint: "POST /api/v5/trade/order" };
const asking = (path: string): Readonly<{ endpoint: string }> => ({
  endpoint: `GET /api/v5/${path}`,
});
/** From the first tick on; what was asked before was answered. */
const later = { from_ms: 61_000 };
const twice = { ...placing, nth: [2, 9] };

/** Orders, questions, markets and frames: every kind of the fault plan at least once. */
export const faultRows: readonly FaultRow[] = [
  {
    what: "answers that come too late",
    rules: [{ match: twice, fault: { kind: "latency", ms: 1500, when: "after" } }],
    comes: "PASS",
    leaves: "basket",
  },
  {
    what: "requests that are lost",
    rules: [{ match: twice, fault: { kind: "drop_request" } }],
    comes: "PASS",
    leaves: "basket",
  },
  {
    what: "answers that are lost",
    rules: [{ match: twice, fault: { kind: "drop_answer" } }],
    comes: "PASS",
    leaves: "basket",
  },
  {
    what: "too many requests",
    rules: [{ match: twice, fault: { kind: "http_429" } }],
    comes: "PASS",
    leaves: "basket",
  },
  {
    what: "server errors before orders were taken",
    rules: [{ match: twice, fault: { kind: "http_5xx", status: 503, when: "before" } }],
    comes: "PASS",
    leaves: "basket",
  },
  {
    what: "server errors after orders were taken",
    rules: [{ match: twice, fault: { kind: "http_5xx", status: 502, when: "after" } }],
    comes: "PASS",
    leaves: "basket",
  },
  {
    what: "maintenance of a moment",
    rules: [{ match: { ...later, times: 14 }, fault: { kind: "maintenance" } }],
    comes: "PASS",
    leaves: "basket",
  },
  {
    what: "maintenance to the end",
    rules: [{ match: later, fault: { kind: "maintenance" } }],
    comes: "NOT_MEASURABLE",
    leaves: "both",
  },
  {
    what: "pages of the auditor that never come",
    rules: [
      {
        match: asking("trade/orders-history*"),
        fault: { kind: "http_5xx", status: 500, when: "before" },
      },
    ],
    comes: "NOT_MEASURABLE",
    leaves: "basket",
  },
  {
    what: "books that stand still",
    rules: [{ match: {}, fault: { kind: "stale_books" } }],
    comes: "PASS",
    leaves: "nothing",
  },
  {
    what: "books that fill in parts",
    rules: [{ match: {}, fault: { kind: "partial_fill", max_sz: "1" } }],
    comes: "PASS",
    leaves: "nothing",
  },
  {
    what: "prices that stand still",
    rules: [{ match: {}, fault: { kind: "frozen_price" } }],
    comes: "PASS",
    leaves: "nothing",
  },
  {
    what: "positions that read as none once",
    rules: [
      { match: { ...asking("account/positions"), nth: 5 }, fault: { kind: "empty_positions" } },
    ],
    comes: "PASS",
    leaves: "errors",
  },
  {
    what: "positions that read as none to the end",
    rules: [
      { match: { ...asking("account/positions"), ...later }, fault: { kind: "empty_positions" } },
    ],
    comes: "NOT_MEASURABLE",
    leaves: "errors",
  },
  {
    what: "a clock that is off from the start",
    rules: [{ match: {}, fault: { kind: "clock_skew", ms: 120_000 } }],
    comes: { refused: "clock_skewed" },
    leaves: "nothing",
  },
  {
    what: "a clock that is off for a while",
    rules: [{ match: { ...later, times: 14 }, fault: { kind: "clock_skew", ms: 120_000 } }],
    comes: "PASS",
    leaves: "both",
  },
  {
    what: "frames that come twice",
    rules: [{ match: { channel: "orders" }, fault: { kind: "duplicate" } }],
    comes: "PASS",
    leaves: "nothing",
    stream: "twice",
  },
  {
    what: "frames that are lost",
    rules: [{ match: { channel: "orders", nth: [2, 3] }, fault: { kind: "drop_frame" } }],
    comes: "PASS",
    leaves: "nothing",
    stream: "lost",
  },
  {
    what: "a connection that is cut",
    rules: [{ match: { channel: "orders", nth: 3 }, fault: { kind: "disconnect" } }],
    comes: "PASS",
    leaves: "nothing",
    stream: "cut",
  },
];
