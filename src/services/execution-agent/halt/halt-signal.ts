/**
 * What the watchdog's thread and the send path share: a few words of memory, read in nanoseconds
 * and without the event loop of either.
 * - halts: how often the watchdog has found a halt; it counts on while the halt lasts.
 * - beat: when it last looked, by the clock of the machine that only goes forward, in ms.
 */
export type HaltSignal = Readonly<{
  buffer: SharedArrayBuffer;
  halts: () => number;
  halted: () => void;
  beatMs: () => number;
  beat: (monotonicMs: number) => void;
}>;

const haltsAt = 0;
const beatAt = 1;

export function createHaltSignal(
  buffer: SharedArrayBuffer = new SharedArrayBuffer(16),
): HaltSignal {
  const words = new BigInt64Array(buffer);
  return {
    buffer,
    halts: () => Number(Atomics.load(words, haltsAt)),
    halted: () => void Atomics.add(words, haltsAt, 1n),
    beatMs: () => Number(Atomics.load(words, beatAt)),
    beat: (monotonicMs) => void Atomics.store(words, beatAt, BigInt(Math.floor(monotonicMs))),
  };
}

/** One clock for all threads of the machine; that of `performance` begins anew in each. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1_000_000;
}
