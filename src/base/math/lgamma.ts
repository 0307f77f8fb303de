import { Defect } from "../defect.ts";
import { ln } from "./ln.ts";

/** ln sqrt(2 pi) - 1/2. */
const stirlingConstant = 0.4189385332046727;

/**
 * ln Gamma(x) for x >= 0 (0 and Infinity give Infinity), error below 5 ulp (1e-15), also near its
 * zeros at 1 and 2. NaN gives NaN; a negative argument is a Defect, nothing here needs one.
 */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < 0) throw new Defect(`lgamma of a negative number: ${x}`);
  if (x === Infinity || x === 0) return Infinity;
  if (x >= 8) return stirling(x);
  if (x < 0.5) return aroundTwo(x) - ln(x * (1 + x));
  if (x < 1.5) return aroundTwo(x - 1) - ln(x);

  let rest = x;
  let product = 1;
  while (rest > 2.5) {
    rest -= 1;
    product *= rest;
  }
  return product === 1 ? aroundTwo(rest - 2) : aroundTwo(rest - 2) + ln(product);
}

/** Asymptotic series with the Bernoulli numbers to B(18): for x >= 8 the rest is below 1e-17. */
function stirling(x: number): number {
  const z = 1 / (x * x);
  let sum = 43867 / 244188;
  sum = -3617 / 122400 + z * sum;
  sum = 1 / 156 + z * sum;
  sum = -691 / 360360 + z * sum;
  sum = 1 / 1188 + z * sum;
  sum = -1 / 1680 + z * sum;
  sum = 1 / 1260 + z * sum;
  sum = -1 / 360 + z * sum;
  sum = 1 / 12 + z * sum;
  return (x - 0.5) * (ln(x) - 1) + (stirlingConstant + sum / x);
}

/** ln Gamma(2 + z) for |z| <= 1/2. */
function aroundTwo(z: number): number {
  let sum = 0;
  for (let k = zetaSeries.length - 1; k >= 0; k--) sum = (zetaSeries[k] ?? 0) + z * sum;
  return z * sum;
}

/** 1 - gamma, then (-1)^k (zeta(k) - 1) / k for k = 2 to 28; the test computes them anew. */
export const zetaSeries: readonly number[] = [
  0.42278433509846713, 0.3224670334241132, -0.0673523010531981, 0.020580808427784546,
  -0.007385551028673986, 0.0028905103307415234, -0.001192753911703261, 0.0005096695247430425,
  -0.00022315475845357939, 9.945751278180853e-5, -4.492623673813314e-5, 2.050721277567069e-5,
  -9.439488275268397e-6, 4.374866789907488e-6, -2.039215753801366e-6, 9.55141213040742e-7,
  -4.492469198764566e-7, 2.1207184805554665e-7, -1.0043224823968099e-7, 4.7698101693639804e-8,
  -2.2711094608943164e-8, 1.0838659214896955e-8, -5.183475041970047e-9, 2.4836745438024785e-9,
  -1.1921401405860912e-9, 5.731367241678862e-10, -2.7595228851242334e-10, 1.330476437424449e-10,
];
