import type { Moment } from "#safety";
import type { ArmingRecord } from "./arming-log.ts";
import { utcMs } from "./change-record.ts";

/** So many refusals in a row, and nothing is looked at for a while. */
export const maxFailures = 3;
export const coolDownMs: number = 5 * 60_000;

export type CoolDown = Readonly<{
  isCooling: (now: Moment) => boolean;
  /** Whether this failure has begun a cool-down. */
  failed: (now: Moment) => boolean;
  succeeded: () => void;
}>;

/** A restart does not shorten it: failures that stand last in the log are counted on. */
export function openCoolDown(records: readonly ArmingRecord[], now: Moment): CoolDown {
  const tail = failuresAtEnd(records);
  let failures = tail.length % maxFailures;
  let untilMonoMs = Number.NEGATIVE_INFINITY;
  const last = tail.at(-1);
  if (last !== undefined && tail.length >= maxFailures && failures === 0) {
    const leftMs = coolDownMs - (now.wallMs - utcMs(last.ts_utc));
    // A record of the future says that the clock was set back: the whole time, then.
    untilMonoMs = now.monoMs + Math.min(Math.max(leftMs, 0), coolDownMs);
  }
  return {
    isCooling: ({ monoMs }) => !(monoMs >= untilMonoMs),
    failed({ monoMs }) {
      failures += 1;
      if (failures < maxFailures) return false;
      failures = 0;
      untilMonoMs = monoMs + coolDownMs;
      return true;
    },
    succeeded() {
      failures = 0;
    },
  };
}

/** Attempts while it cooled down were not looked at and are no failures of their own. */
function failuresAtEnd(records: readonly ArmingRecord[]): readonly ArmingRecord[] {
  const start = records.findLastIndex(({ type }) => type === "admitted") + 1;
  return records
    .slice(start)
    .filter((record) => record.type === "attempt_refused" && record.code !== "cooling_down");
}
