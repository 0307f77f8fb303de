import type { OrderHistoryRow } from "../../artifacts/orders/audit-rows.ts";
import { type ExchangeApiCall, isAcknowledged } from "../../artifacts/orders/exchange-api-calls.ts";
import type { LifecycleScope, OrderAttempt } from "../../artifacts/orders/order-attempts.ts";
import {
  isTerminal,
  type OrderState,
  type OrderStatusSample,
} from "../../artifacts/orders/order-status-samples.ts";
import { type Amendment, createAmendments } from "./asked-sizes.ts";
import type { At } from "./order-claim.ts";

/** One order of ours, joined over attempts, calls, samples and the exchange's history. */
export type OrderEntry = Readonly<{
  clientOrderId: string;
  /** Its first line in order_attempts.jsonl. */
  at: At;
  agentIdHash: string | null;
  lifecycleScope: LifecycleScope | null;
  instId: string;
  side: "buy" | "sell";
  /** By its place attempt. */
  requested: string;
  /** Of its size, in the order of the attempts that left. */
  amendments: Amendment[];
  oneshot: boolean;
  /** Whether a request to place it left. */
  sent: boolean;
  /** What the attempt says became of the request; null while nothing is said. */
  outcome: "ok" | "rejected" | "error" | "refused" | null;
  /** Line of the attempt that last told an outcome. */
  outcomeLine: number;
  /** Whether an answer of the exchange in exchange_api_calls.jsonl took it. */
  acknowledged: boolean;
  /** The first id the exchange gave it, from wherever it came first. */
  ordId: string | null;
  /** How often it was sampled, and the last state that was. */
  samples: number;
  sampledState: OrderState | null;
  sampledFill: string;
  historyState: OrderState | null;
  historyFill: string;
  historySize: string | null;
  /** Its line in orders_history.jsonl. */
  historyLine: number;
}>;

/**
 * Every order of the run by the id that we gave it and by the id that the exchange gave it. It
 * holds one entry of about 400 bytes for each order.
 */
export type OrderBook = Readonly<{
  readonly size: number;
  get: (clientOrderId: string) => OrderEntry | null;
  byOrdId: (ordId: string) => OrderEntry | null;
  /** In the order of their first attempts. */
  entries: () => Iterable<OrderEntry>;
}>;

export type OrderBookWriter = OrderBook &
  Readonly<{
    attempt: (attempt: OrderAttempt, at: At) => void;
    call: (call: ExchangeApiCall) => void;
    sample: (sample: OrderStatusSample) => void;
    history: (row: OrderHistoryRow, line: number) => void;
  }>;

type Draft = { -readonly [Key in keyof OrderEntry]: OrderEntry[Key] };

export function createOrderBook(): OrderBookWriter {
  const byClientId = new Map<string, Draft>();
  const byExchangeId = new Map<string, Draft>();
  const amendments = createAmendments();

  function learnOrdId(entry: Draft, ordId: string | null): void {
    if (ordId === null) return;
    entry.ordId ??= ordId;
    if (!byExchangeId.has(ordId)) byExchangeId.set(ordId, entry);
  }

  function open(attempt: OrderAttempt, at: At): Draft {
    const known = byClientId.get(attempt.client_order_id);
    if (known !== undefined) return known;
    const entry = draftOf(attempt, at);
    byClientId.set(attempt.client_order_id, entry);
    return entry;
  }

  return {
    get size(): number {
      return byClientId.size;
    },
    get: (clientOrderId) => byClientId.get(clientOrderId) ?? null,
    byOrdId: (ordId) => byExchangeId.get(ordId) ?? null,
    entries: () => byClientId.values(),
    attempt(attempt, at): void {
      if (attempt.operation === "replace") {
        amendments.attempt(attempt, byClientId.get(attempt.client_order_id)?.amendments ?? null);
      }
      if (attempt.operation !== "place") return;
      const entry = open(attempt, at);
      if (attempt.status === "sending") entry.sent = true;
      else {
        const refused = attempt.gate.gate_decision === "reject";
        // What a gate of ours refuses later changes nothing for the order that left.
        if (!(refused && entry.sent)) {
          entry.outcome = refused ? "refused" : attempt.status;
          entry.outcomeLine = at.line ?? 0;
        }
      }
      learnOrdId(entry, attempt.exchange_ids.ordId);
    },
    call(call): void {
      if (!isAcknowledged(call)) return;
      amendments.acknowledged(call);
      const entry = byClientId.get(call.clOrdId ?? "");
      if (call.operation !== "place" || entry === undefined) return;
      entry.acknowledged = true;
      learnOrdId(entry, call.ordId);
    },
    sample(sample): void {
      const entry = byClientId.get(sample.clOrdId);
      if (entry === undefined) return;
      entry.samples += 1;
      entry.sampledState = sample.state;
      entry.sampledFill = sample.accFillSz;
      learnOrdId(entry, sample.ordId);
    },
    history(row, line): void {
      const entry = byClientId.get(row.clOrdId ?? "") ?? byExchangeId.get(row.ordId);
      if (entry === undefined) return;
      entry.historyState = row.state;
      entry.historyFill = row.accFillSz;
      entry.historySize = row.sz;
      entry.historyLine = line;
      learnOrdId(entry, row.ordId);
    },
  };
}

/** How an order ended, and how much of it was filled; from samples, else from the history. */
export type OrderEnd = Readonly<{
  state: OrderState;
  filled: string;
  source: "samples" | "history";
}>;

export function endOf(entry: OrderEntry): OrderEnd | null {
  const { sampledState, historyState } = entry;
  if (sampledState !== null && isTerminal(sampledState)) {
    return { state: sampledState, filled: entry.sampledFill, source: "samples" };
  }
  if (historyState !== null && isTerminal(historyState)) {
    return { state: historyState, filled: entry.historyFill, source: "history" };
  }
  return null;
}

/** Whether the exchange ever had this order, whoever says so. */
export function wasTaken(entry: OrderEntry): boolean {
  if (entry.acknowledged || entry.outcome === "ok" || entry.historyState !== null) return true;
  const { sampledState } = entry;
  return sampledState !== null && sampledState !== "not_found" && sampledState !== "unknown";
}

function draftOf(attempt: OrderAttempt, at: At): Draft {
  return {
    clientOrderId: attempt.client_order_id,
    at,
    agentIdHash: attempt.agent_id_hash,
    lifecycleScope: attempt.lifecycle_scope,
    instId: attempt.params.inst_id,
    side: attempt.params.side,
    requested: attempt.params.requested_sz,
    amendments: [],
    oneshot: attempt.flags.oneshot,
    sent: false,
    outcome: null,
    outcomeLine: 0,
    acknowledged: false,
    ordId: null,
    samples: 0,
    sampledState: null,
    sampledFill: "0",
    historyState: null,
    historyFill: "0",
    historySize: null,
    historyLine: 0,
  };
}
