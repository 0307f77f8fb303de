import { err, type Fault, ok, parseDecimal, type Result } from "#base";
import { gcd } from "../money/gcd.ts";

/** Money is whole units of 10^-8 of a currency, whatever the currency: 90 million at most. */
export const moneyScale = 8;

/** `swap`: a linear perpetual, settled in the quote currency. `spot`: base against quote, cash. */
export type SpecKind = "swap" | "spot";

/** Only a `live` instrument takes orders. */
export type SpecState = "live" | "suspend";

/** Positions of up to `maxLots`; beyond the last tier no position is allowed. Rates in 10^-6. */
export type SpecTier = Readonly<{
  maxLots: number;
  mmrPpm: number;
  imrPpm: number;
  /** In hundredths: 10000 is 100x. */
  maxLeverageCenti: number;
}>;

/**
 * What turns ticks and lots into money, all in integers. Value of `lots` at `priceTicks` in units
 * of the quote currency = lots * priceTicks * valueNumerator / valueDenominator.
 */
export type InstrumentSpec = Readonly<{
  id: string;
  kind: SpecKind;
  state: SpecState;
  /** Names of currencies. A swap settles in `quote`; its `base` is only a name. */
  base: string;
  quote: string;
  /** Decimals of a price text: price = ticks * tickStep / 10^tickScale. */
  tickScale: number;
  tickStep: number;
  /** Decimals of a size text: size (contracts, or base for spot) = lots * lotStep / 10^lotScale. */
  lotScale: number;
  lotStep: number;
  minLots: number;
  /** Largest limit order and largest market order. */
  maxLimitLots: number;
  maxMarketLots: number;
  /** Highest price that is accepted; at most `priceTicksLimit`. */
  maxPriceTicks: number;
  valueNumerator: number;
  valueDenominator: number;
  /** Spot: units of base currency in one lot. Swap: 0. */
  baseUnitsPerLot: number;
  takerFeePpm: number;
  /** Negative where makers are paid. */
  makerFeePpm: number;
  liquidationFeePpm: number;
  /** Orders further than this from the mark (else the last) price are refused; null: no band. */
  priceBandPpm: number | null;
  /** Ascending in maxLots; empty for spot. */
  tiers: readonly SpecTier[];
}>;

/** The same facts as decimal text, as a venue's instrument table spells them. */
export type SpecText = Readonly<{
  id: string;
  kind: SpecKind;
  state?: SpecState;
  base: string;
  quote: string;
  tickSize: string;
  lotSize: string;
  minSize: string;
  maxLimitSize: string;
  maxMarketSize: string;
  /** Base currency in one contract; "1" for spot. */
  contractValue: string;
  takerFeePpm: number;
  makerFeePpm: number;
  liquidationFeePpm?: number;
  priceBandPpm?: number | null;
  /** `maxSize` in contracts. */
  tiers: readonly Readonly<{
    maxSize: string;
    mmrPpm: number;
    imrPpm: number;
    maxLeverageCenti: number;
  }>[];
}>;

/** Bound of every ladder: 2^27 ticks. */
export const priceTicksLimit = 134_217_727;
/** Bound of an order or a position: products of two such sizes stay exact. */
export const positionLotsLimit = 67_108_863;
/** Spot sizes carry no average price, so they may be larger. */
export const spotLotsLimit = 1_099_511_627_775;

/**
 * Integers from decimal text. Faults: those of parseDecimal, and `spec_value_too_fine` when one
 * tick of one lot is so small a part of a money unit that its fraction does not fit.
 */
