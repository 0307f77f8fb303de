import type { StepPair } from "./pair-runs.ts";
import type { FillTrail, OrderTrail, StepTrail, TickTrail } from "./trail.ts";

export type Cause = "data" | "decision" | "reject" | "fee" | "price" | "latency" | "queue";

export const causes: readonly Cause[] = [
  "data",
  "decision",
  "reject",
  "fee",
  "price",
  "latency",
  "queue",
];

/** One thing that is not the same in both runs, and the first test that explains it. */
export type Difference = Readonly<{
  what: "decision" | "order" | "fill";
  /** Which fill of the order, from 0; null for the others. */
  fillIndex: number | null;
  leftText: string;
  rightText: string;
  /** Null: it follows from an earlier difference, whose cause is its own. */
  cause: Cause | null;
  detail: string;
}>;

export type AttributeOptions = Readonly<{
  /** Arrivals that are closer than this are the same. */
  latencyMs: number;
}>;

/**
 * Everything that differs in one step, each with one cause, by the order of tests that
 * docs/contracts/execution.md lists: inputs, own state, decision, refusal, fee, price, latency,
 * and what is left is the queue.
 */
export function attributeStep(pair: StepPair, options: AttributeOptions): readonly Difference[] {
  const { left, right } = pair;
  if (left.action !== right.action || left.oneshot !== right.oneshot) {
    return [
      { ...decisionTexts(left, right), ...whyWanted(pair), what: "decision", fillIndex: null },
    ];
  }
  if (left.order === null && right.order === null) return [];
  if (left.order === null || right.order === null) {
    const detail = "one run sent the order of the decision, the other did not";
    return [orderDifference(left.order, right.order, "reject", detail)];
  }
  const asked = askedDifference(pair, left.order, right.order);
  if (asked !== null) return [asked];
  if (left.order.outcome !== right.order.outcome || !isTaken(left.order)) {
    if (sameOutcome(left.order, right.order)) return [];
    const said = [left.order, right.order].map(({ reasonCode }) => reasonCode ?? "taken");
    return [orderDifference(left.order, right.order, "reject", said.join(" and "))];
  }
  return fillDifferences(pair, left.order, right.order, options);
}

function decisionTexts(
  left: StepTrail,
  right: StepTrail,
): Pick<Difference, "leftText" | "rightText"> {
  const text = ({ action, signal }: StepTrail): string => `${action} at ${signal ?? "no signal"}`;
  return { leftText: text(left), rightText: text(right) };
}

/** Tests 1 to 3: other inputs, another own state or colony, or another answer to the same. */
function whyWanted(pair: StepPair): Pick<Difference, "cause" | "detail"> {
  const { left, right, leftTick, rightTick } = pair;
  const inputs = inputDifference(leftTick, rightTick);
  if (inputs !== null) return { cause: "data", detail: inputs };
  if (left.oneshot !== right.oneshot) {
    return { cause: "decision", detail: "one run forced this decision as its one-shot proof" };
  }
  if (!sameNumbers(left.state, right.state)) return { cause: null, detail: "other own state" };
  if (!sameNumbers(leftTick.colony, rightTick.colony)) {
    return { cause: null, detail: "other colony" };
  }
  return { cause: "decision", detail: "same inputs, same state, another decision" };
}

/** Which input of the market differs; null when none that was kept does. */
function inputDifference(left: TickTrail, right: TickTrail): string | null {
  if (left.bar !== null && right.bar !== null && left.bar.join() !== right.bar.join()) {
    return `bar ${left.bar.join(" ")} against ${right.bar.join(" ")}`;
  }
  if (left.mask !== null && right.mask !== null && left.mask !== right.mask) {
    return `mask ${left.mask.toString(2)} against ${right.mask.toString(2)}`;
  }
  return sameNumbers(left.features, right.features) ? null : "other market features";
}

