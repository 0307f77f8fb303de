import { hash } from "node:crypto";
import { isTerminal, type OrderStatusSample } from "../../artifacts/orders/order-status-samples.ts";
import { type AskedSizes, askedSizes } from "./asked-sizes.ts";
import { toUnits } from "./exact-decimal.ts";
import { endOf, type OrderEnd, type OrderEntry, wasTaken } from "./order-book.ts";
import type { At, OrderClaim, OrderReport, OrderRun } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";

/**
 * P2: every order that the exchange took is followed to its end, by samples or, where those fall
 * silent, by the exchange's own history. An order without an end while more were sent, and no
 * freeze between, is the failure that the freeze exists to prevent. It holds one entry for each
 * sampled order.
 */
export const p2TerminalState: OrderClaim<"attempt" | "freeze_event" | "sample"> = {
  id: "step88_p2_terminal_state",
  clause: "docs/contracts/orders.md#p2",
  reads: ["order_attempts", "order_status_samples", "reconciliation_freeze_events"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const lastByOrder = new Map<string, OrderStatusSample>();
    const askedOf = createAsked();
    let lastSending = 0;
    let frozen = false;

    return {
      on: {
        attempt(attempt, at): void {
          if (attempt.status === "sending" && attempt.operation === "place") {
            lastSending = at.line ?? 0;
          }
        },
        freeze_event(): void {
          frozen = true;
        },
        sample(sample, at): void {
          report.count();
          checkSample(sample, lastByOrder.get(sample.clOrdId) ?? null, at, report);
          lastByOrder.set(sample.clOrdId, sample);
          const entry = run.orders.get(sample.clOrdId);
          if (entry === null || !entry.sent) {
            const detail = `${sample.clOrdId} was never sent`;
            report.finding("p2_order_unknown", at, detail);
          } else if (isMore(sample.accFillSz, entry.requested)) {
            const asked = askedOf(entry);
            if (asked.reaches(sample.accFillSz)) return;
            const detail = `${sample.accFillSz} filled of ${asked.text}`;
            report.finding("p2_overfilled", at, detail);
          }
        },
      },
      end: () => checkEnds(run, { lastSending, frozen }, report),
    };
  },
};

/** The order's life goes one way. */
function checkSample(
  sample: OrderStatusSample,
  before: OrderStatusSample | null,
  at: At,
  report: OrderReport,
): void {
  const { ordId, order_id_hash: hashed } = sample;
  const due = ordId === null ? null : hash("sha256", ordId, "hex").slice(0, 16);
  if (hashed !== due) report.finding("p2_id_hash_wrong", at, "order_id_hash is not of this ordId");
  if (before === null) return;
  if (isTerminal(before.state) && before.state !== sample.state) {
    const detail = `${sample.clOrdId} was ${before.state}, is ${sample.state}`;
    report.finding("p2_state_reversed", at, detail);
  }
  const known = sample.state !== "not_found" && sample.state !== "unknown";
  if (known && isMore(before.accFillSz, sample.accFillSz)) {
    const detail = `${before.accFillSz} were filled, now ${sample.accFillSz}`;
    report.finding("p2_filled_size_fell", at, detail);
  }
}

/** Whether the one size is larger; equal texts are most, and need no arithmetic. */
function isMore(one: string, other: string): boolean {
  return one !== other && toUnits(one) > toUnits(other);
}

type Sending = Readonly<{ lastSending: number; frozen: boolean }>;

function checkEnds(run: OrderRun, sending: Sending, report: OrderReport): void {
  for (const entry of run.orders.entries()) {
    if (!entry.sent || !wasTaken(entry)) continue;
    report.count();
    const end = endOf(entry);
    if (end !== null) checkSize(entry, end, report);
    else if (sending.lastSending > entry.outcomeLine && !sending.frozen) {
      const detail = `${entry.clientOrderId} has no end, and more orders were sent after it`;
      report.finding("p2_open_and_still_sending", entry.at, detail);
    } else {
      report.gap("p2_terminal_missing", entry.at, `${entry.clientOrderId} has no end`);
    }
  }
}

function checkSize(entry: OrderEntry, { state, filled }: OrderEnd, report: OrderReport): void {
  if (filled === entry.requested && entry.amendments.length === 0) return;
  const asked = askedSizes(entry);
  const { clientOrderId: id, at } = entry;
  if (state === "filled" && !asked.isFull(filled)) {
    const detail = `${id} is filled with ${filled} of ${asked.text}`;
    report.finding("p2_filled_size_differs", at, detail);
  } else if (state !== "filled" && asked.reaches(filled) && !asked.endsWith(filled)) {
    report.finding("p2_overfilled", at, `${id} ended with ${filled} of ${asked.text}`);
  }
}

/** What was asked for of an order, once for all its samples: the attempts are all read before. */
function createAsked(): (entry: OrderEntry) => AskedSizes {
  const askedByOrder = new Map<string, AskedSizes>();
  return (entry) => {
    const known = askedByOrder.get(entry.clientOrderId);
    if (known !== undefined) return known;
    const asked = askedSizes(entry);
    askedByOrder.set(entry.clientOrderId, asked);
    return asked;
  };
}
