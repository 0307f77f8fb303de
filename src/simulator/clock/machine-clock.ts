import type { MachineClock } from "./venue-clock.ts";

/** Wall time read once and carried on by the monotonic counter: it never goes back. */
export function createMachineClock(): MachineClock {
  const originMicros = Date.now() * 1000 - Math.floor(performance.now() * 1000);
  const nowMicros = (): number => originMicros + Math.floor(performance.now() * 1000);
  return {
    nowMillis: () => Math.floor(nowMicros() / 1000),
    nowMicros,
    after: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      timer.unref();
      return () => {
        clearTimeout(timer);
      };
    },
  };
}