/** Numbers that one run did not keep prove nothing, so they count as equal. */
function sameNumbers(left: readonly number[] | null, right: readonly number[] | null): boolean {
  if (left === null || right === null) return true;
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

/** The same wish, but another order: its size follows from capital, its limit from the market. */
function askedDifference(pair: StepPair, left: OrderTrail, right: OrderTrail): Difference | null {
  if (left.sz !== right.sz || left.side !== right.side || left.type !== right.type) {
    return { ...orderDifference(left, right, "decision", ""), ...whyWanted(pair) };
  }
  if (left.px === right.px) return null;
  const market = marketAtSubmit(pair);
  const detail = market ?? `limit ${left.px} against ${right.px}`;
  return orderDifference(left, right, market === null ? "decision" : "price", detail);
}

function orderDifference(
  left: OrderTrail | null,
  right: OrderTrail | null,
  cause: Cause,
  detail: string,
): Difference {
  const [leftText, rightText] = [orderText(left), orderText(right)];
  return { what: "order", fillIndex: null, leftText, rightText, cause, detail };
}

function orderText(order: OrderTrail | null): string {
  if (order === null) return "no order";
  const { side, type, sz, px, outcome, reasonCode } = order;
  const price = px === null ? "" : ` at ${px}`;
  const why = reasonCode === null ? "" : ` (${reasonCode})`;
  return `${side} ${sz} ${type}${price}: ${outcome}${why}`;
}

/** Whether the exchange had it: then fills can be compared. */
function isTaken({ outcome, state }: OrderTrail): boolean {
  return outcome === "ok" || state !== null;
}

function sameOutcome(left: OrderTrail, right: OrderTrail): boolean {
  return left.outcome === right.outcome && left.reasonCode === right.reasonCode;
}

/** Fill by fill; a missing one is a difference of its own. */
function fillDifferences(
  pair: StepPair,
  left: OrderTrail,
  right: OrderTrail,
  options: AttributeOptions,
): readonly Difference[] {
  const found: Difference[] = [];
  const fills = Math.max(left.fills.length, right.fills.length);
  for (let index = 0; index < fills; index += 1) {
    const one = left.fills[index] ?? null;
    const other = right.fills[index] ?? null;
    if (sameFill(one, other)) continue;
    const why = whyFilled(pair, { left, right, one, other }, options);
    const [leftText, rightText] = [fillText(one), fillText(other)];
    found.push({ what: "fill", fillIndex: index, leftText, rightText, ...why });
  }
  return found;
}

type FillPair = Readonly<{
  left: OrderTrail;
  right: OrderTrail;
  one: FillTrail | null;
  other: FillTrail | null;
}>;

/** Tests 5 to 8. */
function whyFilled(
  pair: StepPair,
  { left, right, one, other }: FillPair,
  { latencyMs }: AttributeOptions,
): Pick<Difference, "cause" | "detail"> {
  if (one !== null && other !== null && one.px === other.px && one.sz === other.sz) {
    if (one.execType === other.execType) {
      return { cause: "fee", detail: `fee ${one.fee} against ${other.fee}` };
    }
  }
  const market = marketAtSubmit(pair);
  if (market !== null) return { cause: "price", detail: market };
  if (left.arrivalMs !== null && right.arrivalMs !== null) {
    const late = Math.abs(left.arrivalMs - right.arrivalMs);
    if (late > latencyMs) {
      const detail = `arrived after ${left.arrivalMs} ms against ${right.arrivalMs} ms`;
      return { cause: "latency", detail };
    }
  }
  return { cause: "queue", detail: "same market, same arrival, other counterparties" };
}

/** What of the market differed when the order was about to leave; null: nothing that was kept. */
function marketAtSubmit({ leftTick, rightTick }: StepPair): string | null {
  const [one, other] = [leftTick.submitMid, rightTick.submitMid];
  if (one !== null && other !== null && one !== other) return `mid ${one} against ${other}`;
  const [left, right] = [leftTick.book, rightTick.book];
  if (left === null || right === null || left.join() === right.join()) return null;
  const level = left.findIndex((text, index) => text !== right[index]);
  return `book level ${left[level] ?? "none"} against ${right[level] ?? "none"}`;
}

function sameFill(left: FillTrail | null, right: FillTrail | null): boolean {
  if (left === null || right === null) return left === right;
  return (
    left.px === right.px &&
    left.sz === right.sz &&
    left.fee === right.fee &&
    left.execType === right.execType
  );
}

function fillText(fill: FillTrail | null): string {
  if (fill === null) return "no fill";
  return `${fill.sz} at ${fill.px}, fee ${fill.fee} (${fill.execType})`;
}
