import type { AgentDetail } from "../../artifacts/orders/decision-trace.ts";
import type { OrderAttempt } from "../../artifacts/orders/order-attempts.ts";
import type { OneShotProof } from "../../artifacts/orders/order-manifest.ts";
import { toUnits } from "./exact-decimal.ts";
import { endOf } from "./order-book.ts";
import {
  type OrderClaim,
  type OrderReport,
  type OrderRun,
  type Settled,
  wholeFile,
} from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

/**
 * Step 94: one order, marked beforehand, followed from the decision of an agent to the exchange's
 * books. It proves that the whole chain works, so it must be an agent's order and no self test.
 */
export const step94OneShotClosure: OrderClaim<"decision" | "attempt" | "fill" | "bill"> = {
  id: "step94_one_shot_closure",
  clause: "docs/contracts/orders.md#step-94",
  reads: ["decision_trace", "order_attempts", "orders_history"],
  notApplicable: ({ manifest }) => {
    const asked = manifest.orders.oneshot_closure_proof?.enabled === true;
    return withoutVenue(manifest.orders.mode) ?? (asked ? null : "one_shot_not_enabled");
  },
  start(run, report) {
    const proof = run.manifest.orders.oneshot_closure_proof;
    const found: Found = { decision: null, attempt: null, fills: 0, bills: 0 };

    return {
      on: {
        decision(line, at): void {
          if (line.record_type !== "agent_detail" || !line.oneshot) return;
          report.count();
          if (found.decision !== null) {
            report.finding("one_shot_repeated", at, "a second decision carries the marker");
          }
          found.decision ??= line;
        },
        attempt(attempt): void {
          if (attempt.operation !== "place") return;
          if (attempt.client_order_id === proof?.client_order_id) found.attempt ??= attempt;
        },
        fill: (row) => void (found.fills += row.ordId === proof?.ordId ? 1 : 0),
        bill: (row) => void (found.bills += row.ordId === proof?.ordId ? 1 : 0),
      },
      end(settled): void {
        if (proof === null) return;
        checkChain(run, proof, found, report);
        checkSettled(proof, settled, report);
      },
    };
  },
};

type Found = {
  decision: AgentDetail | null;
  attempt: OrderAttempt | null;
  fills: number;
  bills: number;
};

const at = { ...wholeFile("run_manifest.json"), field: "oneshot_closure_proof" };

function checkChain(run: OrderRun, proof: OneShotProof, found: Found, report: OrderReport): void {
  const { decision, attempt } = found;
  const require = (holds: boolean, detail: string): void => {
    report.count();
    if (!holds) report.finding("one_shot_broken", at, detail);
  };
  require(decision !== null, "no decision carries the one-shot marker");
  if (decision !== null) {
    require(decision.agent_id_hash ===
      proof.agent_id_hash, "the marked decision is another agent's");
    require(decision.tick === proof.tick, `decided in tick ${decision.tick}, not ${proof.tick}`);
    require(decision.intent_action === proof.action, `decided ${decision.intent_action}`);
  }
  require(attempt !== null, `${proof.client_order_id} was never tried`);
  if (attempt !== null) {
    const tests = run.manifest.orders.broker_trader_test?.client_order_ids ?? [];
    require(!tests.includes(attempt.client_order_id), "it is an order of the self test");
    require(attempt.flags.oneshot, "its attempt does not carry the one-shot flag");
    require(attempt.agent_id_hash === proof.agent_id_hash, "its attempt is another agent's");
    require(attempt.intent_id === decision?.intent_id, "its attempt is of another intent");
  }
  const entry = run.orders.get(proof.client_order_id ?? "");
  require(entry?.ordId ===
    proof.ordId, `the exchange calls it ${entry?.ordId}, not ${proof.ordId}`);
  // Without an audit the books are not here to look into; the missing files say so.
  if (run.paging.report === null) return;
  const end = entry === null ? null : endOf(entry);
  require(entry !== null &&
    entry.historyState !== null &&
    end !== null, "the exchange's history shows no end of it");
  if (end === null || toUnits(end.filled) === 0n) return;
  require(found.fills > 0, "it was filled, but no fill names its order");
  require(found.bills > 0, "it was filled, but no bill names its order");
}

function checkSettled(proof: OneShotProof, settled: Settled, report: OrderReport): void {
  const due = settled("step88_order_confirmation")?.verdict ?? "NOT_MEASURABLE";
  report.count(2);
  if (proof.step88_verdict !== due) {
    const place = { ...at, field: "oneshot_closure_proof.step88_verdict" };
    report.finding("one_shot_broken", place, `${proof.step88_verdict} there, ${due} found here`);
  }
  for (const id of ["step93_agent_roster", "step88_order_confirmation"]) {
    const verdict = settled(id)?.verdict ?? "NOT_MEASURABLE";
    const place = wholeFile(orderFileNames.order_attempts);
    if (verdict === "FAIL") report.finding("one_shot_rests_on_failed", place, `${id} is FAIL`);
    else if (verdict !== "PASS")
      report.gap("one_shot_rests_on_unknown", place, `${id}: ${verdict}`);
  }
}
