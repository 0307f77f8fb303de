import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { DatabaseSync, StatementSync } from "node:sqlite";

/** What happens at changing operation number `at` of the real file system, the first being 0. */
export type Break = Readonly<{
  at: number;
  /** The process is killed before it, or in the middle of a write, or it fails with this code. */
  how: "killed" | "killed halfway" | "EIO" | "ENOSPC";
}>;

/** Thrown by everything from the kill on; no program can handle it. */
class Killed extends Error {
  override readonly name: string = "Killed";
}

export type Broken = Readonly<{
  /** How many changing operations were begun. */
  steps: number;
  /** Whether the act came to its end. */
  ended: boolean;
}>;

/**
 * Does this while every changing operation on files, and every statement of SQLite, is counted and
 * one of them is broken. A process that was killed changes nothing more: from then on each of them
 * throws, whatever else the program tries. For tests that run alone in their process, and import
 * this module before any other: what a module took from `node:fs` before cannot be broken.
 */
export async function withBrokenStep(
  fault: Break | null,
  act: () => Promise<void> | void,
): Promise<Broken> {
  const state: State = { fault, steps: 0, isDead: false, open: new Set() };
  current = state;
  try {
    await act();
    return { steps: state.steps, ended: !state.isDead };
  } catch (error) {
    if (!state.isDead) throw error;
    return { steps: state.steps, ended: false };
  } finally {
    current = null;
    // The system closes what a killed process had open.
    for (const descriptor of state.open) fs.closeSync(descriptor);
  }
}

/** Every way to break each of so many steps. */
export function breaksOf(steps: number): readonly Break[] {
  const ways = ["killed", "killed halfway", "EIO", "ENOSPC"] as const;
  return Array.from({ length: steps }, (_, at) => ways.map((how) => ({ at, how }))).flat();
}

type State = {
  readonly fault: Break | null;
  steps: number;
  isDead: boolean;
  readonly open: Set<number>;
};

type Call = (...given: unknown[]) => unknown;
type Around = (state: State, what: string, call: Call, given: unknown[]) => unknown;

let current: State | null = null;

const changing = [
  ...["writeSync", "fsyncSync", "fdatasyncSync", "ftruncateSync", "fchmodSync"],
  ...["renameSync", "linkSync", "symlinkSync", "unlinkSync", "rmSync", "rmdirSync", "mkdirSync"],
  ...["chmodSync", "truncateSync", "writeFileSync", "appendFileSync", "copyFileSync", "cpSync"],
];

for (const name of changing) wrap(fs, name, name);
wrap(fs, "openSync", "openSync", opened);
wrap(fs, "closeSync", "closeSync", closed);
for (const name of ["run", "all", "get", "iterate"]) {
  wrap(StatementSync.prototype, name, `sql ${name}`);
}
wrap(DatabaseSync.prototype, "exec", "sql exec");
syncBuiltinESMExports();

function wrap(owner: object, name: string, what: string, around: Around = step): void {
  const methods = owner as Record<string, Call>;
  const original = methods[name];
  if (original === undefined) throw new Error(`there is no ${name}`);
  methods[name] = function wrapped(this: unknown, ...given: unknown[]): unknown {
    const call: Call = (...passed) => original.apply(this, passed);
    return current === null ? call(...given) : around(current, what, call, given);
  };
}

function opened(state: State, what: string, call: Call, given: unknown[]): unknown {
  const [, flags] = given;
  const isReading = flags === undefined || flags === "r" || isReadOnly(flags);
  const descriptor = isReading ? call(...given) : step(state, what, call, given);
  state.open.add(descriptor as number);
  return descriptor;
}

function isReadOnly(flags: unknown): boolean {
  const { O_CREAT, O_RDWR, O_WRONLY } = fs.constants;
  return typeof flags === "number" && (flags & (O_CREAT | O_RDWR | O_WRONLY)) === 0;
}

function closed(state: State, _what: string, call: Call, given: unknown[]): unknown {
  state.open.delete(given[0] as number);
  return call(...given);
}

function step(state: State, what: string, call: Call, given: unknown[]): unknown {
  if (state.isDead) throw new Killed("the process is gone");
  const number = state.steps;
  state.steps += 1;
  if (state.fault?.at !== number) return call(...given);
  const { how } = state.fault;
  if (how === "EIO" || how === "ENOSPC") throw failure(how, what);
  state.isDead = true;
  if (how === "killed halfway" && what === "writeSync") writeHalf(call, given);
  throw new Killed(`killed at ${what}`);
}

/** As Node reports it, of a file or of SQLite. */
function failure(how: "EIO" | "ENOSPC", name: string): Error {
  const error = new Error(`${how}: broken ${name}`);
  if (!name.startsWith("sql ")) return Object.assign(error, { code: how, syscall: name });
  const errcode = how === "EIO" ? sqliteInputOutputError : sqliteFull;
  return Object.assign(error, { code: "ERR_SQLITE_ERROR", errcode, errstr: how });
}

const sqliteInputOutputError = 10;
const sqliteFull = 13;

function writeHalf(call: Call, [descriptor, data, offset, length, position]: unknown[]): void {
  if (!(data instanceof Uint8Array)) return;
  const from = typeof offset === "number" ? offset : 0;
  const size = typeof length === "number" ? length : data.length - from;
  call(descriptor, data, from, Math.floor(size / 2), position ?? null);
}
