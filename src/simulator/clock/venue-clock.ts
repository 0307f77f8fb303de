import { assert, type Clock } from "#base";
import { createAgenda } from "./agenda.ts";

/**
 * - real: one second of the venue is one second of the machine.
 * - accelerated: `factor` seconds of the venue pass in one.
 * - stepped: time stands still until `advanceTo` moves it.
 */
export type ClockMode =
  | Readonly<{ kind: "real" }>
  | Readonly<{ kind: "accelerated"; factor: number }>
  | Readonly<{ kind: "stepped" }>;

/**
 * The only time the venue knows. Tasks run one after another, each seeing the clock stand at the
 * millisecond it asked for, so that what happens does not depend on how late a timer fired.
 */
export type VenueClock = Readonly<{
  mode: ClockMode;
  /** Venue time in whole milliseconds since 1970. */
  nowMs: () => number;
  /** The same in microseconds, for `inTime` and `outTime`. */
  nowMicros: () => number;
  /** Runs `task` when the venue reaches `atMs`, soon when it has; gives the way to call it off. */
  at: (atMs: number, task: () => void) => () => void;
  /** Runs what is due; every request begins with this. */
  settle: () => void;
  /** Stepped only: runs everything due on the way and stops there. Never goes back. */
  advanceTo: (toMs: number) => void;
  close: () => void;
}>;

export type ClockOptions = Readonly<{
  mode: ClockMode;
  startMs: number;
  /** The machine's time; `nowMicros` must never go back. */
  machine: MachineClock;
}>;

/** Timers and monotonic time of the machine, so that tests may turn them by hand. */
export type MachineClock = Clock &
  Readonly<{
    nowMicros: () => number;
    /** Calls back after about `delayMs`; gives the way to call it off. */
    after: (delayMs: number, task: () => void) => () => void;
  }>;

export function createVenueClock({ mode, startMs, machine }: ClockOptions): VenueClock {
  assert(Number.isSafeInteger(startMs) && startMs >= 0, `a clock starts at whole ms: ${startMs}`);
  const agenda = createAgenda();
  const factor = mode.kind === "accelerated" ? mode.factor : 1;
  const originMicros = machine.nowMicros();
  let steppedMs = startMs;
  let latestMs = startMs;
  /** Where the clock stands while a task runs; null between tasks. */
  let standingMs: number | null = null;
  let disarm = (): void => {};
  let isClosed = false;

  function freeMicros(): number {
    if (mode.kind === "stepped") return steppedMs * 1000;
    return startMs * 1000 + Math.floor((machine.nowMicros() - originMicros) * factor);
  }

  /** Whoever was told a time is never told an earlier one. */
  function nowMs(): number {
    latestMs = Math.max(latestMs, standingMs ?? Math.floor(freeMicros() / 1000));
    return latestMs;
  }

  function runDue(untilMs: number): void {
    for (let due = agenda.take(untilMs); due !== null; due = agenda.take(untilMs)) {
      standingMs = due.atMs;
      try {
        due.task();
      } finally {
        standingMs = null;
      }
      if (mode.kind === "stepped") steppedMs = Math.max(steppedMs, due.atMs);
    }
  }

  function settle(): void {
    if (standingMs !== null || isClosed) return;
    runDue(Math.floor(freeMicros() / 1000));
    arm();
  }

  /** One timer of the machine for the next task; long waits are cut, as timers have a bound. */
  function arm(): void {
    if (mode.kind === "stepped" || isClosed) return;
    disarm();
    const nextMs = agenda.nextMs();
    if (nextMs === null) return;
    const waitMs = Math.ceil((nextMs - freeMicros() / 1000) / factor);
    disarm = machine.after(Math.min(Math.max(waitMs, 0), longestWaitMs), settle);
  }

  return {
    mode,
    nowMs,
    nowMicros: () => (standingMs === null ? freeMicros() : standingMs * 1000),
    at: (atMs, task) => {
      const callOff = agenda.add(atMs, task);
      if (agenda.nextMs() === atMs && standingMs === null) arm();
      return callOff;
    },
    settle,
    advanceTo: (toMs) => {
      assert(mode.kind === "stepped", `a ${mode.kind} clock advances by itself`);
      assert(standingMs === null, "a task may not advance the clock it runs on");
      runDue(toMs);
      steppedMs = Math.max(steppedMs, toMs);
    },
    close: () => {
      isClosed = true;
      disarm();
    },
  };
}

const longestWaitMs = 60_000;
