import { type ExchangeApiCall, isAcknowledged } from "../../artifacts/orders/exchange-api-calls.ts";
import type { AttemptStatus, OrderAttempt } from "../../artifacts/orders/order-attempts.ts";
import { createForeignCancels, isWriteAsQuery } from "./foreign-cancels.ts";
import { wasTaken } from "./order-book.ts";
import type { At, OrderClaim, OrderReport, OrderRun } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";

/** A write that left, until its answer is found. */
type Sent = {
  readonly at: At;
  readonly callId: string;
  readonly clientOrderId: string;
  outcome: Exclude<AttemptStatus, "sending"> | null;
  calls: number;
};

/**
 * P1: behind every write that left stands the answer of the exchange, and what the attempt says of
 * it is what the answer says. An order may have one id of the exchange only. What others left at
 * the account is cancelled before the run begins, and by no attempt. It holds one entry for each
 * attempt.
 */
export const p1Acks: OrderClaim<"preflight" | "attempt" | "api_call" | "sample" | "history"> = {
  id: "step88_p1_acks",
  clause: "docs/contracts/orders.md#p1",
  reads: ["order_attempts", "exchange_api_calls"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const sentByAttempt = new Map<string, Sent>();
    const foreign = createForeignCancels(report);

    function checkOrdId(clientOrderId: string | null, ordId: string | null, at: At): void {
      const entry = run.orders.get(clientOrderId ?? "");
      if (entry === null || ordId === null || entry.ordId === ordId) return;
      const detail = `${entry.clientOrderId} is ${entry.ordId} elsewhere, ${ordId} here`;
      report.finding("p1_ord_id_conflict", at, detail);
    }

    return {
      on: {
        preflight: foreign.preflight,
        attempt(attempt, at): void {
          foreign.attempt(attempt);
          if (attempt.operation === "place") {
            checkOrdId(attempt.client_order_id, attempt.exchange_ids.ordId, at);
          }
          follow(sentByAttempt, attempt, at);
        },
        api_call(call, at): void {
          if (isWriteAsQuery(call)) {
            report.finding("p1_write_as_query", at, `${call.call_id} asks by ${call.endpoint}`);
          }
          if (call.operation === "query") return;
          report.count();
          if (foreign.take(call, at)) return;
          if (call.operation === "place") checkOrdId(call.clOrdId, call.ordId, at);
          const sent = sentByAttempt.get(call.attempt_id ?? "");
          if (sent === undefined) {
            report.finding(
              "p1_call_unknown",
              at,
              `${call.call_id} belongs to no attempt that left`,
            );
          } else checkCall(sent, call, at, report);
        },
        sample: (sample, at) => checkOrdId(sample.clOrdId, sample.ordId, at),
        history: (row, at) => checkOrdId(row.clOrdId, row.ordId, at),
      },
      end(): void {
        checkAnswers(sentByAttempt, run, report);
        foreign.end(run);
      },
    };
  },
};

function follow(sentByAttempt: Map<string, Sent>, attempt: OrderAttempt, at: At): void {
  const { attempt_id: id, status, connector_call: call } = attempt;
  if (status === "sending") {
    const { client_order_id: clientOrderId } = attempt;
    const callId = call?.call_id ?? "";
    if (!sentByAttempt.has(id)) {
      sentByAttempt.set(id, { at, callId, clientOrderId, outcome: null, calls: 0 });
    }
    return;
  }
  const sent = sentByAttempt.get(id);
  if (sent !== undefined) sent.outcome = status;
}

function checkCall(sent: Sent, call: ExchangeApiCall, at: At, report: OrderReport): void {
  sent.calls += 1;
  if (sent.calls > 1) report.finding("p1_call_repeated", at, `${call.attempt_id} has two calls`);
  if (call.call_id !== sent.callId || call.clOrdId !== sent.clientOrderId) {
    const detail = `${call.call_id} of ${call.clOrdId}, the attempt says ${sent.callId}`;
    report.finding("p1_call_differs", at, detail);
  }
  const answer = answerOf(call);
  // An outcome that was never written down contradicts nothing; the order book knows the answer.
  if (sent.outcome === null || sent.outcome === answer) return;
  const detail = `the attempt says ${sent.outcome}, the answer says ${answer}`;
  report.finding("p1_status_contradicts", at, detail);
}

function answerOf(call: ExchangeApiCall): Exclude<AttemptStatus, "sending"> {
  if (isAcknowledged(call)) return "ok";
  const transport = call.error_type !== null && call.error_type !== "api_error";
  const answered = call.http_status !== null && call.http_status < 500;
  return transport || !answered || (call.sCode ?? call.code) === null ? "error" : "rejected";
}

function checkAnswers(
  sentByAttempt: ReadonlyMap<string, Sent>,
  run: OrderRun,
  report: OrderReport,
): void {
  for (const [attempt, sent] of sentByAttempt) {
    report.count();
    if (sent.calls === 0 && sent.outcome !== null) {
      report.finding("p1_call_missing", sent.at, `${attempt} has no call ${sent.callId}`);
    }
    const entry = run.orders.get(sent.clientOrderId);
    const resolved = entry !== null && (wasTaken(entry) || entry.sampledState !== null);
    if ((sent.outcome === null || sent.outcome === "error") && !resolved) {
      report.gap("p1_outcome_unknown", sent.at, `nobody asked what became of ${attempt}`);
    }
    if (sent.outcome === "ok" && entry !== null && entry.ordId === null) {
      report.gap("p1_ord_id_unknown", sent.at, `${sent.clientOrderId} has no id of the exchange`);
    }
  }
}
