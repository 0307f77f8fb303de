import type { ExecutionDocuments, ExecutionLines } from "#evidence";
import type { FillRow, OrderRow } from "#venues";
import { amountNumber, amountText, toAmount } from "../amounts/amount.ts";
import type { OwnOrder } from "../audit/own-orders.ts";
import type { Body, Journal } from "../landing/journal.ts";
import { percentilesOf, rounded } from "./percentiles.ts";
import type { PriceReference, ReferenceBook, ReferenceMoment } from "./price-reference.ts";

type SlippageBody = Body<ExecutionLines["slippage_records"]>;
type LatencyBody = Body<ExecutionLines["latency_records"]>;
type QualitySummary = ExecutionDocuments["execution_quality_summary"];
type Outcome = SlippageBody["terminal_outcome"];

/** Everything known of one order of the run after the audit. */
export type MeasuredOrder = Readonly<{
  order: OwnOrder;
  history: OrderRow | null;
  fills: readonly FillRow[];
  /** Milliseconds from request to answer, as the call says. */
  ackMs: number | null;
}>;

export type QualityParts = Readonly<{
  journal: Journal;
  orders: readonly MeasuredOrder[];
  references: ReferenceBook;
  pagingClosed: boolean;
  /** Ticks whose book could not take the orders of the tick on one side. */
  thinBooks: number;
}>;

const moments: readonly ReferenceMoment[] = ["t_submit", "t_ack", "t_first_fill"];

/** Step 95: outcome, fill ratio, slippage against prices of three moments, and where time went. */
export function landQuality(parts: QualityParts): QualitySummary {
  const { journal, orders, references } = parts;
  const slippages: SlippageBody[] = [];
  const latencies: LatencyBody[] = [];
  for (const measured of orders) {
    const { tick } = measured.order;
    const at = (moment: ReferenceMoment): PriceReference | null =>
      tick === null ? null : references.at(tick, moment);
    const slippage = slippageOf(measured, at);
    const latency = latencyOf(measured);
    slippages.push(slippage);
    latencies.push(latency);
    journal.execution("slippage_records", slippage);
    journal.execution("latency_records", latency);
  }
  return summaryOf(parts, slippages, latencies);
}

function slippageOf(
  measured: MeasuredOrder,
  at: (moment: ReferenceMoment) => PriceReference | null,
): SlippageBody {
  const { order, fills } = measured;
  const filled = fills.reduce((sum, { fillSz }) => sum + toAmount(fillSz), 0n);
  const average = averageOf(measured);
  const references = moments.map((moment) => at(moment));
  const bps = (
    pick: (reference: PriceReference) => number | null,
  ): SlippageBody["slippage_bps"]["ref_mid"] => {
    const [submit, ack, first] = references.map((reference) =>
      againstBps(average, reference === null ? null : pick(reference)),
    );
    return { t_submit: submit ?? null, t_ack: ack ?? null, t_first_fill: first ?? null };
  };
  const slippage = {
    ref_mid: bps(({ mid }) => mid),
    ref_mark: bps(({ mark }) => mark),
    ref_index: bps(() => null),
    ref_last: bps(({ last }) => last),
  };
  const missing = whyNotMeasured(average, slippage.ref_mid.t_submit);
  return {
    client_order_id: order.clOrdId,
    ordId: order.ordId,
    ordId_reason: order.ordId === null ? "exchange_gave_none" : null,
    agent_id_hash: order.agentHash,
    tick: order.tick,
    side: order.side,
    terminal_outcome: outcomeOf(measured, filled),
    terminal_reason_code: order.reasonCode,
    requested_sz: order.requestedSz,
    filled_sz: amountText(filled),
    fill_ratio: ratioOf(filled, toAmount(order.requestedSz)),
    avg_fill_px: average,
    avg_fill_px_reason: average === null ? "nothing_was_filled" : null,
    slippage_bps: slippage,
    measurement_status: missing === null ? "measured" : "NOT_MEASURABLE",
    measurement_reason: missing,
    snapshot_ids: references.flatMap((one) => (one === null ? [] : [one.snapshotId])),
  };
}

function whyNotMeasured(average: string | null, submit: number | null): string | null {
  if (average === null) return "nothing_was_filled";
  return submit === null ? "no_reference_price_at_submit" : null;
}

function outcomeOf({ order, history }: MeasuredOrder, filled: bigint): Outcome {
  if (order.outcome === "refused") return "local_rejected";
  if (history === null && order.outcome === "rejected") return "exchange_rejected";
  if (history === null) return "unknown";
  if (history.state === "filled") return "filled";
  if (filled > 0n) return "partially_filled";
  return history.state === "live" ? "unknown" : "cancelled_unfilled";
}

