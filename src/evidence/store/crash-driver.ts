import { createStream } from "#base";
import { type Persistence, sectorBytes } from "./simulated-crash.ts";
import { type PlannedFault, SimulatedCrash, SimulatedDisk } from "./simulated-disk.ts";

/**
 * A program whose crashes are enumerated. `run` works on a fresh disk and notes in the ledger what
 * it was told is durable; `check` is given every disk that a crash can leave, with that ledger.
 */
export type Scenario<Ledger> = Readonly<{
  setUp: (disk: SimulatedDisk) => void;
  ledger: () => Ledger;
  run: (disk: SimulatedDisk, ledger: Ledger) => void;
  check: (disk: SimulatedDisk, ledger: Ledger, label: string) => void;
}>;

export type Enumerated = Readonly<{ operations: number; faults: number; states: number }>;

/**
 * Cuts the power before every changing operation, in the middle of every write and after the last
 * one; lets every operation fail in every way and then cuts the power; each with every kind of
 * persistence. `check` throws where an invariant breaks. Long scenarios take one state in `oneIn`
 * in the fast suite and all of them in the slow one.
 */
export function enumerateCrashes<Ledger>(scenario: Scenario<Ledger>, oneIn = 1): Enumerated {
  const { disk: whole } = play(scenario, []);
  const faults = [...crashes(whole), ...errors(whole), null];
  let states = 0;
  let seen = 0;
  for (const fault of faults) {
    for (const persistence of persistences) {
      seen += 1;
      if (seen % oneIn !== 0) continue;
      const { disk, ledger } = play(scenario, fault === null ? [] : [fault]);
      const label = `${JSON.stringify(fault)} with ${persistence.label}`;
      scenario.check(disk.afterCrash(persistence), ledger, label);
      states += 1;
    }
  }
  return { operations: whole.operations, faults: faults.length, states };
}

/** Runs to the end or to the power cut; set-up is never disturbed and wholly durable. */
function play<Ledger>(
  { setUp, ledger: newLedger, run }: Scenario<Ledger>,
  faults: readonly PlannedFault[],
): Readonly<{ disk: SimulatedDisk; ledger: Ledger }> {
  const before = new SimulatedDisk();
  setUp(before);
  const disk = before.afterCrash(everything, faults);
  const ledger = newLedger();
  untilCrash(() => run(disk, ledger));
  return { disk, ledger };
}

/** Whether the act came to its end. */
function untilCrash(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (error instanceof SimulatedCrash) return false;
    throw error;
  }
}

function* crashes(whole: SimulatedDisk): Generator<PlannedFault> {
  for (let at = 0; at < whole.operations; at++) {
    yield { at, taken: 0 };
    const size = whole.writeSizes.get(at) ?? 0;
    for (const taken of cutsOf(size)) yield { at, taken };
  }
}

function* errors(whole: SimulatedDisk): Generator<PlannedFault> {
  for (let at = 0; at < whole.operations; at++) {
    for (const error of ["EIO", "ENOSPC", "EINTR", "EROFS"]) yield { at, error };
    yield { at, error: "EIO", reread: "old" };
    const size = whole.writeSizes.get(at) ?? 0;
    for (const short of [0, ...cutsOf(size)]) if (size > 0) yield { at, short };
  }
}

/** After one byte, before the last, and around every sector boundary. */
function cutsOf(size: number): number[] {
  const cuts = new Set<number>();
  for (let edge = sectorBytes; edge < size; edge += sectorBytes) {
    for (const cut of [edge - 1, edge, edge + 1]) cuts.add(cut);
  }
  for (const cut of [1, Math.floor(size / 2), size - 1]) cuts.add(cut);
  return [...cuts].filter((cut) => cut > 0 && cut < size);
}

const always = (): boolean => true;
const never = (): boolean => false;
const everything: Persistence = { label: "everything", name: always, sector: always, size: always };

/** The classes of behaviour seen in file systems, and three arbitrary mixtures. */
const persistences: readonly Persistence[] = [
  everything,
  { label: "nothing", name: never, sector: never, size: never },
  { label: "content but no names", name: never, sector: always, size: always },
  { label: "names but no content", name: always, sector: never, size: never },
  { label: "sizes but no content", name: always, sector: never, size: always },
  { label: "content but no sizes", name: always, sector: always, size: never },
  {
    label: "the first half of the sectors",
    name: always,
    sector: (index, count) => index * 2 < count,
    size: always,
  },
  {
    label: "the last sector only",
    name: always,
    sector: (index, count) => index === count - 1,
    size: always,
  },
  {
    label: "all sectors but the first",
    name: always,
    sector: (index) => index > 0,
    size: always,
  },
  {
    label: "the last name only",
    name: (index, count) => index === count - 1,
    sector: always,
    size: always,
  },
  mixture(1),
  mixture(2),
  mixture(3),
];

function mixture(seed: number): Persistence {
  const coin = createStream({ seed, stream: "fault", id: 0 });
  const toss = (): boolean => coin.below(2) === 1;
  return { label: `mixture ${seed}`, name: toss, sector: toss, size: toss };
}
