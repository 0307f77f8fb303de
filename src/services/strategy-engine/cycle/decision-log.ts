import { join } from "node:path";
import * as z from "zod";
import { err, type Fault, isoFromMillis, type Json, ok, type Result } from "#base";
import { type Chained, type ChainedLog, chainHost, openChainedLog } from "#evidence";

/** What landed: a proposal, a refusal, or that an older proposal gave way to a newer one. */
export type DecisionRecord = Chained &
  Readonly<{
    schema: typeof decisionRecordSchema;
    ts_utc: string;
    boot_id: string;
    strategy_name: string;
    type: "proposal" | "refusal" | "superseded";
    /** As it is published. */
    body: Json;
    /** The strategy's whole answer behind a proposal; null otherwise. */
    decision: Json;
  }>;

export const decisionRecordSchema = "assay.strategy_decision/1";

const shape: z.ZodType<DecisionRecord> = z.strictObject({
  seq: z.int().min(0),
  previous_sha256: z.string().nullable(),
  schema: z.literal(decisionRecordSchema),
  ts_utc: z.string(),
  boot_id: z.string(),
  strategy_name: z.string(),
  type: z.enum(["proposal", "refusal", "superseded"]),
  body: z.json(),
  decision: z.json(),
});

export type NewDecision = Pick<DecisionRecord, "strategy_name" | "type" | "body" | "decision">;

/** Where decisions land before anybody hears of them: one chained log for each UTC day. */
export type DecisionLog = Readonly<{
  /** Durable when it says ok. Faults: of the chained log; after one nothing more lands. */
  land: (record: NewDecision, nowMs: number) => Result<void, Fault>;
  close: () => Result<void, Fault>;
}>;

export type DecisionLogOptions = Readonly<{ root: string; bootId: string }>;

export function createDecisionLog({ root, bootId }: DecisionLogOptions): DecisionLog {
  const above = join(root, "audit_artifacts", "proposals");
  let open: Readonly<{ day: string; log: ChainedLog<DecisionRecord> }> | null = null;

  function logOf(day: string): Result<ChainedLog<DecisionRecord>, Fault> {
    if (open?.day === day) return ok(open.log);
    const closed = close();
    if (!closed.ok) return closed;
    const place = { folder: join(above, day), name: "proposals" };
    const opened = openChainedLog(chainHost(), place, shape);
    if (!opened.ok) return opened;
    open = { day, log: opened.value };
    return ok(opened.value);
  }

  function close(): Result<void, Fault> {
    const closed = open === null ? ok(undefined) : open.log.close();
    open = null;
    return closed;
  }

  return {
    land(record, nowMs) {
      const ts_utc = isoFromMillis(Math.floor(nowMs));
      const log = logOf(ts_utc.slice(0, 10));
      if (!log.ok) return log;
      const landed = log.value.append({
        schema: decisionRecordSchema,
        ts_utc,
        boot_id: bootId,
        ...record,
      });
      return landed.ok ? ok(undefined) : err(landed.fault);
    },
    close,
  };
}
