import * as c from "./constants";

/** The activation of core/decision/activation.ts in four lanes; same operations, same rounding. */
// @ts-ignore: decorator
@inline export function act(x: v128): v128 {
  const limit = f32x4.splat(4.97);
  const bounded = f32x4.max(f32x4.min(x, limit), f32x4.neg(limit));
  const q = f32x4.mul(bounded, bounded);
  let top = f32x4.add(f32x4.splat(378), q);
  top = f32x4.add(f32x4.splat(17325), f32x4.mul(q, top));
  top = f32x4.add(f32x4.splat(135135), f32x4.mul(q, top));
  let bottom = f32x4.add(f32x4.splat(3150), f32x4.mul(f32x4.splat(28), q));
  bottom = f32x4.add(f32x4.splat(62370), f32x4.mul(q, bottom));
  bottom = f32x4.add(f32x4.splat(135135), f32x4.mul(q, bottom));
  return f32x4.div(f32x4.mul(bounded, top), bottom);
}

/**
 * Signals of eight agents to SIGNALS. Ten running sums stay in registers; inputs come in ascending
 * order: market, own, group.
 */
// @ts-ignore: decorator
@inline export function dotTwin(panel: usize, market: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let a4 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  let b3 = f32x4.splat(0);
  let b4 = f32x4.splat(0);
  let p = panel;
  for (let input = market; input < market + 48; input += 4) {
    const x = v128.load32_splat(input);
    a0 = f32x4.add(a0, f32x4.mul(v128.load(p), x));
    b0 = f32x4.add(b0, f32x4.mul(v128.load(p, 16), x));
    a1 = f32x4.add(a1, f32x4.mul(v128.load(p, 32), x));
    b1 = f32x4.add(b1, f32x4.mul(v128.load(p, 48), x));
    a2 = f32x4.add(a2, f32x4.mul(v128.load(p, 64), x));
    b2 = f32x4.add(b2, f32x4.mul(v128.load(p, 80), x));
    a3 = f32x4.add(a3, f32x4.mul(v128.load(p, 96), x));
    b3 = f32x4.add(b3, f32x4.mul(v128.load(p, 112), x));
    a4 = f32x4.add(a4, f32x4.mul(v128.load(p, 128), x));
    b4 = f32x4.add(b4, f32x4.mul(v128.load(p, 144), x));
    p += 160;
  }
  for (let input: usize = c.OWN; input < c.OWN + 512; input += 32) {
    const x = v128.load(input);
    const y = v128.load(input, 16);
    a0 = f32x4.add(a0, f32x4.mul(v128.load(p), x));
    b0 = f32x4.add(b0, f32x4.mul(v128.load(p, 16), y));
    a1 = f32x4.add(a1, f32x4.mul(v128.load(p, 32), x));
    b1 = f32x4.add(b1, f32x4.mul(v128.load(p, 48), y));
    a2 = f32x4.add(a2, f32x4.mul(v128.load(p, 64), x));
    b2 = f32x4.add(b2, f32x4.mul(v128.load(p, 80), y));
    a3 = f32x4.add(a3, f32x4.mul(v128.load(p, 96), x));
    b3 = f32x4.add(b3, f32x4.mul(v128.load(p, 112), y));
    a4 = f32x4.add(a4, f32x4.mul(v128.load(p, 128), x));
    b4 = f32x4.add(b4, f32x4.mul(v128.load(p, 144), y));
    p += 160;
  }
  for (let input: usize = c.GROUP; input < c.GROUP + 20; input += 4) {
    const x = v128.load32_splat(input);
    a0 = f32x4.add(a0, f32x4.mul(v128.load(p), x));
    b0 = f32x4.add(b0, f32x4.mul(v128.load(p, 16), x));
    a1 = f32x4.add(a1, f32x4.mul(v128.load(p, 32), x));
    b1 = f32x4.add(b1, f32x4.mul(v128.load(p, 48), x));
    a2 = f32x4.add(a2, f32x4.mul(v128.load(p, 64), x));
    b2 = f32x4.add(b2, f32x4.mul(v128.load(p, 80), x));
    a3 = f32x4.add(a3, f32x4.mul(v128.load(p, 96), x));
    b3 = f32x4.add(b3, f32x4.mul(v128.load(p, 112), x));
    a4 = f32x4.add(a4, f32x4.mul(v128.load(p, 128), x));
    b4 = f32x4.add(b4, f32x4.mul(v128.load(p, 144), x));
    p += 160;
  }
  v128.store(c.SIGNALS, output(p, a0, a1, a2, a3, a4));
  v128.store(c.SIGNALS + 16, output(p + 16, b0, b1, b2, b3, b4));
}

// @ts-ignore: decorator
@inline function output(w: usize, h0: v128, h1: v128, h2: v128, h3: v128, h4: v128): v128 {
  let s = f32x4.mul(v128.load(w), act(h0));
  s = f32x4.add(s, f32x4.mul(v128.load(w, 32), act(h1)));
  s = f32x4.add(s, f32x4.mul(v128.load(w, 64), act(h2)));
  s = f32x4.add(s, f32x4.mul(v128.load(w, 96), act(h3)));
  s = f32x4.add(s, f32x4.mul(v128.load(w, 128), act(h4)));
  return act(s);
}

/** One weight an input, no hidden layer; signals of eight agents to SIGNALS. */
export function dotLinear(panel: usize, market: usize): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let p = panel;
  for (let input = market; input < market + 48; input += 4) {
    const x = v128.load32_splat(input);
    a = f32x4.add(a, f32x4.mul(v128.load(p), x));
    b = f32x4.add(b, f32x4.mul(v128.load(p, 16), x));
    p += 32;
  }
  for (let input: usize = c.OWN; input < c.OWN + 512; input += 32) {
    a = f32x4.add(a, f32x4.mul(v128.load(p), v128.load(input)));
    b = f32x4.add(b, f32x4.mul(v128.load(p, 16), v128.load(input, 16)));
    p += 32;
  }
  for (let input: usize = c.GROUP; input < c.GROUP + 20; input += 4) {
    const x = v128.load32_splat(input);
    a = f32x4.add(a, f32x4.mul(v128.load(p), x));
    b = f32x4.add(b, f32x4.mul(v128.load(p, 16), x));
    p += 32;
  }
  v128.store(c.SIGNALS, act(a));
  v128.store(c.SIGNALS + 16, act(b));
}
