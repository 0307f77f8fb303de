import { err, type Fault, ok, type Result } from "#base";
import type { VenueInstrument } from "#venues";
import { type Amount, amountText, parseAmount, toAmount } from "./amount.ts";

/**
 * The instrument in whole numbers: sizes in lots, prices in ticks, money in micro-units of the
 * settlement currency. What does not fit a grid is null, never rounded.
 */
export type Sizes = Readonly<{
  instId: string;
  currency: string;
  /** Micro-units that one lot gains per tick. */
  microPerLotTick: number;
  minLots: number;
  /** Base units in one lot, for instruments of our own. */
  lotSize: string;
  tickSize: string;
  contractValue: string;
  /** Contracts of the venue to lots and back. */
  toLots: (contracts: string) => number | null;
  fromLots: (lots: number) => string;
  toTicks: (price: string) => number | null;
  /** What so many lots are worth at a price that need not lie on the grid. */
  valueOf: (lots: number, price: string) => Amount;
  fromTicks: (ticks: number) => string;
}>;

/**
 * Linear swaps only: their profit is lots times ticks. Faults: instrument_unsupported (with the
 * reason), instrument_malformed.
 */
export function sizesOf(instrument: VenueInstrument): Result<Sizes, Fault> {
  const { instId, instType, settleCcy, ctValCcy } = instrument;
  const refuse = (why: string): Result<never, Fault> =>
    err({ code: "instrument_unsupported", message: `${instId} ${why}`, at: instId });
  if (instType !== "SWAP") return refuse(`is ${instType}; agents trade linear swaps`);
  if (settleCcy === null || settleCcy === ctValCcy) {
    return refuse("is not linear: it does not settle in the currency of its price");
  }
  const grid = readGrid(instrument);
  if (!grid.ok) return grid;
  const { tick, lot, min, value } = grid.value;
  const microPerLotTick = (tick * lot * value) / (unit * unit * microUnit);
  const isWhole = microPerLotTick * unit * unit * microUnit === tick * lot * value;
  if (!isWhole || microPerLotTick <= 0n) {
    return refuse("moves by less than a millionth of its currency per lot and tick");
  }
  const minLots = (min + lot - 1n) / lot;
  return ok({
    instId,
    currency: settleCcy,
    microPerLotTick: Number(microPerLotTick),
    minLots: Math.max(1, Number(minLots)),
    lotSize: amountText((lot * value) / unit),
    tickSize: amountText(tick),
    contractValue: amountText(value),
    toLots: (contracts) => onGrid(contracts, lot),
    fromLots: (lots) => amountText(BigInt(lots) * lot),
    toTicks: (price) => onGrid(price, tick),
    valueOf: (lots, price) => (BigInt(lots) * microPerLotTick * microUnit * toAmount(price)) / tick,
    fromTicks: (ticks) => amountText(BigInt(ticks) * tick),
  });
}

const unit = 1_000_000_000_000_000_000n;
/** A micro-unit in the units of an amount. */
const microUnit = 1_000_000_000_000n;

type Grid = Readonly<{ tick: Amount; lot: Amount; min: Amount; value: Amount }>;

function readGrid(instrument: VenueInstrument): Result<Grid, Fault> {
  const { instId, tickSz, lotSz, minSz, ctVal } = instrument;
  const texts = { tick: tickSz, lot: lotSz, min: minSz, value: ctVal ?? "" };
  const grid = { tick: 0n, lot: 0n, min: 0n, value: 0n };
  for (const [name, text] of Object.entries(texts) as [keyof Grid, string][]) {
    const amount = parseAmount(text);
    if (!amount.ok || amount.value <= 0n) {
      const message = `${instId}: its ${name} is no positive decimal: ${JSON.stringify(text)}`;
      return err({ code: "instrument_malformed", message, at: instId });
    }
    grid[name] = amount.value;
  }
  return ok(grid);
}

/** Null where the text is no decimal, or lies between two places of the grid. */
function onGrid(text: string, step: Amount): number | null {
  const parsed = parseAmount(text);
  if (!parsed.ok || parsed.value % step !== 0n) return null;
  const places = Number(parsed.value / step);
  return Number.isSafeInteger(places) ? places : null;
}
