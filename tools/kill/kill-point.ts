import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createStream, type Stream } from "#base";

/** Where a process is killed: when something shows, and some milliseconds later. */
export type KillPoint = Readonly<{ jitterMs: number }> &
  (
    | Readonly<{ type: "line"; file: string; nth: number }>
    | Readonly<{ type: "file"; file: string }>
    | Readonly<{ type: "request"; nth: number }>
    | Readonly<{ type: "delay"; ms: number }>
  );

/** Files that grow while a run lives, with about as many lines as one of the campaign has. */
const livingFiles = [
  ["order_attempts.jsonl", 90],
  ["order_attempts.jsonl", 90],
  ["order_attempts.jsonl", 40],
  ["exchange_api_calls.jsonl", 190],
  ["exchange_api_calls.jsonl", 60],
  ["order_status_samples.jsonl", 40],
  ["decision_trace.jsonl", 75],
  ["exchange_snapshots.jsonl", 7],
  ["ledger_ticks.jsonl", 3],
  ["genomes_snapshot.jsonl", 20],
] as const;

/** Files of the end of a run, and documents that appear at once. */
const endLines = [
  ["paging_traces.jsonl", 10],
  ["orders_history.jsonl", 30],
  ["bills.jsonl", 30],
  ["slippage_records.jsonl", 30],
] as const;
const documents = [
  "run_manifest.json",
  "probe_startup_full.json",
  "startup_preflight.json",
  "agent_roster.json",
  "birth_events.jsonl",
  "auditor_report.json",
  "gating_telemetry.json",
  "m_execution_raw_part_0001.json",
  "multiple_experiments_summary.json",
  "evidence_ref_index.json",
  "SHA256SUMS",
] as const;

/** The n-th point of a campaign: a function of seed and number alone. */
export function killPoint(seed: number, number: number): KillPoint {
  const draw = createStream({ seed, stream: "sample", id: number });
  const kind = draw.below(100);
  const jitterMs = draw.below(3) === 0 ? draw.below(30) : 0;
  if (kind < 50) return { ...lineOf(draw, livingFiles), jitterMs };
  if (kind < 60) return { ...lineOf(draw, endLines), jitterMs };
  if (kind < 75) return { type: "request", nth: 1 + draw.below(220), jitterMs };
  if (kind < 87)
    return { type: "file", file: documents[draw.below(documents.length)] ?? "", jitterMs };
  return { type: "delay", ms: draw.below(5000), jitterMs };
}

/** A point of the process that ends a killed run: it asks less and writes more at once. */
export function endKillPoint(seed: number, number: number): KillPoint {
  const draw = createStream({ seed, stream: "fault", id: number });
  const jitterMs = draw.below(3) === 0 ? draw.below(30) : 0;
  const kind = draw.below(3);
  if (kind === 0) return { ...lineOf(draw, endLines), jitterMs };
  if (kind === 1) return { type: "request", nth: 1 + draw.below(30), jitterMs };
  return { type: "file", file: documents[5 + draw.below(6)] ?? "", jitterMs };
}

function lineOf(
  draw: Stream,
  files: readonly (readonly [string, number])[],
): Readonly<{ type: "line"; file: string; nth: number }> {
  const [file, lines] = files[draw.below(files.length)] ?? ["order_attempts.jsonl", 1];
  return { type: "line", file, nth: 1 + draw.below(lines) };
}

export type Watched = Readonly<{
  /** The directory of the run; null while it has none. */
  directory: () => string | null;
  /** Requests that the venue counted since the process began. */
  requests: () => Promise<number>;
  hasEnded: () => boolean;
}>;

const pollMs = 1;

/** Comes back at the point; false when the process ended before. */
export async function reachPoint(point: KillPoint, watched: Watched): Promise<boolean> {
  for (;;) {
    if (watched.hasEnded()) return false;
    const directory = watched.directory();
    if (directory !== null && (await isReached(point, directory, watched))) break;
    await sleep(pollMs);
  }
  if (point.type === "delay") await sleep(point.ms);
  if (point.jitterMs > 0) await sleep(point.jitterMs);
  return !watched.hasEnded();
}

async function isReached(
  point: KillPoint,
  directory: string,
  { requests }: Watched,
): Promise<boolean> {
  switch (point.type) {
    case "line":
      return linesIn(join(directory, point.file)) >= point.nth;
    case "file":
      return linesIn(join(directory, point.file)) > 0;
    case "request":
      return (await requests()) >= point.nth;
    case "delay":
      return true;
  }
}

function linesIn(path: string): number {
  try {
    const bytes = readFileSync(path);
    let lines = 0;
    for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines += 1;
    return lines;
  } catch {
    return 0;
  }
}

export function pointText(point: KillPoint): string {
  const jitter = point.jitterMs === 0 ? "" : ` + ${point.jitterMs} ms`;
  switch (point.type) {
    case "line":
      return `line ${point.nth} of ${point.file}${jitter}`;
    case "file":
      return `${point.file}${jitter}`;
    case "request":
      return `request ${point.nth}${jitter}`;
    case "delay":
      return `${point.ms} ms${jitter}`;
  }
}
