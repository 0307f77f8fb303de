import { z } from "zod";
import { err, type Fault, ok, type Result } from "#base";
import { readUnits } from "./decimal-units.ts";
import { okxRates, type RateRules } from "./rate-budget.ts";

/**
 * What an order may be at most. Every limit is written down before a run begins: null switches a
 * limit of ours off and says so, a missing one keeps the run from starting.
 */
export type BrokerLimits = Readonly<{
  /** Nothing else is traded. */
  instruments: readonly string[];
  /** How far a price may lie from the reference price, in millionths of it. */
  collarPpm: number | null;
  /** An older reference price is none. */
  maxReferenceAgeMs: number;
  /** In the currency that settles the instrument, as all notionals. */
  maxOrderNotional: string | null;
  /** Positions and everything that may still fill, together. */
  maxTotalNotional: string | null;
  maxOpenOrders: number | null;
  maxOpenOrdersPerInstrument: number | null;
  /** An agent's positions and open orders by its equity. */
  agentMaxLeverage: number | null;
  agentOrdersPerTick: number | null;
  agentOrderQuota: number | null;
  /** The same agent, instrument and side more often than this disables the agent. */
  repeats: Readonly<{ count: number; windowMs: number }> | null;
  /** An order that is not known to have ended, or to rest, for this long freezes execution. */
  orderOverdueMs: number;
  /** The venue discards a request that reaches it later than this. */
  requestLifeMs: number;
  rates: RateRules;
}>;

const count = z.int().positive();
const amount = z.string().refine((text) => (readUnits(text) ?? 0n) > 0n, "not a positive decimal");

const rate = z.strictObject({ limit: count.max(100_000), windowMs: count });

const schema: z.ZodType<BrokerLimits> = z.strictObject({
  instruments: z.array(z.string().min(1)).min(1),
  collarPpm: count.nullable(),
  maxReferenceAgeMs: count,
  maxOrderNotional: amount.nullable(),
  maxTotalNotional: amount.nullable(),
  maxOpenOrders: count.nullable(),
  maxOpenOrdersPerInstrument: count.nullable(),
  agentMaxLeverage: z.number().positive().max(1000).nullable(),
  agentOrdersPerTick: count.nullable(),
  agentOrderQuota: count.nullable(),
  repeats: z.strictObject({ count, windowMs: count }).nullable(),
  orderOverdueMs: count,
  requestLifeMs: count.min(1000),
  rates: z.strictObject({
    placePerInstrument: rate,
    amendPerInstrument: rate,
    cancelPerInstrument: rate,
    account: rate,
    query: rate,
  }),
});

/** Faults: broker_limit_missing, broker_limit_invalid, naming the limit. */
export function readLimits(value: unknown): Result<BrokerLimits, Fault> {
  const read = schema.safeParse(value);
  if (read.success) return ok(read.data);
  const issue = read.error.issues[0];
  const at = issue?.path.join(".") ?? "";
  const missing = issue?.code === "invalid_type" && reach(value, issue.path) === undefined;
  return missing
    ? err({ code: "broker_limit_missing", message: "write it down, null for no limit", at })
    : err({ code: "broker_limit_invalid", message: issue?.message ?? "not a limit", at });
}

function reach(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value;
  for (const key of path) {
    at = typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined;
  }
  return at;
}

/** Limits for a run on a demo account: tight enough to stop a mistake, wide enough to trade. */
export function defaultLimits(instruments: readonly string[]): BrokerLimits {
  return {
    instruments,
    collarPpm: 50_000,
    maxReferenceAgeMs: 60_000,
    maxOrderNotional: "1000000",
    maxTotalNotional: "10000000",
    maxOpenOrders: 400,
    maxOpenOrdersPerInstrument: 400,
    agentMaxLeverage: 10,
    agentOrdersPerTick: 4,
    agentOrderQuota: 100_000,
    repeats: { count: 50, windowMs: 60_000 },
    orderOverdueMs: 60_000,
    requestLifeMs: 5000,
    rates: okxRates,
  };
}
