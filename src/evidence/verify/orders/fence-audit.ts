import { type HighRateFence, highRates } from "../../artifacts/high-rate-fences.ts";
import {
  requiredVenueFences,
  type VenueTelemetry,
} from "../../artifacts/orders/venue-telemetry.ts";
import { type OrderClaim, type OrderReport, wholeFile } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

/**
 * Principle 4: every fence is in the inventory and counted, its blocks are the attempts it refused,
 * and a fence that acted on more than a fifth is surfaced and explained. A man-made one of that
 * rate needs the same run without it. It holds one count for each fence.
 */
export const fenceAudit: OrderClaim<"decision" | "attempt" | "telemetry"> = {
  id: "fence_audit",
  clause: "docs/contracts/orders.md#fence-audit",
  reads: ["gating_telemetry", "order_attempts", "decision_trace"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(_run, report) {
    const refusalsByFence = new Map<string, number>();
    const due = { steps: 0, attempts: 0 };
    let telemetry: VenueTelemetry | null = null;

    return {
      on: {
        decision({ record_type: type }): void {
          if (type === "agent_detail") due.steps += 1;
        },
        attempt({ status, gate }): void {
          const refused = gate.gate_decision === "reject";
          if (status === "sending" || refused) due.attempts += 1;
          if (!refused) return;
          refusalsByFence.set(gate.gate_name, (refusalsByFence.get(gate.gate_name) ?? 0) + 1);
        },
        telemetry(record): void {
          telemetry = record;
        },
      },
      end(): void {
        if (telemetry === null) return;
        checkInventory(telemetry, report);
        checkBlocks(telemetry, refusalsByFence, report);
        checkRates(telemetry, report);
        for (const base of ["steps", "attempts"] as const) {
          if (telemetry[base] === due[base]) continue;
          const detail = `${telemetry[base]} there, ${due[base]} recorded`;
          report.finding("fence_base_differs", { ...file, field: base }, detail);
        }
      },
    };
  },
};

const file = wholeFile(orderFileNames.gating_telemetry);

function checkInventory({ fences }: VenueTelemetry, report: OrderReport): void {
  const ids = new Set<string>();
  for (const row of fences) {
    report.count();
    const at = { ...file, field: `fences.${row.fence_id}` };
    if (ids.has(row.fence_id)) report.finding("fence_repeated", at, "is counted twice");
    ids.add(row.fence_id);
    if (row.block_count > row.trigger_count) {
      const detail = `blocked ${row.block_count} times, triggered ${row.trigger_count}`;
      report.finding("fence_counts_wrong", at, detail);
    }
    if (row.category === "man_made" && row.off_switch === null) {
      report.finding("fence_without_switch", at, "a man-made fence can be turned off");
    }
  }
  for (const id of requiredVenueFences) {
    report.count();
    if (!ids.has(id)) report.finding("fence_missing", file, `${id} was not counted`);
  }
}

function checkBlocks(
  { fences }: VenueTelemetry,
  refusalsByFence: ReadonlyMap<string, number>,
  report: OrderReport,
): void {
  const rowById = new Map(fences.map((row) => [row.fence_id, row]));
  for (const [fence, refusals] of refusalsByFence) {
    if (rowById.has(fence)) continue;
    report.finding("fence_unknown", file, `${fence} refused ${refusals} and is in no inventory`);
  }
  for (const row of fences) {
    if (row.layer !== "ops") continue;
    report.count();
    const refusals = refusalsByFence.get(row.fence_id) ?? 0;
    if (refusals === row.block_count) continue;
    const at = { ...file, field: `fences.${row.fence_id}` };
    report.finding("fence_blocks_differ", at, `${row.block_count} counted, ${refusals} refused`);
  }
}

function checkRates(telemetry: VenueTelemetry, report: OrderReport): void {
  const due = highRates(telemetry.fences, telemetry);
  const keyOf = ({ fence_id, rate }: Pick<HighRateFence, "fence_id" | "rate">): string =>
    `${fence_id} ${rate}`;
  const saidByKey = new Map(telemetry.high_rate_fences.map((entry) => [keyOf(entry), entry]));
  for (const { row, rate, rate_ppm: ppm } of due) {
    report.count();
    const key = keyOf({ fence_id: row.fence_id, rate });
    const said = saidByKey.get(key);
    saidByKey.delete(key);
    const at = { ...file, field: `high_rate_fences.${row.fence_id}` };
    if (said === undefined) {
      report.finding("fence_rate_hidden", at, `${rate} is ${ppm} ppm and nobody says so`);
    } else if (said.rate_ppm !== ppm) {
      report.finding("fence_rate_differs", at, `${said.rate_ppm} ppm there, ${ppm} counted`);
    } else if (row.category === "man_made" && said.counterfactual_run_id === null) {
      report.finding("fence_without_counterfactual", at, `man-made, ${rate} ${ppm} ppm`);
    }
  }
  for (const key of saidByKey.keys()) {
    report.finding("fence_rate_differs", file, `${key} is not above the bound`);
  }
}