function ratioOf(filled: bigint, requested: bigint): number {
  if (requested <= 0n) return 0;
  return Math.min(Math.max(rounded(amountNumber(filled) / amountNumber(requested)), 0), 1);
}

/** What the exchange says, else the mean of the fills to eight digits. */
function averageOf({ history, fills }: MeasuredOrder): string | null {
  if (history !== null && history.avgPx !== null && toAmount(history.accFillSz) > 0n) {
    return history.avgPx;
  }
  const size = fills.reduce((sum, { fillSz }) => sum + toAmount(fillSz), 0n);
  if (size === 0n) return null;
  const value = fills.reduce(
    (sum, { fillPx, fillSz }) => sum + toAmount(fillPx) * toAmount(fillSz),
    0n,
  );
  const unit = 10_000_000_000n;
  return amountText((value / size / unit) * unit);
}

function againstBps(average: string | null, reference: number | null): number | null {
  if (average === null || reference === null) return null;
  return rounded((10_000 * (Number(average) - reference)) / reference);
}

function latencyOf({ order, history, fills, ackMs }: MeasuredOrder): LatencyBody {
  const firstFill = fills.reduce<number | null>(
    (first, { filledMs }) => (first === null ? filledMs : Math.min(first, filledMs)),
    null,
  );
  const ended = history?.updatedMs ?? null;
  const span = (from: number | null, to: number | null): number | null =>
    from === null || to === null ? null : Math.max(to - from, 0);
  const toFill = span(order.answeredMs, firstFill);
  const toEnd = span(firstFill, ended);
  const whole = span(order.sentMs, ended);
  return {
    client_order_id: order.clOrdId,
    agent_id_hash: order.agentHash,
    tick: order.tick,
    submit_to_ack_ms: ackMs,
    submit_to_ack_ms_reason: ackMs === null ? "no_answer_was_timed" : null,
    ack_to_first_fill_ms: toFill,
    ack_to_first_fill_ms_reason: toFill === null ? "nothing_was_filled" : null,
    first_fill_to_terminal_ms: toEnd,
    first_fill_to_terminal_ms_reason: toEnd === null ? "nothing_was_filled" : null,
    submit_to_terminal_ms: whole,
    submit_to_terminal_ms_reason: whole === null ? "the_exchange_never_had_it" : null,
  };
}

function summaryOf(
  { journal, orders, pagingClosed, thinBooks }: QualityParts,
  slippages: readonly SlippageBody[],
  latencies: readonly LatencyBody[],
): QualitySummary {
  const outcomes = (outcome: Outcome): number =>
    slippages.filter(({ terminal_outcome }) => terminal_outcome === outcome).length;
  const left = slippages.filter(({ terminal_outcome: outcome }) => outcome !== "local_rejected");
  const ratios = percentilesOf(left.map(({ fill_ratio }) => fill_ratio));
  const costs = percentilesOf(
    slippages.flatMap(({ side, slippage_bps: { ref_mid } }) => {
      if (ref_mid.t_submit === null) return [];
      return [side === "buy" ? ref_mid.t_submit : -ref_mid.t_submit];
    }),
  );
  const acks = percentilesOf(latencies.flatMap(({ submit_to_ack_ms: ms }) => ms ?? []));
  const ends = percentilesOf(latencies.flatMap(({ submit_to_terminal_ms: ms }) => ms ?? []));
  const measured = slippages.filter(({ measurement_status: said }) => said === "measured").length;
  return {
    schema_version: "execution_quality_summary/1",
    run_id: journal.runId,
    orders: orders.length,
    measured,
    not_measurable: orders.length - measured,
    scenarios: {
      s1_filled: outcomes("filled"),
      s2_partial: outcomes("partially_filled"),
      s3_cancelled_unfilled: outcomes("cancelled_unfilled"),
      s4_exchange_reject: outcomes("exchange_rejected"),
      s5_local_reject: outcomes("local_rejected"),
      s6_paging_incomplete: pagingClosed ? 0 : 1,
      s7_thin_book: thinBooks,
    },
    fill_ratio: ratios,
    fill_ratio_reason: ratios === null ? "no_order_left" : null,
    cost_vs_mid_at_submit_bps: costs,
    cost_vs_mid_at_submit_bps_reason: costs === null ? "nothing_could_be_measured" : null,
    submit_to_ack_ms: acks,
    submit_to_ack_ms_reason: acks === null ? "no_answer_was_timed" : null,
    submit_to_terminal_ms: ends,
    submit_to_terminal_ms_reason: ends === null ? "no_order_ended" : null,
  };
}
