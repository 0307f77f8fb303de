import * as c from "./constants";
import { at, bump, narrow, number, setNumber, setWide, setWord, wide, word } from "./memory";
import { act, dotLinear, dotTwin } from "./net";
import { writeOwnFeatures } from "./own-features";

/** See signalUnit in reference-decide.ts. */
const SIGNAL_UNIT: f64 = 65536;

/** Steps 7 and 8 for all agents, eight at a time: see decide in reference-decide.ts. */
export function decide(bar: i32): void {
  const alive = word(c.M_alive);
  writeGroupFeatures();
  rememberGroup(alive);
  if (load<i32>(at(c.A_effective) + ((bar << 2) as usize)) == 0) {
    setNumber(c.K_heldAgentBars, number(c.K_heldAgentBars) + (alive as f64));
    wakeNewborns(alive);
    return;
  }
  const linear = word(c.M_schema) == 1;
  const scalars = at(c.A_scalars) + (bar as usize) * c.SCALAR_BYTES;
  const blocks = (alive + c.LANES - 1) / c.LANES;
  let eliteSum = i32x4.splat(0);
  for (let block = 0; block < blocks; block++) {
    const low = (block << 3) as i32;
    writeOwnFeatures(low, bar, scalars, 0);
    writeOwnFeatures(low + 4, bar, scalars, 16);
    const panel = at(c.A_panels) + (block as usize) * c.PANEL_BYTES;
    if (linear) dotLinear(panel, scalars);
    else dotTwin(panel, scalars);
    eliteSum = i32x4.add(eliteSum, conclude(low, bar, alive, panel, 0, linear));
    eliteSum = i32x4.add(eliteSum, conclude(low + 4, bar, alive, panel, 16, linear));
  }
  setWord(
    c.M_prevEliteSum,
    i32x4.extract_lane(eliteSum, 0) +
      i32x4.extract_lane(eliteSum, 1) +
      i32x4.extract_lane(eliteSum, 2) +
      i32x4.extract_lane(eliteSum, 3),
  );
  setWord(c.M_prevEliteCount, word(c.M_eliteCount));
  wakeNewborns(alive);
}

/** Stores four signals, places the orders they ask for, and returns the elite's share of the sum. */
// @ts-ignore: decorator
@inline function conclude(slot: i32, bar: i32, alive: i32, panel: usize, half: usize, linear: bool): v128 {
  const shift = (slot << 2) as usize;
  const awake = i32x4.eq(v128.load(at(c.A_sleep) + shift), i32x4.splat(0));
  const lastAt = at(c.A_lastSignal) + shift;
  const fresh = v128.load(c.SIGNALS + half);
  v128.store(lastAt, v128.bitselect(fresh, v128.load(lastAt), awake));

  const holding = v128.load(c.HOLDING + half);
  let entry: v128;
  let exit: v128;
  if (linear) {
    entry = f32x4.gt(f32x4.abs(fresh), f32x4.splat(0));
    exit = f32x4.le(fresh, f32x4.splat(0));
  } else {
    const thresholds = panel + ((c.ENTRY_ROW * c.ROW_BYTES) as usize) + half;
    entry = f32x4.gt(f32x4.abs(fresh), v128.load(thresholds));
    exit = f32x4.lt(fresh, v128.load(thresholds + c.ROW_BYTES));
  }
  let wants = i32x4.bitmask(v128.and(v128.bitselect(exit, entry, holding), awake));
  while (wants != 0) {
    const lane = ctz(wants);
    wants &= wants - 1;
    if (slot + lane < alive) place(slot + lane, bar);
  }
  const units = i32x4.trunc_sat_f32x4_s(f32x4.mul(fresh, f32x4.splat(SIGNAL_UNIT as f32)));
  return v128.and(v128.and(units, awake), v128.load(at(c.A_elite) + shift));
}

function place(slot: i32, bar: i32): void {
  const position = wide(c.A_position, slot);
  let lots = -position;
  if (position == 0) {
    lots = openingLots(slot, bar);
    if (lots == 0) return;
  }
  setWide(c.A_order, slot, lots);
  const pending = word(c.M_pending);
  store<i32>(at(c.A_pendingSlots) + ((pending << 2) as usize), slot);
  setWord(c.M_pending, pending + 1);
  bump(c.K_placed);
}

/** Signed lots of an opening order; 0 when it is less than one lot. */
function openingLots(slot: i32, bar: i32): f64 {
  const price = number(c.N_microPerLotTick) * wide(c.A_close, bar);
  const signal = narrow(c.A_lastSignal, slot) as f64;
  const strength = Math.min(Math.abs(signal), 1);
  const wanted = Math.floor((wide(c.A_equity, slot) * strength * number(c.N_maxLeverage)) / price);
  const lots = Math.min(wanted, number(c.N_maxLots));
  if (lots < wanted) bump(c.K_positionLimit);
  if (lots < 1) {
    bump(c.K_sizeZero);
    return 0;
  }
  return signal > 0 ? lots : -lots;
}

/** Inputs 28..32: see groupFeatures in reference-decide.ts. */
function writeGroupFeatures(): void {
  const alive = word(c.M_prevAlive);
  if (alive == 0) {
    memory.fill(c.GROUP, 0, 20);
    return;
  }
  const longs = word(c.M_prevLongs);
  const shorts = word(c.M_prevShorts);
  const holders = longs + shorts;
  const elites = word(c.M_prevEliteCount);
  const gain = (number(c.N_prevAllocated) / number(c.N_prevCapitalBase) - 1) as f32;
  const bias = holders == 0 ? 0 : ((longs - shorts) as f64) / (holders as f64);
  const heat = ((word(c.M_prevHeat) as f64) / ((alive as f64) * c.HEAT_UNIT)) as f32;
  const elite = elites == 0 ? 0 : (word(c.M_prevEliteSum) as f64) / ((elites as f64) * SIGNAL_UNIT);
  store<f32>(c.GROUP, ((holders as f64) / (alive as f64)) as f32);
  store<f32>(c.GROUP + 4, bias as f32);
  store<f32>(c.GROUP + 8, min<f32>(max<f32>(gain, -1), 1));
  store<f32>(c.GROUP + 12, min<f32>(heat, 1));
  store<f32>(c.GROUP + 16, elite as f32);
}

function rememberGroup(alive: i32): void {
  setWord(c.M_prevAlive, alive);
  setWord(c.M_prevLongs, word(c.M_longs));
  setWord(c.M_prevShorts, word(c.M_shorts));
  setWord(c.M_prevHeat, word(c.M_deathHeat));
  setNumber(c.N_prevAllocated, number(c.N_allocated));
  setNumber(c.N_prevCapitalBase, number(c.N_capitalBase));
}

function wakeNewborns(alive: i32): void {
  if (word(c.M_sleepers) == 0) return;
  memory.fill(at(c.A_sleep), 0, (alive << 2) as usize);
  setWord(c.M_sleepers, 0);
}
