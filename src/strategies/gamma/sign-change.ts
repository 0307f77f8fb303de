export type Point = Readonly<{ x: number; y: number }>;

/** Points on both sides of a change of sign; a point at exactly zero has no side and is passed. */
export type Crossing = Readonly<{ from: Point; to: Point }>;

/** Every change of sign along points in ascending x. */
export function signChanges(points: readonly Point[]): readonly Crossing[] {
  const crossings: Crossing[] = [];
  let from: Point | null = null;
  for (const to of points) {
    if (to.y === 0) continue;
    if (from !== null && from.y > 0 !== to.y > 0) crossings.push({ from, to });
    from = to;
  }
  return crossings;
}

/** Where the straight line between the two points meets zero. */
export function crossingPoint({ from, to }: Crossing): number {
  return from.x + (to.x - from.x) * (from.y / (from.y - to.y));
}
