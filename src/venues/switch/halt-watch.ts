import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Fault } from "#base";
import {
  engageLatch,
  evaluateStop,
  evaluateSwitch,
  type HaltReading,
  type Latch,
  type Moment,
  type StopVerdict,
} from "#safety";
import { appendLatch, type LatchMark, loadLatchLog, markLatchLog } from "./latch-file.ts";
import { readStopFile, readSwitchFile, readSwitchVariable } from "./read-source.ts";

/** Where the switches of an installation are. */
export type HaltPlaces = Readonly<{
  /** The value of EXECUTION_HALTED; undefined when it is not set. */
  variable: string | undefined;
  /** The file of the switch, always a source: a file that was taken away halts. */
  file: string;
  latchFile: string;
  stopFile: string;
}>;

/** Reads the switches for every single order; nothing of a reading is kept for the next. */
export type HaltWatch = Readonly<{
  /** Switch and latch now. A halted reading engages the latch before this returns. */
  look: () => HaltReading;
  stop: () => StopVerdict;
  /** Why the latch could not be made durable; null when it could. */
  latchFault: () => Fault | null;
}>;

/** What EXECUTION_HALTED_FILE says when it is not set. */
export const defaultSwitchFile = "/etc/assay/kill-switch/EXECUTION_HALTED";

/** The usual places below a root; `variables` are those of the environment. */
export function haltPlaces(
  root: string,
  variables: Readonly<{
    EXECUTION_HALTED?: string | undefined;
    EXECUTION_HALTED_FILE?: string | undefined;
  }>,
): HaltPlaces {
  return {
    variable: variables.EXECUTION_HALTED,
    file: variables.EXECUTION_HALTED_FILE ?? defaultSwitchFile,
    latchFile: join(root, "halt", "latch.jsonl"),
    stopFile: join(root, "STOP"),
  };
}

export function systemMoment(): Moment {
  return { wallMs: Date.now(), monoMs: performance.now() };
}

/** `now` is asked for once for each look, after the sources were read. */
export function openHaltWatch(places: HaltPlaces, now: () => Moment = systemMoment): HaltWatch {
  const variable = readSwitchVariable(places.variable);
  let mark: LatchMark | null | "unread" = "unread";
  let onDisk: Latch = { state: "clear" };
  let lines = 0;
  /** A latch that the disk does not hold; it ends with the process alone. */
  let held: Extract<Latch, { state: "latched" }> | null = null;
  let fault: Fault | null = null;

  function refresh(): void {
    const found = markOrNothing(places.latchFile);
    if (mark !== "unread" && isSameMark(found, mark)) return;
    const log = loadLatchLog(places.latchFile);
    if (log.lines < lines || !log.readable) held ??= log.readable ? shrunkLog : unreadableLog;
    mark = found;
    onDisk = log.latch;
    lines = log.lines;
  }

  function engage(latch: Extract<Latch, { state: "latched" }>): void {
    const written = appendLatch(places.latchFile, latch, lines);
    if (written.ok) return refresh();
    fault = written.fault;
    held = latch;
  }

  return {
    look(): HaltReading {
      const file = readSwitchFile(places.file);
      const sources = [
        { name: "EXECUTION_HALTED", reading: variable },
        { name: places.file, reading: file },
      ];
      const verdict = evaluateSwitch(sources, now());
      refresh();
      const latch = engageLatch(held ?? onDisk, verdict);
      if (latch.state === "latched" && latch !== held && latch !== onDisk) engage(latch);
      return { verdict, latch };
    },
    stop: () => evaluateStop(readStopFile(places.stopFile)),
    latchFault: () => fault,
  };
}

const unknownLog = { state: "latched", sinceMs: 0, source: "halt latch" } as const;
const shrunkLog = { ...unknownLog, reason: "latch_log_shrank" } as const;
const unreadableLog = { ...unknownLog, reason: "latch_unreadable" } as const;

/** A log that cannot even be looked at counts as changed, and reading it will say why. */
function markOrNothing(path: string): LatchMark | null | "unread" {
  try {
    return markLatchLog(path);
  } catch {
    return "unread";
  }
}

function isSameMark(one: LatchMark | null | "unread", other: LatchMark | null): boolean {
  if (one === "unread") return false;
  if (one === null || other === null) return one === other;
  return one.size === other.size && one.file === other.file && one.changedMs === other.changedMs;
}
