import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExchangeApiCall, OrderAttempt, OrderLines, OrderStatusSample } from "#evidence";

/** One order, joined from what the run recorded of it; the auditor trusts nothing else. */
export type OwnOrder = {
  readonly clOrdId: string;
  readonly agentHash: string | null;
  readonly lifecycleScope: string | null;
  readonly side: "buy" | "sell";
  readonly requestedSz: string;
  readonly instId: string;
  readonly tick: number | null;
  readonly reduceOnly: boolean;
  readonly oneshot: boolean;
  readonly intentId: string;
  readonly attemptLine: number;
  ordId: string | null;
  sent: boolean;
  /** `refused`: a gate of ours. */
  outcome: "ok" | "rejected" | "error" | "refused" | null;
  reasonCode: string | null;
  acknowledged: boolean;
  sentMs: number | null;
  answeredMs: number | null;
  lastSample: OrderStatusSample | null;
  /** When a sample first showed a fill, and when one first showed the end. */
  firstFillSeenMs: number | null;
  endSeenMs: number | null;
};

export type OwnEvidence = Readonly<{
  orders: ReadonlyMap<string, OwnOrder>;
  byOrdId: ReadonlyMap<string, OwnOrder>;
  attempts: readonly OrderAttempt[];
  calls: readonly ExchangeApiCall[];
  samples: readonly OrderStatusSample[];
}>;

/** Reads attempts, calls and samples of a run whose writers have landed them. */
export function readOwnEvidence(directory: string): OwnEvidence {
  const attempts = readOrderLines(directory, "order_attempts");
  const calls = readOrderLines(directory, "exchange_api_calls");
  const samples = readOrderLines(directory, "order_status_samples");
  const orders = new Map<string, OwnOrder>();
  for (const [index, attempt] of attempts.entries()) takeAttempt(orders, attempt, index + 1);
  for (const call of calls) takeCall(orders, call);
  for (const sample of samples) takeSample(orders, sample);
  const byOrdId = new Map<string, OwnOrder>();
  for (const order of orders.values()) if (order.ordId !== null) byOrdId.set(order.ordId, order);
  return { orders, byOrdId, attempts, calls, samples };
}

/** Lines that this process wrote and checked before; a file that is not there has none. */
function readOrderLines<File extends keyof OrderLines>(
  directory: string,
  file: File,
): readonly OrderLines[File][] {
  const text = readText(join(directory, `${file}.jsonl`));
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as OrderLines[File]);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "";
    throw cause;
  }
}

function takeAttempt(orders: Map<string, OwnOrder>, attempt: OrderAttempt, line: number): void {
  if (attempt.operation !== "place") return;
  const order = orders.get(attempt.client_order_id) ?? opened(attempt, line);
  orders.set(order.clOrdId, order);
  const ms = Date.parse(attempt.ts_utc);
  if (attempt.status === "sending") {
    order.sent = true;
    order.sentMs ??= ms;
  } else {
    const refused = attempt.gate.gate_decision === "reject";
    order.outcome = refused ? "refused" : attempt.status;
    order.reasonCode = attempt.reason_code;
    if (!refused) order.answeredMs = ms;
  }
  order.ordId ??= attempt.exchange_ids.ordId;
}

function opened(attempt: OrderAttempt, attemptLine: number): OwnOrder {
  return {
    clOrdId: attempt.client_order_id,
    agentHash: attempt.agent_id_hash,
    lifecycleScope: attempt.lifecycle_scope,
    side: attempt.params.side,
    requestedSz: attempt.params.requested_sz,
    instId: attempt.params.inst_id,
    tick: attempt.tick,
    reduceOnly: attempt.params.reduce_only,
    oneshot: attempt.flags.oneshot,
    intentId: attempt.intent_id,
    attemptLine,
    ordId: null,
    sent: false,
    outcome: null,
    reasonCode: null,
    acknowledged: false,
    sentMs: null,
    answeredMs: null,
    lastSample: null,
    firstFillSeenMs: null,
    endSeenMs: null,
  };
}

function takeCall(orders: Map<string, OwnOrder>, call: ExchangeApiCall): void {
  if (call.operation !== "place" || call.clOrdId === null) return;
  const order = orders.get(call.clOrdId);
  const status = call.http_status ?? 0;
  const answered = call.error_type === null && status >= 200 && status <= 299;
  if (order === undefined || !answered || (call.sCode ?? call.code) !== "0") return;
  order.acknowledged = true;
  order.ordId ??= call.ordId;
}

function takeSample(orders: Map<string, OwnOrder>, sample: OrderStatusSample): void {
  const order = orders.get(sample.clOrdId);
  if (order === undefined) return;
  const ms = Date.parse(sample.ts_utc);
  order.ordId ??= sample.ordId;
  order.lastSample = sample;
  if (/[1-9]/.test(sample.accFillSz)) order.firstFillSeenMs ??= ms;
  if (isEnd(sample.state)) order.endSeenMs ??= ms;
}

/** States after which an order does not change any more. */
export function isEnd(state: OrderStatusSample["state"]): boolean {
  return ["filled", "canceled", "mmp_canceled", "rejected"].includes(state);
}