export function specFromText(text: SpecText): Result<InstrumentSpec, Fault> {
  const tick = readStep(text.tickSize, `${text.id}.tickSize`);
  if (!tick.ok) return tick;
  const lot = readStep(text.lotSize, `${text.id}.lotSize`);
  if (!lot.ok) return lot;
  const contract = readStep(text.contractValue, `${text.id}.contractValue`);
  if (!contract.ok) return contract;
  const value = lotTickValue(tick.value, lot.value, contract.value);
  if (value === null) {
    const message = "tick, lot and contract value do not make a fraction of a money unit that fits";
    return err({ code: "spec_value_too_fine", message, at: text.id });
  }
  const base = lotTickValue({ step: 1, scale: 0 }, lot.value, contract.value);
  const spot = text.kind === "spot";
  if (spot && (base === null || base.denominator !== 1)) {
    const message = "a lot of spot is not a whole number of 10^-8 of the base currency";
    return err({ code: "spec_value_too_fine", message, at: text.id });
  }

  const limit = spot ? spotLotsLimit : positionLotsLimit;
  const toLots = (size: string, field: string): Result<number, Fault> =>
    readLots(size, lot.value, { at: `${text.id}.${field}`, limit });
  const minLots = toLots(text.minSize, "minSize");
  if (!minLots.ok) return minLots;
  const maxLimitLots = toLots(text.maxLimitSize, "maxLimitSize");
  if (!maxLimitLots.ok) return maxLimitLots;
  const maxMarketLots = toLots(text.maxMarketSize, "maxMarketSize");
  if (!maxMarketLots.ok) return maxMarketLots;
  const tiers: SpecTier[] = [];
  for (const [index, { maxSize, ...tier }] of text.tiers.entries()) {
    const maxLots = toLots(maxSize, `tiers[${index}].maxSize`);
    if (!maxLots.ok) return maxLots;
    tiers.push({ maxLots: maxLots.value, ...tier });
  }
  return ok({
    id: text.id,
    kind: text.kind,
    state: text.state ?? "live",
    base: text.base,
    quote: text.quote,
    tickScale: tick.value.scale,
    tickStep: tick.value.step,
    lotScale: lot.value.scale,
    lotStep: lot.value.step,
    minLots: minLots.value,
    maxLimitLots: maxLimitLots.value,
    maxMarketLots: maxMarketLots.value,
    maxPriceTicks: priceTicksLimit,
    valueNumerator: value.numerator,
    valueDenominator: value.denominator,
    baseUnitsPerLot: spot && base !== null ? base.numerator : 0,
    takerFeePpm: text.takerFeePpm,
    makerFeePpm: text.makerFeePpm,
    liquidationFeePpm: text.liquidationFeePpm ?? text.takerFeePpm,
    priceBandPpm: text.priceBandPpm ?? null,
    tiers,
  });
}

type Step = Readonly<{ step: number; scale: number }>;

/** "0.1" is 1 step of 10^-1, "0.05" 5 of 10^-2, "10" 10 of 10^0. */
function readStep(text: string, at: string): Result<Step, Fault> {
  for (let scale = 0; scale <= 16; scale += 1) {
    const step = parseDecimal(text, scale);
    if (step.ok && step.value > 0) return ok({ step: step.value, scale });
    if (!step.ok && step.fault.code !== "decimal_inexact") return err({ ...step.fault, at });
  }
  return err({ code: "spec_not_positive", message: `not a positive step: ${text}`, at });
}

/** step * step * step * 10^(8 - scales), in lowest terms; null when a side passes 10^6 or so. */
function lotTickValue(
  tick: Step,
  lot: Step,
  contract: Step,
): Readonly<{ numerator: number; denominator: number }> | null {
  const shift = moneyScale - tick.scale - lot.scale - contract.scale;
  let numerator = tick.step * lot.step * contract.step;
  let denominator = 1;
  for (let k = 0; k < shift; k += 1) numerator *= 10;
  for (let k = 0; k > shift; k -= 1) denominator *= 10;
  const divisor = gcd(numerator, denominator);
  numerator /= divisor;
  denominator /= divisor;
  return numerator <= 1e12 && denominator <= 1e6 ? { numerator, denominator } : null;
}

function readLots(
  text: string,
  lot: Step,
  { at, limit }: Readonly<{ at: string; limit: number }>,
): Result<number, Fault> {
  const size = parseDecimal(text, lot.scale);
  if (!size.ok) return err({ ...size.fault, at });
  if (size.value % lot.step !== 0) {
    return err({ code: "spec_not_whole_lots", message: `not a whole number of lots: ${text}`, at });
  }
  const lots = size.value / lot.step;
  // A table may allow more than the engine can count exactly; the smaller bound holds.
  return ok(lots > limit ? limit : lots);
}
