import { at, type Colony } from "./colony.ts";

const f = Math.fround;
/** Weight of the newest order in the impedance averages, as in the offline world. */
const newest = f(0.1);
/** Costs are shown in units of 10 basis points. */
const costScale = 1000;

/** How one order of an agent ended, in its own terms. */
export type OrderLesson = Readonly<{
  askedLots: number;
  filledLots: number;
  /** Half the quoted spread when it was sent, as a fraction of the price; null: was not seen. */
  halfSpread: number | null;
  /** What it paid beyond the half spread, as a fraction of the price; null without fills. */
  impact: number | null;
}>;

/** M1, M2 from every order that met the venue; M5, M6 from those that were filled. */
export function learnFromOrder({ world }: Colony, slot: number, lesson: OrderLesson): void {
  const { askedLots, filledLots, halfSpread, impact } = lesson;
  const missed = f(1 - filledLots / askedLots);
  world.fillImpedance[slot] = average(at(world.fillImpedance, slot), missed);
  const waited = filledLots === 0 ? 1 : 0;
  world.timeImpedance[slot] = average(at(world.timeImpedance, slot), waited);
  if (filledLots === 0) return;
  if (halfSpread !== null) {
    world.slippage[slot] = average(at(world.slippage, slot), shown(halfSpread));
  }
  if (impact !== null) world.impact[slot] = average(at(world.impact, slot), shown(impact));
}

function shown(cost: number): number {
  return Math.min(f(Math.max(cost, 0) * costScale), 1);
}

function average(old: number, value: number): number {
  return f(old + f(f(value - old) * newest));
}
