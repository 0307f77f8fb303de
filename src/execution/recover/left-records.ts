import { join } from "node:path";
import { err, type Fault, millisFromIso, ok, parseJson, type Result } from "#base";
import type { ExecutionLines, OrderLines, StartupPreflight } from "#evidence";
import { type RecordedOrders, readRecordedOrders } from "#venues";
import type { DeadRun } from "./dead-run.ts";
import { readLeftLines, readText } from "./read-lines.ts";

/** What a dead run recorded of itself, as far as its end is made of it. */
export type LeftRecords = Readonly<{
  orders: RecordedOrders;
  /** Null: the startup flatten was not over yet. */
  preflight: StartupPreflight | null;
  /** Null: there were no agents yet, or not all of them. */
  founding: Founding | null;
  decisions: readonly OrderLines["decision_trace"][];
  ledger: readonly OrderLines["ledger_ticks"][];
  deaths: readonly ExecutionLines["death_events"][];
  snapshots: readonly ExecutionLines["exchange_snapshots"][];
  references: readonly ExecutionLines["price_reference_snapshots"][];
  errors: readonly OrderLines["errors"][];
  /** The window of the run; null: it did not come as far as asking for the venue's time. */
  windowStartMs: number | null;
  /** When the process that lived the run was last heard of. */
  diedMs: number;
}>;

export type Founding = Readonly<{
  births: readonly ExecutionLines["birth_events"][];
  genomes: readonly ExecutionLines["genomes_snapshot"][];
}>;

/** Faults: recorded_damaged, recorded_unreadable. */
export function readLeftRecords(dead: DeadRun): Result<LeftRecords, Fault> {
  const { directory, runId } = dead;
  let fault: Fault | null = null;
  function lines<Line extends Readonly<{ run_id: string; ts_utc: string }>>(
    stem: string,
  ): readonly Line[] {
    const read = readLeftLines<Line>(directory, stem, runId);
    if (read.ok) return read.value;
    fault ??= read.fault;
    return [];
  }

  const orders = readRecordedOrders(directory);
  if (!orders.ok) return orders;
  const preflight = readDocument<StartupPreflight>(directory, "startup_preflight.json");
  if (!preflight.ok) return preflight;
  const founding = readFounding(dead, {
    births: lines<ExecutionLines["birth_events"]>("birth_events"),
    genomes: lines<ExecutionLines["genomes_snapshot"]>("genomes_snapshot"),
  });
  if (!founding.ok) return founding;
  const errors = lines<OrderLines["errors"]>("errors");
  const records: LeftRecords = {
    orders: orders.value,
    preflight: preflight.value,
    founding: founding.value,
    decisions: lines<OrderLines["decision_trace"]>("decision_trace"),
    ledger: lines<OrderLines["ledger_ticks"]>("ledger_ticks"),
    deaths: lines<ExecutionLines["death_events"]>("death_events"),
    snapshots: lines<ExecutionLines["exchange_snapshots"]>("exchange_snapshots"),
    references: lines<ExecutionLines["price_reference_snapshots"]>("price_reference_snapshots"),
    errors,
    windowStartMs: windowStartOf(orders.value),
    diedMs: diedMsOf(dead, errors),
  };
  if (fault !== null) return err(fault);
  const acted = orders.value.attempts.some(({ agent_id_hash: agent }) => agent !== null);
  if (founding.value !== null || !acted) return ok(records);
  const message = "agents sent orders, and their founding is not whole: reconcile it by hand";
  return err({ code: "recorded_damaged", message, at: directory });
}

/** Code of the line in errors.jsonl that keeps when the process died; later lines are later. */
export const killedCode = "process_killed";

export function killedDetail(diedMs: number): string {
  return `the process of this run was last heard of at ${diedMs}`;
}

function diedMsOf({ lastMs }: DeadRun, errors: LeftRecords["errors"]): number {
  const told = errors.find(({ reason_code: code }) => code === killedCode);
  const [, ms] = /at (\d+)$/.exec(told?.detail ?? "") ?? [];
  return ms === undefined ? lastMs : Number(ms);
}

/**
 * The first question of a run that has a name is for the venue's time, and its window opens a
 * millisecond after the answer.
 */
function windowStartOf({ calls }: RecordedOrders): number | null {
  const first = calls.find(({ component }) => component === "broker");
  const ms = millisFromIso(first?.ts_utc ?? "");
  return ms.ok ? ms.value + 1 : null;
}

/** Agents are there when the roster, the births and the genomes name the same ones. */
function readFounding(
  { directory }: DeadRun,
  { births, genomes }: Founding,
): Result<Founding | null, Fault> {
  type Roster = Readonly<{ agents: readonly Readonly<{ agent_id_hash: string }>[] }>;
  const roster = readDocument<Roster>(directory, "agent_roster.json");
  if (!roster.ok) return roster;
  const due = (roster.value?.agents ?? []).map(({ agent_id_hash: agent }) => agent).toSorted();
  const isWhole = [births, genomes].every((lines) => {
    const there = lines.map(({ agent_id_hash: agent }) => agent).toSorted();
    return there.length > 0 && there.join(" ") === due.join(" ");
  });
  return ok(isWhole ? { births, genomes } : null);
}

/** Documents are put in place whole, so one that cannot be read was damaged. */
function readDocument<Document>(directory: string, name: string): Result<Document | null, Fault> {
  const path = join(directory, name);
  const text = readText(path);
  if (!text.ok || text.value === null) return text.ok ? ok(null) : text;
  const json = parseJson(text.value);
  if (json.ok) return ok(json.value as unknown as Document);
  const message = "a document of this run cannot be read: reconcile it by hand";
  return err({ code: "recorded_damaged", message, at: path });
}
