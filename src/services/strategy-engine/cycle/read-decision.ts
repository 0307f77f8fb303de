import * as z from "zod";
import { err, type Fault, type Json, ok, type Result } from "#base";
import type { ProposalDraft } from "#strategies";

/** A decision as it came out of the strategy's process: believed only as far as it is read. */
export type ReadDecision = Readonly<{
  verdict:
    | Readonly<{ type: "propose"; proposals: readonly ProposalDraft[] }>
    | Readonly<{ type: "hold" }>
    | Readonly<{ type: "refuse"; code: RefusalOfStrategy }>;
  reasons: readonly Readonly<{ code: string; message: string }>[];
  indicators: Readonly<Record<string, Json>>;
  /** Everything else that it found; for the evidence, not for the proposal. */
  details: Json;
  memory: Json;
}>;

export type RefusalOfStrategy =
  | "input_missing"
  | "input_stale"
  | "input_malformed"
  | "no_promoted_genome";

const text = z.string().max(400);
const money = z.string().max(40).nullable();

const draft: z.ZodType<ProposalDraft> = z.strictObject({
  symbol: text,
  asset_type: z.enum(["EQUITY", "OPTION", "SWAP", "SPOT"]),
  option: z
    .strictObject({
      contract_symbol: text,
      right: z.enum(["CALL", "PUT"]),
      strike: text,
      expiration: text,
    })
    .nullable(),
  side: z.enum(["BUY", "SELL"]),
  quantity: text,
  limit_price: money,
  rationale: text,
  risk: z.strictObject({
    notional_usd: money,
    max_loss_usd: money,
    max_loss_usd_reason: z.enum(["no_stop_is_placed", "reduces_exposure"]).nullable(),
    stop_loss: money,
    take_profit: money,
  }),
  valid_for_ms: z.int().min(1).max(86_400_000),
});

const refusals = ["input_missing", "input_stale", "input_malformed", "no_promoted_genome"] as const;

const shape: z.ZodType<ReadDecision> = z.strictObject({
  verdict: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("propose"), proposals: z.array(draft).min(1).max(64) }),
    z.strictObject({ type: z.literal("hold") }),
    z.strictObject({ type: z.literal("refuse"), code: z.enum(refusals) }),
  ]),
  reasons: z.array(z.strictObject({ code: text, message: z.string().max(2000) })).min(1),
  indicators: z.record(z.string().max(80), z.json()),
  details: z.json(),
  memory: z.json(),
});

/** What lands is one record of a log, which has at most 1 MiB, with the proposal beside it. */
const maxEvidenceBytes: number = 768 << 10;
const maxMemoryBytes: number = 4 << 20;

/** Fault: strategy_failed. */
export function readDecision(answer: Json): Result<ReadDecision, Fault> {
  const read = shape.safeParse(answer);
  if (!read.success) {
    const issue = read.error.issues[0];
    const where = issue?.path.join(".") ?? "";
    return failed(`its answer is no decision: ${where} ${issue?.message ?? ""}`);
  }
  const { reasons, indicators, details, memory } = read.data;
  if (bytesOf([reasons, indicators, details]) > maxEvidenceBytes) {
    return failed(`its decision has more than ${maxEvidenceBytes} bytes`);
  }
  if (bytesOf(memory) > maxMemoryBytes) {
    return failed(`its memory has more than ${maxMemoryBytes} bytes`);
  }
  return ok(read.data);
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function failed(message: string): Result<never, Fault> {
  return err({ code: "strategy_failed", message });
}
