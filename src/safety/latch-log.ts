import {
  err,
  type Fault,
  isJsonList,
  isoFromMillis,
  type Json,
  type Millis,
  millisFromIso,
  ok,
  parseJson,
  type Result,
} from "#base";
import type { Latch } from "./halt-latch.ts";

/** What the log of the latch says: where it stands, and how many whole lines said so. */
export type LatchLog = Readonly<{ latch: Latch; lines: number }>;

/**
 * The latch on disk is a log: one act to a line, nothing is ever rewritten, so two processes may
 * append to it. A release names the number of lines before it, so that it lets go of no halt that
 * came in between and that nobody looked at.
 */
export function latchLine(latch: Exclude<Latch, { state: "clear" }>, linesBefore: number): string {
  switch (latch.state) {
    case "latched": {
      const { sinceMs, source, reason } = latch;
      const ts_utc = isoFromMillis(sinceMs);
      return JSON.stringify({ schema_version, event: "latched", ts_utc, source, reason });
    }
    case "released": {
      const ts_utc = isoFromMillis(latch.atMs);
      const act = { event: "released", ts_utc, by: latch.by, lines_before: linesBefore };
      return JSON.stringify({ schema_version, ...act });
    }
  }
}

/**
 * Where the log stands. An empty one was never latched. What cannot be read, a line without its
 * end too, latches: it may have been a halt.
 */
export function readLatchLog(text: string): LatchLog {
  const lines = text.split("\n");
  const tail = lines.pop();
  let latch: Latch = { state: "clear" };
  for (const [index, line] of lines.entries()) {
    const act = readLine(line);
    if (!act.ok) latch = unreadable(act.fault.code, latch);
    else if (act.value.latch.state !== "released") latch = keepFirst(latch, act.value.latch);
    else if (act.value.linesBefore === index) latch = act.value.latch;
  }
  if (tail !== undefined && tail !== "") latch = unreadable("latch_torn", latch);
  return { latch, lines: lines.length };
}

type Act = Readonly<{ latch: Latch; linesBefore: number | null }>;

const schema_version = "halt_latch/1";

function readLine(line: string): Result<Act, Fault> {
  const parsed = parseJson(line);
  if (!parsed.ok) return foreign(parsed.fault.message);
  const record = parsed.value;
  if (typeof record !== "object" || record === null || isJsonList(record)) {
    return foreign("not a record");
  }
  const at = timeOf(record["ts_utc"]);
  if (record["schema_version"] !== schema_version || at === null) return foreign("not of ours");
  const { event, source, reason, by, lines_before: linesBefore } = record;
  if (event === "latched" && typeof source === "string" && typeof reason === "string") {
    return ok({ latch: { state: "latched", sinceMs: at, source, reason }, linesBefore: null });
  }
  const named = typeof by === "string" && by.trim() !== "";
  if (event === "released" && named && typeof linesBefore === "number") {
    return ok({ latch: { state: "released", atMs: at, by }, linesBefore });
  }
  return foreign("unknown event");
}

function timeOf(value: Json | undefined): Millis | null {
  if (typeof value !== "string") return null;
  const millis = millisFromIso(value);
  return millis.ok ? millis.value : null;
}

function foreign(message: string): Result<never, Fault> {
  return err({ code: "latch_unreadable", message });
}

function unreadable(reason: string, before: Latch): Latch {
  return keepFirst(before, { state: "latched", sinceMs: 0, source: "halt latch", reason });
}

/** The first cause stays the cause until it is let go of. */
function keepFirst(before: Latch, now: Latch): Latch {
  return before.state === "latched" ? before : now;
}
