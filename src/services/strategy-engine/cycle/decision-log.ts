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
  /**
   * Durable when it says ok. Faults: decision_log_closed, and those of the chained log, which is
   * opened anew a minute after one, with what a torn write left set aside.
   */
  land: (record: NewDecision, nowMs: number) => Result<void, Fault>;
  /** Why the last decision did not land; null when it did. */
  trouble: () => Fault | null;
  close: () => Result<void, Fault>;
}>;

export type DecisionLogOptions = Readonly<{ root: string; bootId: string }>;

/** A disk that was full is tried again, but not with every round: each try leaves a file open. */
const retryMs = 60_000;

export function createDecisionLog({ root, bootId }: DecisionLogOptions): DecisionLog {
  const above = join(root, "audit_artifacts", "proposals");
  let open: Readonly<{ day: string; log: ChainedLog<DecisionRecord> }> | null = null;
  let failed: Readonly<{ fault: Fault; atMs: number }> | null = null;
  let isClosed = false;

  function logOf(day: string): Result<ChainedLog<DecisionRecord>, Fault> {
    if (open?.day === day) return ok(open.log);
    const closed = closeDay();
    if (!closed.ok) return closed;
    const place = { folder: join(above, day), name: "proposals" };
    const opened = openChainedLog(chainHost(), place, shape);
    if (!opened.ok) return opened;
    open = { day, log: opened.value };
    return ok(opened.value);
  }

  /** Held on to until its lock is given back, which takes a disk that can be written. */
  function closeDay(): Result<void, Fault> {
    const closed = open === null ? ok(undefined) : open.log.close();
    if (closed.ok) open = null;
    return closed;
  }

  return {
    land(record, nowMs) {
      // A round that outlives its service must not take the lock that the next start needs.
      if (isClosed) return err({ code: "decision_log_closed", message: "the engine has ended" });
      if (failed !== null && Math.abs(nowMs - failed.atMs) < retryMs) return err(failed.fault);
      const cleared = failed === null ? ok(undefined) : closeDay();
      const ts_utc = isoFromMillis(Math.floor(nowMs));
      const log = cleared.ok ? logOf(ts_utc.slice(0, 10)) : cleared;
      const place = { schema: decisionRecordSchema, ts_utc, boot_id: bootId } as const;
      const landed = log.ok ? log.value.append({ ...place, ...record }) : log;
      failed = landed.ok ? null : { fault: landed.fault, atMs: nowMs };
      return landed.ok ? ok(undefined) : err(landed.fault);
    },
    trouble: () => failed?.fault ?? null,
    close() {
      isClosed = true;
      return closeDay();
    },
  };
}
