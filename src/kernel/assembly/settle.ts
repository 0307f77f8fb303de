import * as c from "./constants";
import { at, number, setNumber, setWord, wide, word } from "./memory";
import {
  beginFlows,
  fees,
  fillOrders,
  funding,
  liquidate,
  payFunding,
  pricePnl,
  traded,
} from "./trade";

/** Steps 1 to 5 for all agents, two at a time: see settle in reference-settle.ts. */
export function settle(bar: i32): i32 {
  const alive = word(c.M_alive);
  const heat = word(c.M_deathHeat);
  setWord(c.M_deathHeat, heat - (heat >> 5));
  const k = number(c.N_microPerLotTick);
  const close = wide(c.A_close, bar);
  const drift = number(c.N_netLots) * (k * (close - number(c.N_prevClose)));
  beginFlows(drift);
  if (wide(c.A_fundingDue, bar) != 0) payFunding(bar, alive);
  fillOrders(bar);

  const cashAt = at(c.A_cash);
  const positionAt = at(c.A_position);
  const equityAt = at(c.A_equity);
  const costAt = at(c.A_livingCost);
  const deathAt = at(c.A_deathAt);
  const splitAt = at(c.A_splitAt);
  const lowValue = f64x2.splat(k * wide(c.A_low, bar));
  const highValue = f64x2.splat(k * wide(c.A_high, bar));
  const mark = f64x2.splat(k * close);
  const margin = f64x2.splat(number(c.N_maxMaintenance));
  const zero = f64x2.splat(0);
  let living = zero;
  let observed = zero;
  let held = zero;
  let events = zero;
  let died = false;
  for (let slot = 0; slot < alive; slot += 2) {
    const shift = (slot << 3) as usize;
    let cash = v128.load(cashAt + shift);
    let position = v128.load(positionAt + shift);
    const adverse = v128.bitselect(lowValue, highValue, f64x2.gt(position, zero));
    const value = f64x2.mul(position, adverse);
    const safe = f64x2.gt(f64x2.add(cash, value), f64x2.mul(f64x2.abs(value), margin));
    if (i64x2.bitmask(safe) != 3) {
      // Few positions come near their margin: the exact rule is applied to them one by one.
      if (liquidate(bar, slot)) died = true;
      if (slot + 1 < alive && liquidate(bar, slot + 1)) died = true;
      cash = v128.load(cashAt + shift);
      position = v128.load(positionAt + shift);
    }
    const cost = v128.load(costAt + shift);
    cash = f64x2.sub(cash, cost);
    const worth = f64x2.mul(position, mark);
    const equity = f64x2.add(cash, worth);
    v128.store(cashAt + shift, cash);
    v128.store(equityAt + shift, equity);
    living = f64x2.add(living, cost);
    observed = f64x2.add(observed, equity);
    held = f64x2.add(held, f64x2.abs(worth));
    events = v128.or(
      events,
      v128.or(
        f64x2.le(equity, v128.load(deathAt + shift)),
        f64x2.ge(equity, v128.load(splitAt + shift)),
      ),
    );
  }
  const outcome = closeTick(bar, alive, both(living), both(observed), both(held) * 4 + Math.abs(drift));
  if (outcome != c.STATUS_boundary) return outcome;
  const rich = both(observed) * number(c.N_maxLeverage) * 16 >= 9007199254740991;
  return rich || died || v128.any_true(events) ? c.STATUS_event : c.STATUS_boundary;
}

/** All figures are whole numbers below 2^53, so adding lanes in any order is exact. */
// @ts-ignore: decorator
@inline function both(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

function closeTick(bar: i32, alive: i32, living: f64, observed: f64, widest: f64): i32 {
  setNumber(c.N_pricePnl, number(c.N_pricePnl) + pricePnl);
  setNumber(c.N_fees, number(c.N_fees) + fees);
  setNumber(c.N_funding, number(c.N_funding) + funding);
  setNumber(c.N_livingCost, number(c.N_livingCost) + living);
  setNumber(c.N_agentBars, number(c.N_agentBars) + (alive as f64));
  setNumber(c.N_prevClose, wide(c.A_close, bar));
  const allocated = number(c.N_allocated) + pricePnl - fees - funding - living;
  setNumber(c.N_allocated, allocated);
  setNumber(c.N_observed, observed);
  if (Math.abs(observed) * number(c.N_maxLeverage) * 4 >= 9007199254740992) {
    return c.STATUS_capitalOverflow;
  }
  if (widest + traded >= 9007199254740992) return c.STATUS_capitalOverflow;
  return observed == allocated ? c.STATUS_boundary : c.STATUS_capitalMismatch;
}
