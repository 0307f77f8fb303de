import type { HealthReader, MeshClock } from "#mesh";
import { momentOf } from "#mesh";
import type { HealthVerdict } from "#protocol";
import { type Freshness, judgeFreshness, noTicks, observeTick, type TickWatch } from "#safety";

/** What the agent knows of the freshness of market data. */
export type DataWatch = Readonly<{
  /** Asks the market data anew. */
  read: () => Promise<HealthVerdict>;
  /** At this very moment, by the last answer; one that is too old itself is none. */
  freshness: () => Freshness;
  /** The last answer; null before the first. */
  last: () => HealthVerdict | null;
}>;

/** An answer says nothing of a time so long after it. */
const answerLifeMs = 5000;

/**
 * A tick counts by its exchange's time and by our own time since we first heard of it, so that
 * neither an old answer nor a clock set back looks fresh.
 */
export function createDataWatch(
  reader: HealthReader,
  clock: MeshClock,
  maxAgeMs: number,
): DataWatch {
  let ticks: TickWatch = noTicks;
  let last: HealthVerdict | null = null;
  let answeredMonoMs = Number.NEGATIVE_INFINITY;
  let asked = 0;
  let taken = 0;

  return {
    async read() {
      asked += 1;
      const mine = asked;
      const verdict = await reader.read();
      // An answer that was overtaken by a later question is old.
      if (mine < taken) return last ?? verdict;
      taken = mine;
      last = verdict;
      answeredMonoMs = clock.monotonicMs();
      if (verdict.lastTickMs !== null) {
        ticks = observeTick(ticks, verdict.lastTickMs, momentOf(clock));
      }
      return verdict;
    },
    freshness() {
      const judged = judgeFreshness(ticks, { maxAgeMs, forcedStale: false }, momentOf(clock));
      if (!judged.fresh) return judged;
      const isOld = clock.monotonicMs() - answeredMonoMs > answerLifeMs;
      if (last?.fresh === true && !isOld) return judged;
      return { ...judged, fresh: false, reason: "tick_too_old" };
    },
    last: () => last,
  };
}
