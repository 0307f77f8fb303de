import { createHash } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { canonicalJson, err, type Fault, type Json, ok, parseJson, type Result } from "#base";
import { systemCode, writeFault } from "./node-faults.ts";
import { datasetsRoot, isProcessAlive } from "./store.ts";

/** What was fetched so far of one series: the file, its safe length, and where to go on. */
type SeriesState = Readonly<{ bytes: number; next_ms: number; last_ts_ms: number | null }>;

/**
 * A fetch in progress, kept on the disk so that the next run continues it. Rows are appended
 * first and the state moves after them: what a crash left behind the state is cut off.
 */
export type PartialFetch = Readonly<{
  directory: string;
  path: (file: string) => string;
  state: (file: string) => SeriesState | null;
  append: (
    file: string,
    lines: readonly string[],
    next: Omit<SeriesState, "bytes">,
  ) => Fault | null;
  /** Lets the next run in; `remove` when nothing is left to continue. */
  close: (remove: boolean) => void;
}>;

const stateFile = "state.json";
const lockFile = "lock";

const stateShape = z.record(
  z.string(),
  z.strictObject({ bytes: z.int().min(0), next_ms: z.int(), last_ts_ms: z.int().nullable() }),
);

/**
 * Opens the partial fetch of exactly this question. Faults: fetch_busy when another process works
 * on it, disk_full, disk_write_failed.
 */
export function openPartial(root: string, question: Json): Result<PartialFetch, Fault> {
  const key = createHash("sha256").update(canonicalJson(question)).digest("hex").slice(0, 16);
  const directory = join(datasetsRoot(root), `.partial-${key}`);
  try {
    mkdirSync(directory, { recursive: true });
    const busy = lock(directory);
    if (busy !== null) return err(busy);
    return ok(createPartial(directory, readState(directory)));
  } catch (cause) {
    return err(writeFault(cause, directory));
  }
}

function createPartial(directory: string, read: Map<string, SeriesState>): PartialFetch {
  const states = read;
  const path = (file: string): string => join(directory, file);

  return {
    directory,
    path,
    state: (file) => states.get(file) ?? null,
    append(file, lines, next): Fault | null {
      try {
        if (lines.length > 0) appendFileSync(path(file), `${lines.join("\n")}\n`, { flush: true });
        const bytes = existsSync(path(file)) ? statSync(path(file)).size : 0;
        states.set(file, { bytes, ...next });
        writeState(directory, states);
        return null;
      } catch (cause) {
        return writeFault(cause, path(file));
      }
    },
    close: (remove) =>
      rmSync(remove ? directory : path(lockFile), { recursive: true, force: true }),
  };
}

/** An unreadable state means starting over: it is a cache of the venue, not a record. */
function readState(directory: string): Map<string, SeriesState> {
  const path = join(directory, stateFile);
  const json = existsSync(path) ? parseJson(readFileSync(path, "utf8")) : null;
  const read = json?.ok === true ? stateShape.safeParse(json.value) : null;
  const states = new Map<string, SeriesState>();
  if (read?.success !== true) return states;
  for (const [file, state] of Object.entries(read.data)) {
    const target = join(directory, file);
    const size = existsSync(target) ? statSync(target).size : 0;
    if (size < state.bytes) continue;
    if (size > state.bytes) truncateSync(target, state.bytes);
    states.set(file, state);
  }
  return states;
}

function writeState(directory: string, states: ReadonlyMap<string, SeriesState>): void {
  const path = join(directory, stateFile);
  writeFileSync(`${path}.new`, `${JSON.stringify(Object.fromEntries(states))}\n`, { flush: true });
  renameSync(`${path}.new`, path);
}

/** One process per partial fetch; the lock of a dead one is taken over. */
function lock(directory: string): Fault | null {
  const path = join(directory, lockFile);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const file = openSync(path, "wx");
      writeFileSync(file, String(process.pid));
      closeSync(file);
      return null;
    } catch (cause) {
      if (systemCode(cause) !== "EEXIST") throw cause;
      const owner = Number(readFileSync(path, "utf8"));
      if (owner !== process.pid && owner > 0 && isProcessAlive(owner)) break;
      rmSync(path, { force: true });
    }
  }
  const message = "another process is fetching the same series; wait for it or end it";
  return { code: "fetch_busy", message, at: directory };
}
