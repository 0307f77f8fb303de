import { join } from "node:path";
import { type Fault, isoFromMillis, ok, type Result } from "#base";
import { type ExecutionLines, executionLineText, type OrderLines, orderLineText } from "#evidence";
import type { RunClock } from "../clock/run-clock.ts";
import { type LineWriter, openLineWriter } from "./line-writer.ts";

/** What a record says besides the head that the journal gives it. */
export type Body<Line> = Line extends unknown ? Omit<Line, "run_id" | "seq" | "ts_utc"> : never;

/** Order evidence that the run writes itself; attempts, calls, samples, freezes: the broker. */
type LivingOrderFile = "decision_trace" | "ledger_ticks" | "errors";

/** Order evidence that comes after the run. */
type AuditOrderFile =
  | "paging_traces"
  | "orders_history"
  | "fills"
  | "bills"
  | "auditor_discrepancies";

type OrderFile = LivingOrderFile | AuditOrderFile;
type ExecutionFile = keyof ExecutionLines;

/** There from the first moment, empty if there is nothing to say. */
const files: readonly (OrderFile | ExecutionFile)[] = [
  "decision_trace",
  "ledger_ticks",
  "errors",
  "market_bars",
  "e_probes",
  "agent_states",
  "mf_stats_ticks",
  "comfort_ticks",
  "genomes_snapshot",
  "birth_events",
  "death_events",
  "lifecycle_events",
  "probe_health_ticks",
  "probe_gating_ticks",
  "execution_gating_events",
  "exchange_snapshots",
  "capital_reconciliation_events",
  "price_reference_snapshots",
  "orderbook_snapshots",
  "paging_traces",
  "orders_history",
  "fills",
  "bills",
  "auditor_discrepancies",
  "exchange_error_events",
  "slippage_records",
  "latency_records",
];

/** Where a record lies: the line of its file, from 1. */
export type LinePlace = Readonly<{ file: string; line: number }>;

/**
 * Every line that the run writes goes through here: it gets the run, its number and the time of
 * its writing, and the file has one writer. Nothing is written after the first failure.
 */
export type Journal = Readonly<{
  runId: string;
  directory: string;
  clock: RunClock;
  order: <File extends OrderFile>(file: File, body: Body<OrderLines[File]>) => LinePlace;
  execution: <File extends ExecutionFile>(
    file: File,
    body: Body<ExecutionLines[File]>,
    /** For records of something that has a time of its own. */
    tsMs?: number,
  ) => LinePlace;
  lines: (file: OrderFile | ExecutionFile) => number;
  failure: () => Fault | null;
  /** What was written so far is durable when it says ok. */
  land: () => Result<void, Fault>;
  close: () => Result<void, Fault>;
}>;

/** Of a new run, or of one that a process left: its files are gone on with. */
export function openJournal(
  directory: string,
  runId: string,
  clock: RunClock,
  how: "new" | "left" = "new",
): Journal {
  const writers = new Map<string, LineWriter>();
  for (const file of files) writerOf(file);

  function writerOf(file: string): LineWriter {
    const known = writers.get(file);
    if (known !== undefined) return known;
    const writer = openLineWriter(join(directory, `${file}.jsonl`), how);
    writers.set(file, writer);
    return writer;
  }

  function headOf(writer: LineWriter, tsMs: number): Head {
    return { run_id: runId, seq: writer.lines, ts_utc: isoFromMillis(tsMs) };
  }

  function failure(): Fault | null {
    for (const writer of writers.values()) if (writer.failure !== null) return writer.failure;
    return null;
  }

  function each(act: (writer: LineWriter) => Result<void, Fault>): Result<void, Fault> {
    let first: Result<void, Fault> = ok(undefined);
    for (const writer of writers.values()) {
      const done = act(writer);
      if (first.ok && !done.ok) first = done;
    }
    return first;
  }

  return {
    runId,
    directory,
    clock,
    order(file, body): LinePlace {
      const writer = writerOf(file);
      const record = { ...headOf(writer, clock.nowMillis()), ...body };
      const text = orderLineText(file, record as unknown as OrderLines[typeof file]);
      return { file: `${file}.jsonl`, line: writer.line(text) };
    },
    execution(file, body, tsMs): LinePlace {
      const writer = writerOf(file);
      const record = { ...headOf(writer, tsMs ?? clock.nowMillis()), ...body };
      const text = executionLineText(file, record as unknown as ExecutionLines[typeof file]);
      return { file: `${file}.jsonl`, line: writer.line(text) };
    },
    lines: (file) => writers.get(file)?.lines ?? 0,
    failure,
    land: () => each((writer) => writer.land()),
    close: () => each((writer) => writer.close()),
  };
}

type Head = Readonly<{ run_id: string; seq: number; ts_utc: string }>;
