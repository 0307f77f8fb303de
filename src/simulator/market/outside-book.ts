import { philox4x32 } from "#base";
import type { OutsideLevel } from "#exchange";

export type OutsideShape = Readonly<{
  /** Levels on each side. */
  depth: number;
  /** Half the distance between best bid and best ask, in ticks; at least one. */
  halfSpreadTicks: number;
  /** What stands at the best price on average, in lots. */
  bestLots: number;
}>;

/**
 * What others offer around a price: prices one tick apart at first and wider further out, sizes
 * that grow with the distance and vary by a function of (key, step, level), so that the same step
 * always shows the same book.
 */
export function outsideBook(
  ticks: number,
  { depth, halfSpreadTicks, bestLots }: OutsideShape,
  draw: Readonly<{ key: number; step: number }>,
): readonly OutsideLevel[] {
  const levels: OutsideLevel[] = [];
  const words = new Uint32Array(4);
  let distance = halfSpreadTicks;
  for (let rank = 0; rank < depth; rank += 1) {
    philox4x32(draw.step, rank, 0, bookStream, draw.key, 0, words);
    for (const side of ["buy", "sell"] as const) {
      const priceTicks = side === "buy" ? ticks - distance : ticks + distance;
      const share = 0.5 + (words[side === "buy" ? 0 : 1] ?? 0) / 2 ** 32;
      const lots = Math.max(1, Math.round(bestLots * (1 + rank * growth) * share));
      if (priceTicks > 0) levels.push({ side, priceTicks, lots });
    }
    // Closer together near the price, as books are.
    distance += 1 + Math.floor(rank / 4) + ((words[2] ?? 0) & 1);
  }
  return levels;
}

const growth = 0.35;
/** Apart from every named stream of #base. */
const bookStream = 4_002;
