import { err, type Fault, ok, type Result } from "#base";
import type { Latch } from "#safety";
import { appendLatch, type LatchMark, loadLatchLog, markLatchLog } from "./latch-file.ts";

/** The latch as its log and the memory of this process have it. */
export type LatchKeeper = Readonly<{
  /** Looks whether the log has changed, and says where the latch stands. */
  stand: () => Latch;
  /** Makes an engaged latch durable; where the disk takes it not, it holds in memory. */
  keep: (latch: Latch) => void;
  /**
   * Writes a release that two people approved: the latch is clear in this process until anything
   * more is written. Faults: latch_not_written, release_overtaken.
   */
  clear: (atMs: number, by: string) => Result<void, Fault>;
  fault: () => Fault | null;
}>;

type Engaged = Extract<Latch, { state: "latched" }>;

export function openLatchKeeper(latchFile: string): LatchKeeper {
  let mark: LatchMark | null | "unread" = "unread";
  let onDisk: Latch = { state: "clear" };
  let lines = 0;
  /** A latch that the disk does not hold; it ends with the process, or by two people. */
  let held: Engaged | null = null;
  let fault: Fault | null = null;
  /** The length of the log right behind a release by two people; of other lengths it is none. */
  let clearAtLines: number | null = null;

  function refresh(): void {
    const found = markOrNothing(latchFile);
    if (mark !== "unread" && isSameMark(found, mark)) return;
    const log = loadLatchLog(latchFile);
    if (log.lines < lines || !log.readable) held ??= log.readable ? shrunkLog : unreadableLog;
    mark = found;
    onDisk = log.latch;
    lines = log.lines;
  }

  function standing(): Latch {
    if (held !== null) return held;
    const isClear = onDisk.state === "released" && lines === clearAtLines;
    return isClear ? { state: "clear" } : onDisk;
  }

  return {
    stand() {
      refresh();
      return standing();
    },
    keep(latch) {
      if (latch.state !== "latched" || latch === held || latch === onDisk) return;
      const written = appendLatch(latchFile, latch, lines);
      if (written.ok) return refresh();
      fault = written.fault;
      held = latch;
    },
    clear(atMs, by) {
      const before = lines;
      const written = appendLatch(latchFile, { state: "released", atMs, by }, before);
      if (!written.ok) return written;
      refresh();
      if (onDisk.state !== "released" || lines !== before + 1) return err(overtaken);
      held = null;
      clearAtLines = lines;
      return ok(undefined);
    },
    fault: () => fault,
  };
}

const overtaken: Fault = {
  code: "release_overtaken",
  message: "another halt came in while this one was released; look at it first",
};

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
