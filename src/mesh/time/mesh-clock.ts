import { performance } from "node:perf_hooks";
import type { Moment } from "#safety";

/** Time as an argument: the wall, which may be set, and a clock that only goes forward. */
export type MeshClock = Readonly<{ nowMs: () => number; monotonicMs: () => number }>;

export const systemClock: MeshClock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** Both clocks at once, as the reducers of #safety take them. */
export function momentOf(clock: MeshClock): Moment {
  return { wallMs: clock.nowMs(), monoMs: clock.monotonicMs() };
}
