import type { z } from "zod";
import {
  count,
  type Fields,
  finite,
  flag,
  hex16,
  listOf,
  nullable,
  reason,
  strictRecord,
  whole,
} from "../fields.ts";
import {
  code,
  decimal,
  type LineHead,
  lineHead,
  reasonedRecord,
  size,
} from "../orders/order-fields.ts";

/** One closed bar as the venue gave it, in the order the market series took them. */
export type MarketBarLine = LineHead &
  Readonly<{
    /** Counts the bars of the run from 0; the warm-up before the first tick is part of it. */
    bar_index: number;
    open_ms: number;
    open: string;
    high: string;
    low: string;
    close: string;
    volume: string;
    /** Latest funding rate due at or before the bar's start, parts per 1e9. */
    funding_known_ppb: number | null;
    funding_known_ppb_reason: string | null;
  }>;

export const marketBarLine: z.ZodType<MarketBarLine> = reasonedRecord<MarketBarLine>({
  ...lineHead,
  bar_index: count,
  open_ms: count,
  open: decimal,
  high: decimal,
  low: decimal,
  close: decimal,
  volume: size,
  funding_known_ppb: nullable(whole),
  funding_known_ppb_reason: nullable(reason),
});

export type MaskedProbe = Readonly<{ id: string; reason_code: string }>;

/** The market half of the inputs of one tick, E1 to E12, the same for all agents. */
export type EProbeLine = LineHead &
  Readonly<{
    tick: number;
    bar_index: number;
    /** Float32 values in the frozen order; 0 where masked. */
    values: readonly number[];
    /** Bit i set: feature i is seen. */
    mask: number;
    masked: readonly MaskedProbe[];
    colony: ColonyCounts;
  }>;

/** What the colony's features are made of: the previous tick, in whole numbers. */
export type ColonyCounts = Readonly<{
  alive: number;
  longs: number;
  shorts: number;
  death_heat: number;
  allocated_micro: number;
  capital_base_micro: number;
  elite_sum: number;
  elite_count: number;
}>;

const colonyCounts: Fields<ColonyCounts> = {
  alive: count,
  longs: count,
  shorts: count,
  death_heat: count,
  allocated_micro: whole,
  capital_base_micro: whole,
  elite_sum: whole,
  elite_count: count,
};

export const eProbeLine: z.ZodType<EProbeLine> = strictRecord<EProbeLine>({
  ...lineHead,
  tick: count,
  bar_index: count,
  values: listOf(finite),
  mask: count,
  masked: listOf(strictRecord<MaskedProbe>({ id: code, reason_code: code })),
  colony: strictRecord<ColonyCounts>(colonyCounts),
});

/** The own half of the inputs: the state of one agent before it decided. */
export type AgentStateLine = LineHead &
  Readonly<{
    tick: number;
    agent_id_hash: string;
    position_lots: number;
    cash_micro: number;
    /** Marked at the close of the bar, as features/1 says. */
    equity_micro: number;
    entry_equity_micro: number;
    state_age: number;
    last_signal: number;
    fill_impedance: number;
    time_impedance: number;
    slippage_impedance: number;
    impact_impedance: number;
    elite: boolean;
  }>;

export const agentStateLine: z.ZodType<AgentStateLine> = strictRecord<AgentStateLine>({
  ...lineHead,
  tick: count,
  agent_id_hash: hex16,
  position_lots: whole,
  cash_micro: whole,
  equity_micro: whole,
  entry_equity_micro: whole,
  state_age: finite,
  last_signal: finite,
  fill_impedance: finite,
  time_impedance: finite,
  slippage_impedance: finite,
  impact_impedance: finite,
  elite: flag,
});

export type Spread = Readonly<{ min: number; mean: number; max: number }>;

const spread: z.ZodType<Spread> = strictRecord<Spread>({
  min: finite,
  mean: finite,
  max: finite,
});

/** The friction that the living have learnt, as a company. */
export type FrictionStatsLine = LineHead &
  Readonly<{
    tick: number;
    agents: number;
    fill_impedance: Spread | null;
    time_impedance: Spread | null;
    slippage_impedance: Spread | null;
    impact_impedance: Spread | null;
    reason_code: string | null;
  }>;

export const frictionStatsLine: z.ZodType<FrictionStatsLine> = strictRecord<FrictionStatsLine>({
  ...lineHead,
  tick: count,
  agents: count,
  fill_impedance: nullable(spread),
  time_impedance: nullable(spread),
  slippage_impedance: nullable(spread),
  impact_impedance: nullable(spread),
  reason_code: nullable(code),
});

/** Whether those who hold stand with the trend (M12), as a company. */
export type ComfortLine = LineHead &
  Readonly<{
    tick: number;
    holders: number;
    longs: number;
    shorts: number;
    /** E4 (1 - min(|E8|, 1)) of the bar. */
    trend: number;
    comfort: Spread | null;
    reason_code: string | null;
  }>;

export const comfortLine: z.ZodType<ComfortLine> = strictRecord<ComfortLine>({
  ...lineHead,
  tick: count,
  holders: count,
  longs: count,
  shorts: count,
  trend: finite,
  comfort: nullable(spread),
  reason_code: nullable(code),
});
