import { z } from "zod";
import type { ExecutionLines, OrderLines } from "#evidence";

/** Only what a comparison looks at; what else a line says is the verifier's business. */
type Lines = Readonly<{
  decision_trace: TickLine | AgentLine;
  e_probes: Readonly<{
    tick: number;
    bar_index: number;
    values: readonly number[];
    mask: number;
    colony: Readonly<Record<string, number>>;
  }>;
  market_bars: Pick<
    ExecutionLines["market_bars"],
    "bar_index" | "open_ms" | "open" | "high" | "low" | "close" | "volume"
  >;
  agent_states: Omit<ExecutionLines["agent_states"], "run_id" | "seq" | "ts_utc" | "elite">;
  order_attempts: Readonly<{
    ts_utc: string;
    tick: number | null;
    client_order_id: string;
    operation: string;
    status: OrderLines["order_attempts"]["status"];
    agent_id_hash: string | null;
    reason_code: string | null;
    params: Readonly<{
      side: string;
      order_type: string;
      requested_sz: string;
      limit_px: string | null;
    }>;
    gate: Readonly<{ gate_decision: "allow" | "reject" }>;
  }>;
  orders_history: Readonly<{ clOrdId: string | null; state: string; created_ms: number }>;
  fills: Readonly<{
    clOrdId: string | null;
    tradeId: string;
    fill_px: string;
    fillSz: string;
    fee: string;
    exec_type: string;
    filled_ms: number;
  }>;
  price_reference_snapshots: Readonly<{
    tick: number | null;
    moment: string;
    ref_mid: string | null;
  }>;
  orderbook_snapshots: Readonly<{
    tick: number | null;
    bids: readonly Readonly<{ px: string; sz: string }>[];
    asks: readonly Readonly<{ px: string; sz: string }>[];
  }>;
}>;

type TickLine = Readonly<{ record_type: "tick_summary"; tick: number; ts_utc: string }>;
type AgentLine = Readonly<{
  record_type: "agent_detail";
  tick: number;
  agent_id_hash: string;
  intent_action: string;
  signal: number | null;
  leverage_target: number | null;
  oneshot: boolean;
}>;

export type TrailFile = keyof Lines;
export type TrailLine<File extends TrailFile> = Lines[File];
export type TrailFiles = Readonly<{ [File in TrailFile]: readonly TrailLine<File>[] }>;

export const trailLines: { readonly [File in TrailFile]: z.ZodType<TrailLine<File>> } = {
  decision_trace: z.discriminatedUnion("record_type", [
    z.object({ record_type: z.literal("tick_summary"), tick: z.int(), ts_utc: z.string() }),
    z.object({
      record_type: z.literal("agent_detail"),
      tick: z.int(),
      agent_id_hash: z.string(),
      intent_action: z.string(),
      signal: z.number().nullable(),
      leverage_target: z.number().nullable(),
      oneshot: z.boolean(),
    }),
  ]),
  e_probes: z.object({
    tick: z.int(),
    bar_index: z.int(),
    values: z.array(z.number()),
    mask: z.int(),
    colony: z.record(z.string(), z.number()),
  }),
  market_bars: z.object({
    bar_index: z.int(),
    open_ms: z.int(),
    open: z.string(),
    high: z.string(),
    low: z.string(),
    close: z.string(),
    volume: z.string(),
  }),
  agent_states: z.object({
    tick: z.int(),
    agent_id_hash: z.string(),
    position_lots: z.number(),
    cash_micro: z.number(),
    equity_micro: z.number(),
    entry_equity_micro: z.number(),
    state_age: z.number(),
    last_signal: z.number(),
    fill_impedance: z.number(),
    time_impedance: z.number(),
    slippage_impedance: z.number(),
    impact_impedance: z.number(),
  }),
  order_attempts: z.object({
    ts_utc: z.string(),
    tick: z.int().nullable(),
    client_order_id: z.string(),
    operation: z.string(),
    status: z.enum(["sending", "ok", "rejected", "error"]),
    agent_id_hash: z.string().nullable(),
    reason_code: z.string().nullable(),
    params: z.object({
      side: z.string(),
      order_type: z.string(),
      requested_sz: z.string(),
      limit_px: z.string().nullable(),
    }),
    gate: z.object({ gate_decision: z.enum(["allow", "reject"]) }),
  }),
  orders_history: z.object({
    clOrdId: z.string().nullable(),
    state: z.string(),
    created_ms: z.int(),
  }),
  fills: z.object({
    clOrdId: z.string().nullable(),
    tradeId: z.string(),
    fill_px: z.string(),
    fillSz: z.string(),
    fee: z.string(),
    exec_type: z.string(),
    filled_ms: z.int(),
  }),
  price_reference_snapshots: z.object({
    tick: z.int().nullable(),
    moment: z.string(),
    ref_mid: z.string().nullable(),
  }),
  orderbook_snapshots: z.object({
    tick: z.int().nullable(),
    bids: z.array(z.object({ px: z.string(), sz: z.string() })),
    asks: z.array(z.object({ px: z.string(), sz: z.string() })),
  }),
};
