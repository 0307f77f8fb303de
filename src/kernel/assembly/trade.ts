import * as c from "./constants";
import { at, bump, narrow, number, setNarrow, setNumber, setWide, setWord, wide, word } from "./memory";
import { loadPanel } from "./panel";

/** Flows of the tick in progress; settle() adds them to the totals. */
export let pricePnl: f64 = 0;
export let fees: f64 = 0;
export let funding: f64 = 0;
export let traded: f64 = 0;

export function beginFlows(pnl: f64): void {
  pricePnl = pnl;
  fees = 0;
  funding = 0;
  traded = 0;
}

/** Step 1: see payFunding in reference-settle.ts. */
export function payFunding(bar: i32, alive: i32): void {
  const rate = wide(c.A_fundingDue, bar);
  const price = number(c.N_microPerLotTick) * wide(c.A_open, bar);
  for (let slot = 0; slot < alive; slot++) {
    const position = wide(c.A_position, slot);
    if (position == 0) continue;
    const flow = Math.floor(-(position * price) * rate);
    setWide(c.A_cash, slot, wide(c.A_cash, slot) + flow);
    setWide(c.A_fundingPaid, slot, wide(c.A_fundingPaid, slot) - flow);
    funding -= flow;
    bump(c.K_fundingPayments);
  }
}

/** Step 2: see fillOrders in reference-settle.ts. */
export function fillOrders(bar: i32): void {
  const pending = word(c.M_pending);
  const slots = at(c.A_pendingSlots);
  for (let index = 0; index < pending; index++) fill(bar, load<i32>(slots + ((index << 2) as usize)));
  setWord(c.M_pending, 0);
}

function fill(bar: i32, slot: i32): void {
  const wanted = wide(c.A_order, slot);
  setWide(c.A_order, slot, 0);
  const size = Math.abs(wanted);
  const filled = Math.min(size, wide(c.A_cap, bar));
  average(c.A_fillImpedance, slot, (1 - filled / size) as f32);
  average(c.A_timeImpedance, slot, filled == 0 ? 1 : 0);
  if (filled == 0) {
    setWide(c.A_unfilled, slot, wide(c.A_unfilled, slot) + 1);
    bump(wide(c.A_volume, bar) == 0 ? c.K_unfilledZeroVolume : c.K_unfilledCap);
    return;
  }
  if (filled < size) {
    setWide(c.A_partials, slot, wide(c.A_partials, slot) + 1);
    bump(c.K_partial);
  }
  bump(c.K_filled);

  const open = wide(c.A_open, bar);
  const half = wide(c.A_halfSpread, bar);
  const push = wide(c.A_impactCoefficient, bar) * Math.sqrt(filled);
  average(c.A_slippage, slot, min<f32>(((half / open) * 1000) as f32, 1));
  average(c.A_impact, slot, min<f32>(((push / open) * 1000) as f32, 1));
  const price = wanted > 0 ? Math.ceil(open + half + push) : Math.max(Math.floor(open - half - push), 1);
  trade(bar, slot, wanted > 0 ? filled : -filled, price);
}

/** See trade in reference-settle.ts. */
export function trade(bar: i32, slot: i32, lots: f64, price: f64): void {
  const k = number(c.N_microPerLotTick);
  const before = wide(c.A_position, slot);
  const after = before + lots;
  const value = lots * (k * price);
  const gross = Math.abs(value);
  const fee = Math.ceil(gross * number(c.N_takerFee));
  traded += gross;
  if (before == 0) {
    setWide(c.A_entryEquity, slot, wide(c.A_cash, slot));
    setNarrow(c.A_age, slot, 0);
    if (after > 0) {
      setWord(c.M_longs, word(c.M_longs) + 1);
      setWide(c.A_openedLong, slot, wide(c.A_openedLong, slot) + 1);
      bump(c.K_openedLong);
    } else {
      setWord(c.M_shorts, word(c.M_shorts) + 1);
      setWide(c.A_openedShort, slot, wide(c.A_openedShort, slot) + 1);
      bump(c.K_openedShort);
    }
  }
  setWide(c.A_cash, slot, wide(c.A_cash, slot) - value - fee);
  setWide(c.A_position, slot, after);
  setWide(c.A_tradeFlow, slot, wide(c.A_tradeFlow, slot) - value);
  setWide(c.A_feesPaid, slot, wide(c.A_feesPaid, slot) + fee);
  if (before != 0 && after == 0) {
    if (before > 0) setWord(c.M_longs, word(c.M_longs) - 1);
    else setWord(c.M_shorts, word(c.M_shorts) - 1);
    setNarrow(c.A_age, slot, 0);
    setWide(c.A_closed, slot, wide(c.A_closed, slot) + 1);
    if (wide(c.A_cash, slot) > wide(c.A_entryEquity, slot)) {
      setWide(c.A_wins, slot, wide(c.A_wins, slot) + 1);
    }
    bump(c.K_closed);
  }
  setNumber(c.N_netLots, number(c.N_netLots) + lots);
  pricePnl += lots * (k * (wide(c.A_close, bar) - price));
  fees += fee;
  if (before == 0 || after == 0) loadPanel(slot);
}

function average(array: i32, slot: i32, value: f32): void {
  const old = narrow(array, slot);
  setNarrow(array, slot, old + (value - old) * (0.1 as f32));
}

/** Step 3 for one agent: see liquidate in reference-settle.ts. True when it was closed out. */
export function liquidate(bar: i32, slot: i32): bool {
  const position = wide(c.A_position, slot);
  if (position == 0) return false;
  const price = position > 0 ? wide(c.A_low, bar) : wide(c.A_high, bar);
  const value = position * (number(c.N_microPerLotTick) * price);
  const equity = wide(c.A_cash, slot) + value;
  const gross = Math.abs(value);
  if (equity > gross * number(c.N_maxMaintenance)) return false;
  if (equity > gross * maintenanceRate(Math.abs(position))) return false;
  trade(bar, slot, -position, price);
  setWide(c.A_liquidatedLots, slot, position);
  bump(c.K_liquidations);
  return true;
}

function maintenanceRate(lots: f64): f64 {
  const tiers = word(c.M_tierCount);
  for (let tier = 0; tier < tiers; tier++) {
    if (lots <= number(c.N_tierLots + tier)) return number(c.N_tierRate + tier);
  }
  return number(c.N_maxMaintenance);
}
