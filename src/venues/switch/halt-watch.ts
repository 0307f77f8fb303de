import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { type Fault, ok, type Result } from "#base";
import {
  engageLatch,
  engageLatchFor,
  evaluateStop,
  evaluateSwitch,
  type HaltReading,
  type Moment,
  type ReleaseProof,
  releaseLatch,
  type StopVerdict,
} from "#safety";
import { openLatchKeeper } from "./latch-keeper.ts";
import { readStopFile, readSwitchFile, readSwitchVariable } from "./read-source.ts";

/** Where the switches of an installation are. */
export type HaltPlaces = Readonly<{
  /** The value of EXECUTION_HALTED; undefined when it is not set. */
  variable: string | undefined;
  /** The file of the switch, always a source: a file that was taken away halts. */
  file: string;
  latchFile: string;
  stopFile: string;
}>;

/** Reads the switches for every single order; nothing of a reading is kept for the next. */
export type HaltWatch = Readonly<{
  /** Switch and latch now. A halted reading engages the latch before this returns. */
  look: () => HaltReading;
  stop: () => StopVerdict;
  /** Engages the latch for a reason of our own; where the disk takes it not, in memory. */
  engage: (demand: Readonly<{ source: string; reason: string }>) => HaltReading;
  /**
   * Lets go of the latch by an approval of two people: for live trading too, in this process and
   * until anything more is written to its log. `by` names the change. Faults: of releaseLatch,
   * latch_not_written, release_overtaken (a halt came in between).
   */
  releaseByTwo: (proof: TwoPersonProof, by: string) => Result<HaltReading, Fault>;
  /** Why the latch could not be made durable; null when it could. */
  latchFault: () => Fault | null;
}>;

type TwoPersonProof = Extract<ReleaseProof, { kind: "two_person" }>;

/** What EXECUTION_HALTED_FILE says when it is not set. */
export const defaultSwitchFile = "/etc/assay/kill-switch/EXECUTION_HALTED";

/** The usual places below a root; `variables` are those of the environment. */
export function haltPlaces(
  root: string,
  variables: Readonly<{
    EXECUTION_HALTED?: string | undefined;
    EXECUTION_HALTED_FILE?: string | undefined;
  }>,
): HaltPlaces {
  return {
    variable: variables.EXECUTION_HALTED,
    file: variables.EXECUTION_HALTED_FILE ?? defaultSwitchFile,
    latchFile: join(root, "halt", "latch.jsonl"),
    stopFile: join(root, "STOP"),
  };
}

export function systemMoment(): Moment {
  return { wallMs: Date.now(), monoMs: performance.now() };
}

/** `now` is asked for once for each look, after the sources were read. */
export function openHaltWatch(places: HaltPlaces, now: () => Moment = systemMoment): HaltWatch {
  const variable = readSwitchVariable(places.variable);
  const keeper = openLatchKeeper(places.latchFile);

  function look(): HaltReading {
    const file = readSwitchFile(places.file);
    const sources = [
      { name: "EXECUTION_HALTED", reading: variable },
      { name: places.file, reading: file },
    ];
    const verdict = evaluateSwitch(sources, now());
    const latch = engageLatch(keeper.stand(), verdict);
    keeper.keep(latch);
    return { verdict, latch };
  }

  return {
    look,
    engage(demand) {
      const { verdict, latch } = look();
      const engaged = engageLatchFor(latch, demand, verdict.at.wallMs);
      keeper.keep(engaged);
      return { verdict, latch: engaged };
    },
    releaseByTwo(proof, by) {
      const { verdict, latch } = look();
      const released = releaseLatch(latch, proof, verdict);
      if (!released.ok) return released;
      const written = keeper.clear(verdict.at.wallMs, by);
      return written.ok ? ok({ verdict, latch: released.value }) : written;
    },
    stop: () => evaluateStop(readStopFile(places.stopFile)),
    latchFault: keeper.fault,
  };
}
