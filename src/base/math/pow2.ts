import { assert } from "../defect.ts";
import { floatFromWords } from "./float-bits.ts";

/** 2^n for a whole n: exact from -1074 (subnormal) to 1023, 0 below and Infinity above. */
export function pow2(n: number): number {
  assert(Number.isInteger(n), `pow2 takes a whole exponent: ${n}`);
  if (n > 1023) return Infinity;
  if (n >= -1022) return floatFromWords((n + 1023) << 20, 0);
  if (n < -1074) return 0;
  return floatFromWords((n + 2097) << 20, 0) * 5e-324; // 2^(n + 1074) * 2^-1074.
}
