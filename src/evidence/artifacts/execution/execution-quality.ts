import type { z } from "zod";
import {
  count,
  exactly,
  type Fields,
  finite,
  hex16,
  listOf,
  nullable,
  oneOf,
  reason,
  strictRecord,
} from "../fields.ts";
import {
  anyRunId,
  clientOrderId,
  code,
  decimal,
  type LineHead,
  lineHead,
  reasonedRecord,
  recordId,
  size,
} from "../orders/order-fields.ts";
import { type TickHead, tickHead } from "./execution-fields.ts";

/** When the price was looked at that an execution is measured against. */
export type ReferenceMoment = "t_submit" | "t_ack" | "t_first_fill";

const referenceMoments: readonly ReferenceMoment[] = ["t_submit", "t_ack", "t_first_fill"];

/** Prices of one moment; what could not be read is null with its reason. */
export type PriceReferenceLine = TickHead &
  Readonly<{
    snapshot_id: string;
    moment: ReferenceMoment;
    inst_id: string;
    ref_mid: string | null;
    ref_mid_reason: string | null;
    ref_mark: string | null;
    ref_mark_reason: string | null;
    ref_index: string | null;
    ref_index_reason: string | null;
    ref_last: string | null;
    ref_last_reason: string | null;
    call_ids: readonly string[];
  }>;

export const priceReferenceLine: z.ZodType<PriceReferenceLine> = reasonedRecord<PriceReferenceLine>(
  {
    ...tickHead,
    snapshot_id: recordId,
    moment: oneOf(referenceMoments),
    inst_id: recordId,
    ref_mid: nullable(decimal),
    ref_mid_reason: nullable(reason),
    ref_mark: nullable(decimal),
    ref_mark_reason: nullable(reason),
    ref_index: nullable(decimal),
    ref_index_reason: nullable(reason),
    ref_last: nullable(decimal),
    ref_last_reason: nullable(reason),
    call_ids: listOf(recordId),
  },
);

export type BookLevel = Readonly<{ px: string; sz: string }>;

/** The top of the book before the orders of a tick left. */
export type OrderBookLine = TickHead &
  Readonly<{
    snapshot_id: string;
    inst_id: string;
    bids: readonly BookLevel[];
    asks: readonly BookLevel[];
    source_ts_ms: number;
    call_id: string;
  }>;

const bookLevels: z.ZodType<readonly BookLevel[]> = listOf(
  strictRecord<BookLevel>({ px: decimal, sz: size }),
);

export const orderBookLine: z.ZodType<OrderBookLine> = reasonedRecord<OrderBookLine>({
  ...tickHead,
  snapshot_id: recordId,
  inst_id: recordId,
  bids: bookLevels,
  asks: bookLevels,
  source_ts_ms: count,
  call_id: recordId,
});

/** 10 000 (average fill - reference) / reference, for each moment. */
export type SlippageBps = Readonly<Record<ReferenceMoment, number | null>>;

export type TerminalOutcome =
  | "filled"
  | "partially_filled"
  | "cancelled_unfilled"
  | "exchange_rejected"
  | "local_rejected"
  | "unknown";

const terminalOutcomes: readonly TerminalOutcome[] = [
  "filled",
  "partially_filled",
  "cancelled_unfilled",
  "exchange_rejected",
  "local_rejected",
  "unknown",
];

/** How well one order was carried out. */
export type SlippageLine = LineHead &
  Readonly<{
    client_order_id: string;
    ordId: string | null;
    ordId_reason: string | null;
    agent_id_hash: string | null;
    tick: number | null;
    side: "buy" | "sell";
    terminal_outcome: TerminalOutcome;
    terminal_reason_code: string | null;
    requested_sz: string;
    filled_sz: string;
    /** filled / requested, cut to [0, 1]. */
    fill_ratio: number;
    avg_fill_px: string | null;
    avg_fill_px_reason: string | null;
    slippage_bps: Readonly<{
      ref_mid: SlippageBps;
      ref_mark: SlippageBps;
      ref_index: SlippageBps;
      ref_last: SlippageBps;
    }>;
    measurement_status: "measured" | "NOT_MEASURABLE";
    measurement_reason: string | null;
    snapshot_ids: readonly string[];
  }>;

const slippageBps: z.ZodType<SlippageBps> = strictRecord<SlippageBps>({
  t_submit: nullable(finite),
  t_ack: nullable(finite),
  t_first_fill: nullable(finite),
});

