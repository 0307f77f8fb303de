const view = new DataView(new ArrayBuffer(8));

/** Sign, exponent and the top 20 bits of the significand, as an unsigned word. */
export function highWord(x: number): number {
  view.setFloat64(0, x);
  return view.getUint32(0);
}

/** The low 32 bits of the significand, as an unsigned word. */
export function lowWord(x: number): number {
  view.setFloat64(0, x);
  return view.getUint32(4);
}

/** The float64 with these bits; words are taken modulo 2^32. */
export function floatFromWords(high: number, low: number): number {
  view.setUint32(0, high);
  view.setUint32(4, low);
  return view.getFloat64(0);
}
