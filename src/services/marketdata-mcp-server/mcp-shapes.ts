import * as z from "zod";
import {
  type HealthBody,
  type Heartbeat,
  healthCodec,
  heartbeatCodec,
  type SwitchReading,
  streamStates,
} from "#protocol";
import type { SnapshotView, SymbolView } from "./market-view.ts";

/** What the tools take and give. Prices are decimal text; unknown is null with a reason. */

const nullableText = z.string().nullable();
const nullableNumber = z.number().nullable();

export const symbolShape: z.ZodType<string> = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/:-]*$/)
  .describe("A symbol as list_symbols names it, such as SPY or BTC-USDT");

export const quoteShape: z.ZodType<SymbolView> = z.object({
  symbol: z.string(),
  fresh: z.boolean(),
  reason: z.string(),
  age_seconds: nullableNumber,
  last_tick_utc: nullableText,
  bid: nullableText,
  ask: nullableText,
  bid_size: nullableText,
  ask_size: nullableText,
  quote_utc: nullableText,
  last_price: nullableText,
  last_size: nullableText,
  trade_utc: nullableText,
  source: nullableText,
  sequence: nullableNumber,
});

export const snapshotShape: z.ZodType<SnapshotView> = z.object({
  feed: z.string(),
  as_of_utc: z.string(),
  stream_state: z.enum(streamStates),
  market: z.enum(["open", "closed"]),
  fresh: z.boolean(),
  reason: z.string(),
  symbols: z.array(quoteShape),
});

export const heartbeatShape: z.ZodType<Readonly<{ heartbeat: Heartbeat; health: HealthBody }>> =
  z.object({ heartbeat: heartbeatCodec.shape, health: healthCodec.shape });

type ListedSymbol = Readonly<{
  symbol: string;
  fresh: boolean;
  counts: Readonly<Record<string, number>>;
}>;

export const listingShape: z.ZodType<Readonly<{ symbols: readonly ListedSymbol[] }>> = z.object({
  symbols: z.array(
    z.object({
      symbol: z.string(),
      fresh: z.boolean(),
      counts: z.record(z.string(), z.number()),
    }),
  ),
});

export const switchShape: z.ZodType<SwitchReading> = z.object({
  value: z.enum(["off", "halted"]),
  reason: z.string(),
  source: nullableText,
  read_at: z.string(),
});

type ProposalList = Readonly<{
  count: number;
  proposals: readonly Readonly<Record<string, unknown>>[];
}>;

export const proposalsShape: z.ZodType<ProposalList> = z.object({
  count: z.number(),
  proposals: z.array(z.record(z.string(), z.unknown())),
});

type DeployReportAnswer = Readonly<{
  available: boolean;
  reason: string | null;
  modified_utc: string | null;
  sha256: string | null;
  report: unknown;
}>;

export const deployReportShape: z.ZodType<DeployReportAnswer> = z.object({
  available: z.boolean(),
  reason: nullableText,
  modified_utc: nullableText,
  sha256: nullableText,
  report: z.unknown(),
});
