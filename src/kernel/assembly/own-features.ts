import * as c from "./constants";
import { at, number, wide } from "./memory";

// @ts-ignore: decorator
@inline function halves(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

// @ts-ignore: decorator
@inline function put(feature: usize, half: usize, value: v128): void {
  v128.store(c.OWN + feature * 32 + half, value);
}

// @ts-ignore: decorator
@inline function bar(scalars: usize, which: usize): v128 {
  return v128.load32_splat(scalars + (which << 2));
}

/**
 * Inputs 12..27 of four agents from `slot` on, into the half of the scratch rows at byte `half`;
 * also ages their states. See ownFeatures in reference-decide.ts.
 */
// @ts-ignore: decorator
@inline export function writeOwnFeatures(slot: i32, barRow: i32, scalars: usize, half: usize): void {
  const wideShift = (slot << 3) as usize;
  const shift = (slot << 2) as usize;
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const price = f64x2.splat(number(c.N_microPerLotTick) * wide(c.A_close, barRow));
  const positionAt = at(c.A_position) + wideShift;
  const equityAt = at(c.A_equity) + wideShift;
  const entryAt = at(c.A_entryEquity) + wideShift;
  const p0 = v128.load(positionAt);
  const p1 = v128.load(positionAt + 16);
  const e0 = v128.load(equityAt);
  const e1 = v128.load(equityAt + 16);

  const position = halves(p0, p1);
  const isLong = f32x4.gt(position, zero);
  const holding = f32x4.ne(position, zero);
  const side = v128.and(v128.bitselect(one, f32x4.splat(-1), isLong), holding);
  const equity = f32x4.max(halves(e0, e1), one);
  const inverse = f32x4.div(one, equity);
  const notional = halves(f64x2.mul(f64x2.abs(p0), price), f64x2.mul(f64x2.abs(p1), price));
  const leverage = f32x4.mul(notional, inverse);
  const gain = v128.and(
    halves(f64x2.sub(e0, v128.load(entryAt)), f64x2.sub(e1, v128.load(entryAt + 16))),
    holding,
  );
  const ageAt = at(c.A_age) + shift;
  const age = v128.load(ageAt);
  const last = v128.load(at(c.A_lastSignal) + shift);
  const slippage = v128.load(at(c.A_slippage) + shift);
  const impact = v128.load(at(c.A_impact) + shift);
  const cost = f32x4.add(slippage, impact);
  const square = f32x4.mul(leverage, leverage);
  const drop = v128.bitselect(bar(scalars, c.S_dropFromClose), bar(scalars, c.S_riseToClose), isLong);
  const pnl = f32x4.mul(f32x4.mul(gain, inverse), bar(scalars, c.S_pnlScale));
  const exposure = f32x4.mul(leverage, f32x4.splat(number(c.N_inverseMaxLeverage) as f32));
  const fee = f32x4.splat(number(c.N_feeScale) as f32);

  v128.store(c.HOLDING + half, holding);
  put(0, half, f32x4.min(exposure, one));
  put(1, half, side);
  put(2, half, age);
  put(3, half, last);
  put(4, half, v128.load(at(c.A_fillImpedance) + shift));
  put(5, half, v128.load(at(c.A_timeImpedance) + shift));
  put(6, half, f32x4.min(f32x4.mul(equity, bar(scalars, c.S_sizeScale)), one));
  put(7, half, f32x4.min(f32x4.mul(f32x4.abs(last), cost), one));
  put(8, half, slippage);
  put(9, half, impact);
  put(10, half, f32x4.min(f32x4.add(cost, fee), one));
  put(11, half, f32x4.div(square, f32x4.add(square, one)));
  put(12, half, f32x4.min(f32x4.mul(leverage, drop), one));
  put(13, half, f32x4.min(f32x4.mul(leverage, bar(scalars, c.S_stressScale)), one));
  put(14, half, f32x4.min(f32x4.max(pnl, f32x4.splat(-1)), one));
  put(15, half, f32x4.mul(side, bar(scalars, c.S_trend)));
  const older = f32x4.mul(f32x4.sub(one, age), f32x4.splat(0.015625));
  v128.store(ageAt, f32x4.add(age, older));
}
