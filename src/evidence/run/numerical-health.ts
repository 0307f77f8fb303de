import { explosionFactor } from "./summary.ts";

/** Looks at every number that could break, as it passes. */
export type NumericalHealth = Readonly<{
  number: (value: number) => void;
  genes: (weights: Float32Array) => void;
  money: (micro: number) => void;
  flags: () => Readonly<{ has_nan: boolean; has_inf: boolean; has_explosion: boolean }>;
}>;

export function createNumericalHealth(initialTotal: number): NumericalHealth {
  const bound = initialTotal * explosionFactor;
  let has_nan = false;
  let has_inf = false;
  let has_explosion = false;

  function number(value: number): void {
    if (Number.isNaN(value)) has_nan = true;
    else if (!Number.isFinite(value)) has_inf = true;
  }

  return {
    number,
    genes(weights): void {
      // A sum of finite float32 is finite in float64, so one test speaks for all genes.
      let sum = 0;
      for (let at = 0; at < weights.length; at += 1) sum += weights[at] ?? 0;
      if (!Number.isFinite(sum)) for (const gene of weights) number(gene);
    },
    money(micro): void {
      number(micro);
      if (Math.abs(micro) > bound) has_explosion = true;
    },
    flags: () => ({ has_nan, has_inf, has_explosion }),
  };
}
