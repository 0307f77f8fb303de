import type { OrderAttempt } from "../../artifacts/orders/order-attempts.ts";
import type { StartupPreflight } from "../../artifacts/orders/startup-preflight.ts";
import { type OrderClaim, type OrderReport, type OrderRun, wholeFile } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

/**
 * Step 93, second half: the run began flat, says so, and what it says is what the preflight and the
 * attempts show. A flatten that found positions but sent nothing did not happen.
 */
export const step93StartupFlatten: OrderClaim<"preflight" | "attempt"> = {
  id: "step93_startup_flatten",
  clause: "docs/contracts/orders.md#step-93-flatten",
  reads: ["startup_preflight", "order_attempts"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    let preflight: StartupPreflight | null = null;
    let placed = 0;
    let agentsBegan = false;

    return {
      on: {
        preflight(record): void {
          preflight = record;
        },
        attempt(attempt, at): void {
          if (attempt.agent_id_hash !== null) agentsBegan = true;
          if (!isFlattening(attempt)) return;
          report.count();
          placed += 1;
          if (!attempt.params.reduce_only) {
            report.finding("flatten_not_reduce_only", at, `${attempt.client_order_id} could open`);
          }
          if (agentsBegan) {
            report.finding("flatten_after_agents", at, "agents sent orders before it was done");
          }
        },
      },
      end: () => check(run, preflight, placed, report),
    };
  },
};

function isFlattening(attempt: OrderAttempt): boolean {
  const { lifecycle_scope: scope, operation, status } = attempt;
  return scope === "startup_flatten" && operation === "place" && status === "sending";
}

function check(
  run: OrderRun,
  preflight: StartupPreflight | null,
  placed: number,
  report: OrderReport,
): void {
  const flatten = run.manifest.orders.startup_flatten;
  const manifest = { ...wholeFile("run_manifest.json"), field: "startup_flatten" };
  report.count();
  if (flatten === null) {
    report.finding("flatten_not_recorded", manifest, "the manifest has no startup_flatten");
    return;
  }
  if (!flatten.enabled || !flatten.completed) {
    const detail = `enabled ${flatten.enabled}, completed ${flatten.completed}`;
    report.finding("flatten_not_completed", manifest, `${detail}: ${flatten.reason_code}`);
  }
  if (flatten.orders_submitted !== placed) {
    const detail = `${flatten.orders_submitted} submitted, ${placed} in order_attempts.jsonl`;
    report.finding("flatten_counts_differ", manifest, detail);
  }
  if (flatten.positions_detected > 0 && flatten.orders_submitted === 0) {
    const detail = `${flatten.positions_detected} positions found, no order sent`;
    report.finding("flatten_counts_differ", manifest, detail);
  }
  if (preflight === null) return;
  const file = wholeFile(orderFileNames.startup_preflight);
  const { before, after, preflight_status: status } = preflight;
  if (before.positions_count !== flatten.positions_detected) {
    const said = `${before.positions_count} in the preflight`;
    report.finding(
      "flatten_counts_differ",
      file,
      `${said}, ${flatten.positions_detected} detected`,
    );
  }
  if (after.positions_count === null || after.open_orders_count === null) {
    report.gap("flatten_end_unknown", file, "nobody knows what was left after it");
  } else if (after.positions_count > 0 || after.open_orders_count > 0) {
    const detail = `${after.positions_count} positions, ${after.open_orders_count} orders left`;
    report.finding("flatten_not_flat", file, detail);
  }
  if (status !== "success") report.finding("flatten_not_completed", file, `preflight ${status}`);
}
