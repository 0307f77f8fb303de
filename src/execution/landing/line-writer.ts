import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { type Fault, ok, type Result } from "#base";
import { writeFault } from "./write-fault.ts";

/**
 * The one writer of a file of lines while the run lives. After the first failed write it takes no
 * more: what the disk holds then is unknown, and the run must stop.
 */
export type LineWriter = Readonly<{
  readonly lines: number;
  readonly failure: Fault | null;
  /** Takes a line without its end and gives its number, from 1. */
  line: (text: string) => number;
  /** Everything taken so far is durable when it says ok. Fault: run_write_failed and the like. */
  land: () => Result<void, Fault>;
  /** Lands and closes. */
  close: () => Result<void, Fault>;
}>;

/**
 * A new file, or one that a process before this one left: then a last line without its end never
 * landed, and goes to a side file `NAME.torn`.
 */
export function openLineWriter(path: string, how: "new" | "left" = "new"): LineWriter {
  let descriptor: number | null = null;
  let failure: Fault | null = null;
  let pending = "";
  let dirty = false;
  let lines = 0;

  function attempt(act: (open: number) => void): void {
    if (failure !== null || descriptor === null) return;
    try {
      act(descriptor);
    } catch (cause) {
      failure = writeFault(path, cause);
    }
  }

  try {
    descriptor = openSync(path, how === "new" ? "ax" : "a", 0o644);
    if (how === "left") lines = wholeLines(path, descriptor);
  } catch (cause) {
    failure = writeFault(path, cause);
  }

  function land(): Result<void, Fault> {
    attempt((open) => {
      const bytes = Buffer.from(pending);
      pending = "";
      for (let at = 0; at < bytes.length; ) at += writeSync(open, bytes, at);
      if (dirty) fsyncSync(open);
      dirty = false;
    });
    return failure === null ? ok(undefined) : { ok: false, fault: failure };
  }

  return {
    get lines(): number {
      return lines;
    },
    get failure(): Fault | null {
      return failure;
    },
    line(text): number {
      pending += `${text}\n`;
      dirty = true;
      lines += 1;
      return lines;
    },
    land,
    close(): Result<void, Fault> {
      const landed = land();
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
      return landed;
    },
  };
}

const lineFeed = 0x0a;

/** How many lines are whole; what is behind the last of them is cut off. */
function wholeLines(path: string, descriptor: number): number {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(lineFeed) + 1;
  if (end < bytes.length) {
    writeFileSync(`${path}.torn`, bytes.subarray(end), { flag: "a", flush: true });
    ftruncateSync(descriptor, end);
    fsyncSync(descriptor);
  }
  let lines = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) lines += 1;
  return lines;
}
