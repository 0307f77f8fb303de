import type { ExchangeApiCall } from "../../artifacts/orders/exchange-api-calls.ts";
import type { OrderAttempt } from "../../artifacts/orders/order-attempts.ts";
import { toUnits } from "./exact-decimal.ts";

/** One attempt to change the size of an order, in the order of the attempts. */
export type Amendment = {
  readonly size: string;
  /** Null while neither an outcome nor an answer says what became of it. */
  outcome: "taken" | "refused" | "open" | null;
};

/** What was asked for, by the attempts of an order and what became of them. */
export type AskedSizes = Readonly<{
  /** Whether so much may be filled of it at any time. */
  reaches: (filled: string) => boolean;
  /** Whether so much may be filled of it in the end. */
  endsWith: (filled: string) => boolean;
  /** Whether an order with so much filled is full. */
  isFull: (filled: string) => boolean;
  text: string;
}>;

type Asked = Readonly<{
  requested: string;
  amendments: readonly Amendment[];
  /** The size that the exchange's history has of it; null: it has no such row. */
  historySize: string | null;
}>;

/**
 * An amendment that was taken says alone what is asked for from then on; one of which nobody knows
 * lets both be true. "Taken" is not yet "made": where the history has the order at a size asked for
 * earlier, it filled before it could be changed. And an order that is amended to less than is
 * filled ends, full, with what is filled.
 */
export function askedSizes({ requested, amendments, historySize }: Asked): AskedSizes {
  const first = toUnits(requested);
  const ever = new Set([first]);
  let may = new Set([first]);
  let [least, most, largest] = [first, first, first];
  let shrunkFrom: bigint | null = null;
  for (const { size, outcome } of amendments) {
    const units = toUnits(size);
    // A change of the price alone repeats the size, and says nothing about it.
    if (outcome === "refused" || may.has(units)) continue;
    const taken = outcome === "taken";
    if (taken) shrunkFrom = units < most ? most : null;
    else if (units < most) shrunkFrom ??= most;
    may = taken ? new Set([units]) : may.add(units);
    least = taken || units < least ? units : least;
    most = taken || units > most ? units : most;
    largest = units > largest ? units : largest;
    ever.add(units);
  }
  const past = historySize === null ? first : toUnits(historySize);
  if (historySize !== null && ever.has(past)) {
    may.add(past);
    most = past > most ? past : most;
  }
  return {
    reaches: (filled) => toUnits(filled) <= largest,
    endsWith: (filled) => toUnits(filled) <= most,
    isFull(filled): boolean {
      const units = toUnits(filled);
      if (may.has(units)) return true;
      return shrunkFrom !== null && units > least && units < shrunkFrom;
    },
    text: amendments.length === 0 ? requested : `${requested}, amended ${amendments.length} times`,
  };
}

/** Follows attempts to amend to what became of them; one entry for each. */
export type Amendments = Readonly<{
  /** Adds a new one to those of its order; null: nobody placed that order. */
  attempt: (attempt: OrderAttempt, of: Amendment[] | null) => void;
  /** The answer decides where a crash kept the outcome line from being written. */
  acknowledged: (call: ExchangeApiCall) => void;
}>;

export function createAmendments(): Amendments {
  const byAttempt = new Map<string, Amendment>();
  return {
    attempt(attempt, of): void {
      // What a gate of ours refused never left.
      if (of === null || attempt.gate.gate_decision === "reject") return;
      const { attempt_id: id, params, status } = attempt;
      const known = byAttempt.get(id);
      if (status !== "sending") {
        if (known !== undefined) known.outcome = outcomeOf(attempt);
      } else if (known === undefined) {
        const amendment: Amendment = { size: params.requested_sz, outcome: null };
        byAttempt.set(id, amendment);
        of.push(amendment);
      }
    },
    acknowledged({ operation, attempt_id: id }): void {
      const amendment = operation === "replace" ? byAttempt.get(id ?? "") : undefined;
      if (amendment !== undefined) amendment.outcome ??= "taken";
    },
  };
}

/** Some refusals leave open whether the order was amended. */
function outcomeOf({ status, l1_classification: why }: OrderAttempt): Amendment["outcome"] {
  if (status === "ok") return "taken";
  const isOpen = why === "L1_RETRYABLE_TRANSPORT" || why === "L1_TRUTH_INCOMPLETE";
  return status === "rejected" && !isOpen ? "refused" : "open";
}
