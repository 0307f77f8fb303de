import { assert } from "#base";

/** Why a run was asked to stop; recorded as `stop_reason`. */
export type StopReason = "interrupt" | "terminate" | "stop_file";

/** What one worker is doing right now. For eyes only: a torn read is possible, never recorded. */
export type LiveProgress = Readonly<{
  seed: number;
  tick: number;
  ticks_total: number;
  alive: number;
  births: number;
  deaths: number;
  agent_bars: number;
}>;

/**
 * Memory that the main thread and its workers share, because a run is one synchronous call that
 * cannot read messages: a stop word, and one row of live numbers for each worker.
 */
export type SharedControl = Readonly<{ stop: SharedArrayBuffer; live: SharedArrayBuffer }>;

export function createSharedControl(workers: number): SharedControl {
  assert(workers >= 1, `at least one worker: ${workers}`);
  return {
    stop: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
    live: new SharedArrayBuffer(workers * rowWords * Float64Array.BYTES_PER_ELEMENT),
  };
}

/** The first reason stands; later ones change nothing. */
export function requestStop(control: SharedControl, reason: StopReason): void {
  Atomics.compareExchange(new Int32Array(control.stop), 0, 0, stopReasons.indexOf(reason) + 1);
}

export function stopReason(control: SharedControl): StopReason | null {
  const word = Atomics.load(new Int32Array(control.stop), 0);
  return stopReasons[word - 1] ?? null;
}

export function writeProgress(control: SharedControl, worker: number, now: LiveProgress): void {
  const row = rowOf(control, worker);
  row[0] = 1;
  for (const [index, name] of fields.entries()) row[index + 1] = now[name];
}

export function clearProgress(control: SharedControl, worker: number): void {
  rowOf(control, worker)[0] = 0;
}

/** One entry for each worker that is inside a run, in the order of the workers. */
export function readProgress(control: SharedControl): readonly LiveProgress[] {
  const workers = control.live.byteLength / (rowWords * Float64Array.BYTES_PER_ELEMENT);
  const running: LiveProgress[] = [];
  for (let worker = 0; worker < workers; worker += 1) {
    const row = rowOf(control, worker);
    if (row[0] !== 1) continue;
    const [, seed = 0, tick = 0, ticksTotal = 0, alive = 0, births = 0, deaths = 0, bars = 0] = row;
    const counts = { alive, births, deaths, agent_bars: bars };
    running.push({ seed, tick, ticks_total: ticksTotal, ...counts });
  }
  return running;
}

const stopReasons: readonly StopReason[] = ["interrupt", "terminate", "stop_file"];

const fields = ["seed", "tick", "ticks_total", "alive", "births", "deaths", "agent_bars"] as const;

/** One word says whether the row is live, then the fields. */
const rowWords = 8;

function rowOf(control: SharedControl, worker: number): Float64Array {
  const start = worker * rowWords * Float64Array.BYTES_PER_ELEMENT;
  return new Float64Array(control.live, start, rowWords);
}
