import { type SwitchReading, switchReadingOf } from "#protocol";
import { type HaltPlaces, type HaltPosture, haltPosture } from "#venues";
import { type MeshClock, momentOf } from "../time/mesh-clock.ts";
import type { SwitchFacts, SwitchView } from "./switch-view.ts";

/** Whoever hosts the service looks once a second, so that `last` stays young. */
export function createSwitchView(places: HaltPlaces, clock: MeshClock): SwitchView {
  const listeners = new Set<(facts: SwitchFacts) => void>();
  let last = read();

  function read(): SwitchFacts {
    const posture = haltPosture(places, () => momentOf(clock));
    return {
      reading: readingOf(posture, places),
      latch: posture.latch,
      seen: posture.verdict.seen,
    };
  }

  return {
    look(): SwitchFacts {
      const before = last.reading;
      last = read();
      const { value, reason, source } = last.reading;
      if (value === before.value && reason === before.reason && source === before.source) {
        return last;
      }
      for (const listener of [...listeners]) listener(last);
      return last;
    },
    last: () => last,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The switch first, then the latch, then STOP: the first that halts is the one named. */
function readingOf({ verdict, latch, stop }: HaltPosture, places: HaltPlaces): SwitchReading {
  const said = switchReadingOf(verdict);
  if (!verdict.allowed) return said;
  if (latch.state === "latched") {
    return { ...said, value: "halted", reason: "halt_latched", source: latch.source };
  }
  if (!stop.stop) return said;
  return { ...said, value: "halted", reason: stop.reason, source: places.stopFile };
}
