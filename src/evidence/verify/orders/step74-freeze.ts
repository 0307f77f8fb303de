import type { FreezeEvent } from "../../artifacts/orders/freeze-events.ts";
import type { OrderAttempt } from "../../artifacts/orders/order-attempts.ts";
import {
  type At,
  type OrderClaim,
  type OrderReport,
  type OrderRun,
  wholeFile,
} from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

/**
 * Steps 74 and 80 to 84: a freeze is triggered once, with its reason and its evidence; from then on
 * no order is placed or replaced, and every refusal names the trigger. Cancelling stays allowed.
 * It holds one entry for each freeze.
 */
export const step74Freeze: OrderClaim<"attempt" | "freeze_event" | "ledger_tick"> = {
  id: "step74_freeze",
  clause: "docs/contracts/orders.md#step-74",
  reads: ["order_attempts", "reconciliation_freeze_events", "ledger_ticks"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const triggerById = new Map<string, FreezeEvent>();
    let first: FreezeEvent | null = null;

    return {
      on: {
        // Freeze events are read before the attempts.
        freeze_event(event, at): void {
          report.count();
          if (triggerById.has(event.freeze_id)) {
            report.finding("freeze_repeated", at, `${event.freeze_id} is triggered twice`);
          }
          triggerById.set(event.freeze_id, event);
          first ??= event;
        },
        attempt(attempt, at): void {
          report.count();
          checkRefusal(attempt, triggerById, at, report);
          const writes = attempt.status === "sending" && attempt.operation !== "cancel";
          if (first === null || !writes || attempt.ts_utc <= first.ts_utc) return;
          const detail = `${attempt.attempt_id} left after ${first.freeze_id}`;
          report.finding("freeze_broken", at, detail);
        },
        ledger_tick(tick, at): void {
          const frozen = first?.tick ?? null;
          if (frozen === null || tick.tick <= frozen || tick.execution_orders_sent === 0) return;
          const sent = `${tick.execution_orders_sent} sent in tick ${tick.tick}`;
          const detail = `${sent}, frozen in ${frozen}`;
          report.finding("freeze_broken", at, detail);
        },
      },
      end: () => checkManifest(run, first, report),
    };
  },
};

/** A refusal by the freeze says so in every field and names a trigger before it. */
function checkRefusal(
  attempt: OrderAttempt,
  triggerById: ReadonlyMap<string, FreezeEvent>,
  at: At,
  report: OrderReport,
): void {
  const { freeze, l1_classification: level, rejected, ts_utc } = attempt;
  const frozen = level === "L1_EXECUTION_FROZEN";
  if (frozen !== (freeze !== null) || (frozen && !rejected)) {
    const detail = `${level}, rejected ${rejected}, freeze ${freeze?.freeze_id ?? "none"}`;
    report.finding("freeze_refusal_contradicts", at, detail);
  }
  if (freeze === null) return;
  const trigger = triggerById.get(freeze.freeze_id);
  if (trigger === undefined) {
    report.finding("freeze_trigger_missing", at, `${freeze.freeze_id} was never triggered`);
  } else if (trigger.freeze_reason_code !== freeze.freeze_reason_code) {
    const detail = `refused for ${freeze.freeze_reason_code}, ${trigger.freeze_reason_code} there`;
    report.finding("freeze_reason_differs", at, detail);
  } else if (ts_utc < trigger.ts_utc) {
    report.finding("freeze_refusal_early", at, `refused before ${freeze.freeze_id}`);
  }
}

function checkManifest(run: OrderRun, first: FreezeEvent | null, report: OrderReport): void {
  const said = run.manifest.orders.execution_freeze;
  const at = { ...wholeFile("run_manifest.json"), field: "execution_freeze" };
  report.count();
  if (said === null || !said.enabled) {
    report.finding("freeze_gate_off", at, "a venue run has its freeze gate on and says so");
    return;
  }
  const due = {
    frozen: first !== null,
    freeze_reason_code: first?.freeze_reason_code ?? null,
    freeze_ts_utc: first?.ts_utc ?? null,
    freeze_event_rel_path: first === null ? null : orderFileNames.reconciliation_freeze_events,
    status: first === null ? "not_triggered" : "frozen",
  } as const;
  for (const [field, value] of Object.entries(due) as [keyof typeof due, unknown][]) {
    if (said[field] === value) continue;
    const place = { ...at, field: `execution_freeze.${field}` };
    report.finding(
      "freeze_manifest_differs",
      place,
      `${said[field]} there, ${String(value)} in the events`,
    );
  }
}
