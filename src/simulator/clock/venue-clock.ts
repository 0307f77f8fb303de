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
  /** The same in microseconds, for `inTime` and `outTime`; it goes on within a moment. */
  nowMicros: () => number;
  /** Runs `task` when the venue reaches `atMs`, soon when it has; gives the way to call it off. */
  at: (atMs: number, task: () => void) => () => void;
  /**
   * Runs what is due, then `act` with the clock standing still: a request is one moment. Inside
   * another moment it is `act` alone.
   */
  moment: <T>(act: () => T) => T;
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
  const time = createTime({ mode, startMs, machine });
  const alarm = createAlarm(machine, settle);
  let isClosed = false;

  /** Each task at its own time, one after another. */
  function runDue(untilMs: number): void {
    for (let due = agenda.take(untilMs); due !== null; due = agenda.take(untilMs)) {
      time.during(due.atMs, due.task);
      time.step(due.atMs);
    }
  }

  function settle(): void {
    if (time.isStanding() || isClosed) return;
    runDue(Math.floor(time.micros() / 1000));
    arm();
  }

  function arm(): void {
    if (mode.kind === "stepped" || isClosed) return;
    const nextMs = agenda.nextMs();
    alarm.set(nextMs, nextMs === null ? 0 : (nextMs - time.micros() / 1000) / time.factor);
  }

  return {
    mode,
    nowMs: time.nowMs,
    nowMicros: time.micros,
    at: (atMs, task) => {
      const callOff = agenda.add(atMs, task);
      if (agenda.nextMs() === atMs && !time.isStanding()) arm();
      return callOff;
    },
    moment: (act) => {
      if (time.isStanding()) return act();
      settle();
      try {
        return time.during(time.nowMs(), act);
      } finally {
        arm();
      }
    },
    advanceTo: (toMs) => {
      assert(mode.kind === "stepped", `a ${mode.kind} clock advances by itself`);
      assert(!time.isStanding(), "a task may not advance the clock it runs on");
      runDue(toMs);
      time.step(toMs);
    },
    close: () => {
      isClosed = true;
      alarm.set(null, 0);
    },
  };
}

/** What time it is: running on, or standing while something happens. */
type Time = Readonly<{
  factor: number;
  micros: () => number;
  /** Whoever was told a time is never told an earlier one. */
  nowMs: () => number;
  isStanding: () => boolean;
  during: <T>(atMs: number, act: () => T) => T;
  /** Moves a stepped clock; the others move by themselves. */
  step: (toMs: number) => void;
}>;

function createTime({ mode, startMs, machine }: ClockOptions): Time {
  const factor = mode.kind === "accelerated" ? mode.factor : 1;
  const originMicros = machine.nowMicros();
  let steppedMs = startMs;
  let latestMs = startMs;
  let standingMs: number | null = null;

  function micros(): number {
    if (mode.kind === "stepped") return steppedMs * 1000;
    return startMs * 1000 + Math.floor((machine.nowMicros() - originMicros) * factor);
  }

  return {
    factor,
    micros,
    nowMs: () => {
      const ms = standingMs ?? Math.floor(micros() / 1000);
      if (ms > latestMs) latestMs = ms;
      return latestMs;
    },
    isStanding: () => standingMs !== null,
    during: (atMs, act) => {
      standingMs = atMs;
      try {
        return act();
      } finally {
        standingMs = null;
      }
    },
    step: (toMs) => {
      if (toMs > steppedMs) steppedMs = toMs;
    },
  };
}

/** One timer of the machine, set anew only when it is for another time. */
type Alarm = Readonly<{ set: (forMs: number | null, waitMs: number) => void }>;

function createAlarm(machine: MachineClock, ring: () => void): Alarm {
  let setMs: number | null = null;
  let disarm = (): void => {};
  return {
    set: (forMs, waitMs) => {
      if (forMs === setMs) return;
      disarm();
      setMs = forMs;
      if (forMs === null) return;
      const delayMs = Math.min(Math.max(Math.ceil(waitMs), 0), longestWaitMs);
      disarm = machine.after(delayMs, () => {
        // It may ring too early: a long wait is cut, as timers have a bound.
        setMs = null;
        ring();
      });
    },
  };
}

const longestWaitMs = 60_000;
