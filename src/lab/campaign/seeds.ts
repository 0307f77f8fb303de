/** Seeds are whole numbers of 32 bits: plenty to name a run by, and exact in every file. */
export const maxSeed = 4_294_967_295;
export const maxSeeds = 100_000;

/** Seeds 1 to count. */
export function firstSeeds(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
