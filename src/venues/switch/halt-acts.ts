import { err, type Fault, ok, type Result } from "#base";
import {
  evaluateStop,
  evaluateSwitch,
  type Latch,
  type Moment,
  releaseLatch,
  type StopVerdict,
  type SwitchVerdict,
} from "#safety";
import { type HaltPlaces, systemMoment } from "./halt-watch.ts";
import { appendLatch, loadLatchLog } from "./latch-file.ts";
import { readStopFile, readSwitchFile, readSwitchVariable } from "./read-source.ts";

/** Where an installation stands: the switch now, the latch, and the file that stops any run. */
export type HaltPosture = Readonly<{ verdict: SwitchVerdict; latch: Latch; stop: StopVerdict }>;

/** Looks, and engages nothing: for status pages and for the one who wants to know. */
export function haltPosture(places: HaltPlaces, now: () => Moment = systemMoment): HaltPosture {
  const sources = [
    { name: "EXECUTION_HALTED", reading: readSwitchVariable(places.variable) },
    { name: places.file, reading: readSwitchFile(places.file) },
  ];
  return {
    verdict: evaluateSwitch(sources, now()),
    latch: loadLatchLog(places.latchFile).latch,
    stop: evaluateStop(readStopFile(places.stopFile)),
  };
}

/**
 * Halts at once, by anyone, whatever the switch says: every process that looks at this latch
 * refuses its next order. Halting twice leaves a second line. `note` says why, in a person's words.
 * Fault: latch_not_written.
 */
export function engageHalt(
  places: HaltPlaces,
  by: string,
  now: () => Moment = systemMoment,
  note: string | null = null,
): Result<HaltPosture, Fault> {
  const sinceMs = now().wallMs;
  const reason = note === null ? "operator_halt" : `operator_halt: ${note}`;
  const latch = { state: "latched", sinceMs, source: `operator ${by}`, reason } as const;
  const written = appendLatch(places.latchFile, latch, 0);
  return written.ok ? ok(haltPosture(places, now)) : written;
}

/**
 * Lets go of the latch for simulated and demo venues; the switch must say off everywhere first.
 * Faults: of releaseLatch, latch_not_written, release_overtaken (a halt came in between).
 */
export function releaseHalt(
  places: HaltPlaces,
  by: string,
  now: () => Moment = systemMoment,
): Result<HaltPosture, Fault> {
  const { verdict, stop } = haltPosture(places, now);
  const { latch, lines } = loadLatchLog(places.latchFile);
  const released = releaseLatch(latch, { kind: "operator_act", by }, verdict);
  if (!released.ok) return released;
  if (released.value.state === "clear") return ok({ verdict, stop, latch: released.value });
  const written = appendLatch(places.latchFile, released.value, lines);
  if (!written.ok) return written;
  const after = haltPosture(places, now);
  if (after.latch.state === "released") return ok(after);
  const message = "another halt came in while this one was released; look at it first";
  return err({ code: "release_overtaken", message });
}
