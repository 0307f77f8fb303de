import { arrayNames, type WorldLayout } from "./layout.ts";
import { meta, num } from "./words.ts";

/** Views on the memory of a world; what they hold is named in layout.ts. */
export type World = Readonly<{
  layout: WorldLayout;
  meta: Int32Array;
  num: Float64Array;
  cash: Float64Array;
  position: Float64Array;
  equity: Float64Array;
  /** Equity just before the present position was opened. */
  entryEquity: Float64Array;
  /** Equity at which the agent splits; infinity for empty slots. */
  splitAt: Float64Array;
  /** Equity at or below which it dies: 0 for agents, -1 for empty slots. */
  deathAt: Float64Array;
  /** Micro-units per tick; 0 for empty slots. */
  livingCost: Float64Array;
  /** Signed lots of the order due at the next open; 0 = none. */
  order: Float64Array;
  feesPaid: Float64Array;
  fundingPaid: Float64Array;
  tradeFlow: Float64Array;
  openedLong: Float64Array;
  openedShort: Float64Array;
  closed: Float64Array;
  wins: Float64Array;
  partials: Float64Array;
  unfilled: Float64Array;
  age: Float32Array;
  lastSignal: Float32Array;
  fillImpedance: Float32Array;
  timeImpedance: Float32Array;
  slippage: Float32Array;
  impact: Float32Array;
  /** 1 in the tick of birth: newborns decide from the next bar. */
  sleep: Int32Array;
  /** -1 for members of the top decile of the last census, else 0. */
  elite: Int32Array;
  /** Signed lots of the position that was liquidated in this tick; 0 = none was. */
  liquidatedLots: Float64Array;
  pendingSlots: Int32Array;
  genomes: Float32Array;
  panels: Float32Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  cap: Float64Array;
  halfSpread: Float64Array;
  impactCoefficient: Float64Array;
  /** Rate due in the bar as a fraction of position value; 0 = none. */
  fundingDue: Float64Array;
  scalars: Float32Array;
  /** E features not masked in the bar. */
  effective: Int32Array;
}>;

/**
 * Lays the views over a zeroed buffer, empties every slot and writes the address table that the
 * WASM kernel reads.
 */
export function createWorld(buffer: ArrayBuffer, layout: WorldLayout): World {
  const f64 = (name: Float64Name): Float64Array =>
    new Float64Array(buffer, layout.at[name], layout.length[name]);
  const f32 = (name: Float32Name): Float32Array =>
    new Float32Array(buffer, layout.at[name], layout.length[name]);
  const i32 = (name: Int32Name): Int32Array =>
    new Int32Array(buffer, layout.at[name], layout.length[name]);
  const words = new Int32Array(buffer, layout.metaAt, meta.words);
  for (const [index, name] of arrayNames.entries()) words[meta.addresses + index] = layout.at[name];
  return {
    layout,
    meta: words,
    num: new Float64Array(buffer, layout.numAt, num.words),
    cash: f64("cash"),
    position: f64("position"),
    equity: f64("equity"),
    entryEquity: f64("entryEquity"),
    splitAt: f64("splitAt").fill(Number.POSITIVE_INFINITY),
    deathAt: f64("deathAt").fill(-1),
    livingCost: f64("livingCost"),
    order: f64("order"),
    feesPaid: f64("feesPaid"),
    fundingPaid: f64("fundingPaid"),
    tradeFlow: f64("tradeFlow"),
    openedLong: f64("openedLong"),
    openedShort: f64("openedShort"),
    closed: f64("closed"),
    wins: f64("wins"),
    partials: f64("partials"),
    unfilled: f64("unfilled"),
    age: f32("age"),
    lastSignal: f32("lastSignal"),
    fillImpedance: f32("fillImpedance"),
    timeImpedance: f32("timeImpedance"),
    slippage: f32("slippage"),
    impact: f32("impact"),
    sleep: i32("sleep"),
    elite: i32("elite"),
    liquidatedLots: f64("liquidatedLots"),
    pendingSlots: i32("pendingSlots"),
    genomes: f32("genomes"),
    panels: f32("panels"),
    open: f64("open"),
    high: f64("high"),
    low: f64("low"),
    close: f64("close"),
    volume: f64("volume"),
    cap: f64("cap"),
    halfSpread: f64("halfSpread"),
    impactCoefficient: f64("impactCoefficient"),
    fundingDue: f64("fundingDue"),
    scalars: f32("scalars"),
    effective: i32("effective"),
  };
}

type Float64Name =
  | "cash"
  | "position"
  | "equity"
  | "entryEquity"
  | "splitAt"
  | "deathAt"
  | "livingCost"
  | "order"
  | "liquidatedLots"
  | "feesPaid"
  | "fundingPaid"
  | "tradeFlow"
  | "openedLong"
  | "openedShort"
  | "closed"
  | "wins"
  | "partials"
  | "unfilled"
  | "open"
  | "high"
  | "low"
  | "close"
  | "volume"
  | "cap"
  | "halfSpread"
  | "impactCoefficient"
  | "fundingDue";
type Float32Name =
  | "age"
  | "lastSignal"
  | "fillImpedance"
  | "timeImpedance"
  | "slippage"
  | "impact"
  | "genomes"
  | "panels"
  | "scalars";
type Int32Name = "sleep" | "elite" | "pendingSlots" | "effective";
