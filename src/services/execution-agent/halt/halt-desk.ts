import type { Fault, Result } from "#base";
import type { HaltReading, Moment, ReleaseProof, StopVerdict } from "#safety";
import { type HaltPlaces, openHaltWatch } from "#venues";
import type { Watchdog } from "./start-watchdog.ts";

/** Everything that halts, as one reading: switch, latch, STOP, and what the watchdog found. */
export type HaltDesk = Readonly<{
  /** For every order, and at the last line before it leaves. */
  look: () => HaltReading;
  /** The same without what the watchdog remembers: for a person who asks to go on. */
  lookAnew: () => HaltReading;
  engage: (demand: Readonly<{ source: string; reason: string }>) => HaltReading;
  releaseByTwo: (
    proof: Extract<ReleaseProof, { kind: "two_person" }>,
    by: string,
  ) => Result<HaltReading, Fault>;
  /** Halts that the watchdog has found so far; read before `lookAnew`, forgotten after it. */
  found: () => number;
  /** What the watchdog found up to there is looked into by a person. */
  forget: (found: number) => void;
}>;

/**
 * The watchdog's finding lasts in memory although the switch may say off again: a halt that came
 * and went between two orders was a halt. A person lets go of it.
 */
export function openHaltDesk(
  places: HaltPlaces,
  watchdog: Pick<Watchdog, "signal" | "isAwake">,
  now: () => Moment,
): HaltDesk {
  const watch = openHaltWatch(places, now);
  const { signal } = watchdog;
  let forgotten = 0;

  const lookAnew = (): HaltReading => withStop(watch.look(), watch.stop(), places.stopFile);

  return {
    lookAnew,
    look(): HaltReading {
      const reading = lookAnew();
      if (!reading.verdict.allowed || reading.latch.state === "latched") return reading;
      if (!watchdog.isAwake()) return latched(reading, "watchdog_silent");
      return signal.halts() === forgotten ? reading : latched(reading, "watchdog_found_halt");
    },
    engage: watch.engage,
    releaseByTwo: watch.releaseByTwo,
    found: signal.halts,
    forget(found): void {
      forgotten = found;
    },
  };
}

/** STOP halts while it is there, and latches nothing. */
function withStop(reading: HaltReading, stop: StopVerdict, file: string): HaltReading {
  if (!stop.stop || !reading.verdict.allowed) return reading;
  const verdict = {
    ...reading.verdict,
    allowed: false,
    reason: "switch_on",
    source: file,
  } as const;
  return { ...reading, verdict };
}

function latched({ verdict, ...reading }: HaltReading, reason: string): HaltReading {
  const latch = {
    state: "latched",
    sinceMs: verdict.at.wallMs,
    source: "watchdog",
    reason,
  } as const;
  return { ...reading, verdict, latch };
}
