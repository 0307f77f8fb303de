import { Defect } from "#base";
import { type BarSource, chunkBars, createFrameMaker, meta, num, status } from "#core";
import type { GenomeMemory } from "./genome-view.ts";
import { at, censusTicks, type ShadowWorld } from "./shadow-world.ts";

/** How the last bar ended. */
export type Lived = Readonly<{
  ended: GenomeMemory["ended"];
  ticks: number;
  /** E features of the last bar, and which of them were seen (bit i). */
  market: readonly number[];
  mask: number;
}>;

/**
 * Lives through bars first..count-1 in the order of the run loop: settle, death, census, decide.
 * `ticks` is the agent's age before. An order left by the last decision stays in the world; it
 * meets the next bar's open.
 */
export function liveBars(
  shadow: ShadowWorld,
  bars: BarSource,
  { first, ticks }: Readonly<{ first: number; ticks: number }>,
): Lived {
  const { world, kernel, rates } = shadow;
  const frames = createFrameMaker(world, bars, rates);
  let age = ticks;
  let row = 0;
  for (let start = first; start < bars.count; start += chunkBars) {
    const rows = Math.min(chunkBars, bars.count - start);
    frames.fill(start, rows);
    for (row = 0; row < rows; row += 1) {
      kernel.run(row, row + 1, false);
      assertSound(shadow);
      age += 1;
      const ended = endOf(shadow);
      if (ended !== null) return { ended, ticks: age, ...seenIn(shadow, frames.masks, row) };
      if (age % censusTicks === 0) takeCensus(shadow);
      kernel.run(row, row + 1, true);
    }
  }
  return { ended: null, ticks: age, ...seenIn(shadow, frames.masks, row - 1) };
}

function endOf({ world }: ShadowWorld): GenomeMemory["ended"] {
  if (at(world.liquidatedLots, 0) !== 0) return "liquidated";
  return at(world.equity, 0) <= at(world.deathAt, 0) ? "capital_depleted" : null;
}

/** The top tenth of one agent, rounded up, is that agent. */
function takeCensus({ world }: ShadowWorld): void {
  world.elite[0] = -1;
  world.meta[meta.eliteCount] = 1;
}

function seenIn(
  { world }: ShadowWorld,
  masks: Int32Array,
  row: number,
): Pick<Lived, "market" | "mask"> {
  const stride = world.scalars.length / chunkBars;
  const market = Array.from(world.scalars.subarray(row * stride, row * stride + 12));
  return { market, mask: at(masks, row) };
}

/** Books that do not add up are a bug, never a reason to trade. */
function assertSound({ world }: ShadowWorld): void {
  const outcome = at(world.meta, meta.status);
  if (outcome === status.capitalMismatch) {
    throw new Defect(`the shadow account does not add up: ${at(world.num, num.observed)}`);
  }
  if (outcome === status.capitalOverflow) {
    throw new Defect("the shadow account left the exact range");
  }
}