export const slippageLine: z.ZodType<SlippageLine> = reasonedRecord<SlippageLine>({
  ...lineHead,
  client_order_id: clientOrderId,
  ordId: nullable(recordId),
  ordId_reason: nullable(reason),
  agent_id_hash: nullable(hex16),
  tick: nullable(count),
  side: oneOf(["buy", "sell"]),
  terminal_outcome: oneOf(terminalOutcomes),
  terminal_reason_code: nullable(code),
  requested_sz: size,
  filled_sz: size,
  fill_ratio: finite,
  avg_fill_px: nullable(decimal),
  avg_fill_px_reason: nullable(reason),
  slippage_bps: strictRecord<SlippageLine["slippage_bps"]>({
    ref_mid: slippageBps,
    ref_mark: slippageBps,
    ref_index: slippageBps,
    ref_last: slippageBps,
  }),
  measurement_status: oneOf(["measured", "NOT_MEASURABLE"]),
  measurement_reason: nullable(reason),
  snapshot_ids: listOf(recordId),
});

/** Where the time of one order went; milliseconds. */
export type LatencyLine = LineHead &
  Readonly<{
    client_order_id: string;
    agent_id_hash: string | null;
    tick: number | null;
    submit_to_ack_ms: number | null;
    submit_to_ack_ms_reason: string | null;
    ack_to_first_fill_ms: number | null;
    ack_to_first_fill_ms_reason: string | null;
    first_fill_to_terminal_ms: number | null;
    first_fill_to_terminal_ms_reason: string | null;
    submit_to_terminal_ms: number | null;
    submit_to_terminal_ms_reason: string | null;
  }>;

export const latencyLine: z.ZodType<LatencyLine> = reasonedRecord<LatencyLine>({
  ...lineHead,
  client_order_id: clientOrderId,
  agent_id_hash: nullable(hex16),
  tick: nullable(count),
  submit_to_ack_ms: nullable(finite),
  submit_to_ack_ms_reason: nullable(reason),
  ack_to_first_fill_ms: nullable(finite),
  ack_to_first_fill_ms_reason: nullable(reason),
  first_fill_to_terminal_ms: nullable(finite),
  first_fill_to_terminal_ms_reason: nullable(reason),
  submit_to_terminal_ms: nullable(finite),
  submit_to_terminal_ms_reason: nullable(reason),
});

/** Nearest rank over the orders that could be measured. */
export type Percentiles = Readonly<{
  orders: number;
  min: number;
  p50: number;
  p95: number;
  max: number;
  mean: number;
}>;

const percentiles: z.ZodType<Percentiles> = strictRecord<Percentiles>({
  orders: count,
  min: finite,
  p50: finite,
  p95: finite,
  max: finite,
  mean: finite,
});

/** Step 95: the scenarios that this run met. */
export type ScenarioCounts = Readonly<{
  s1_filled: number;
  s2_partial: number;
  s3_cancelled_unfilled: number;
  s4_exchange_reject: number;
  s5_local_reject: number;
  s6_paging_incomplete: number;
  s7_thin_book: number;
}>;

const scenarioCounts: Fields<ScenarioCounts> = {
  s1_filled: count,
  s2_partial: count,
  s3_cancelled_unfilled: count,
  s4_exchange_reject: count,
  s5_local_reject: count,
  s6_paging_incomplete: count,
  s7_thin_book: count,
};

/** execution_quality_summary.json */
export type QualitySummary = Readonly<{
  schema_version: "execution_quality_summary/1";
  run_id: string;
  orders: number;
  measured: number;
  not_measurable: number;
  scenarios: ScenarioCounts;
  fill_ratio: Percentiles | null;
  fill_ratio_reason: string | null;
  /** Adverse is positive: a buy above the mid, a sell below it. */
  cost_vs_mid_at_submit_bps: Percentiles | null;
  cost_vs_mid_at_submit_bps_reason: string | null;
  submit_to_ack_ms: Percentiles | null;
  submit_to_ack_ms_reason: string | null;
  submit_to_terminal_ms: Percentiles | null;
  submit_to_terminal_ms_reason: string | null;
}>;

export const qualitySummary: z.ZodType<QualitySummary> = reasonedRecord<QualitySummary>({
  schema_version: exactly("execution_quality_summary/1"),
  run_id: anyRunId,
  orders: count,
  measured: count,
  not_measurable: count,
  scenarios: strictRecord<ScenarioCounts>(scenarioCounts),
  fill_ratio: nullable(percentiles),
  fill_ratio_reason: nullable(reason),
  cost_vs_mid_at_submit_bps: nullable(percentiles),
  cost_vs_mid_at_submit_bps_reason: nullable(reason),
  submit_to_ack_ms: nullable(percentiles),
  submit_to_ack_ms_reason: nullable(reason),
  submit_to_terminal_ms: nullable(percentiles),
  submit_to_terminal_ms_reason: nullable(reason),
});
