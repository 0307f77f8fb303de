import { err, type Fault, formatDecimal, ok, parseDecimal, type Result } from "#base";

/** Money inside the exchange: whole numbers of 10^-8 of the currency. */
export const moneyScale = 8;

/**
 * Steps of an instrument: a price is a whole number of ticks, a size a whole number of lots. Made
 * of the texts that the venue gives for the instrument.
 */
export type Grid = Readonly<{
  /** Decimal text to ticks. Faults: price_malformed, price_off_tick, price_out_of_range. */
  ticks(text: string): Result<number, Fault>;
  priceText(ticks: number): string;
  /** Decimal text to lots. Faults: size_malformed, size_off_lot, size_out_of_range. */
  lots(text: string): Result<number, Fault>;
  sizeText(lots: number): string;
}>;

/** Fault grid_malformed when a step is not a positive decimal that integers can hold. */
export function createGrid(
  steps: Readonly<{ tickSz: string; lotSz: string }>,
): Result<Grid, Fault> {
  const tick = readStep(steps.tickSz);
  if (tick === null) return badStep("tickSz", steps.tickSz);
  const lot = readStep(steps.lotSz);
  if (lot === null) return badStep("lotSz", steps.lotSz);
  return ok({
    ticks: (text) => toSteps(text, tick, "price", "tick"),
    priceText: (ticks) => stepsText(ticks, tick),
    lots: (text) => toSteps(text, lot, "size", "lot"),
    sizeText: (lots) => stepsText(lots, lot),
  });
}

/** Money as the venue writes it; what is finer than 10^-8 is rounded, ties to even. */
export function moneyFromText(text: string): Result<number, Fault> {
  return parseDecimal(text, moneyScale, "half_even");
}

/** Without needless zeros: 1.5, -0.00000001, 0. */
export function moneyText(units: number): string {
  return trimmed(formatDecimal(units, moneyScale));
}

/** Decimal text without needless zeros behind the point: "1.500" is "1.5", "-0.0" is "0". */
export function trimmed(text: string): string {
  if (!text.includes(".")) return text;
  const bare = text.replace(/\.?0+$/, "");
  return bare === "-0" || bare === "" ? "0" : bare;
}

/** A step is `units` times 10^-scale. */
type Step = Readonly<{ units: number; scale: number }>;

function readStep(text: string): Step | null {
  const scale = trimmed(text).split(".")[1]?.length ?? 0;
  if (scale > maxStepScale) return null;
  const units = parseDecimal(text, scale);
  return units.ok && units.value > 0 ? { units: units.value, scale } : null;
}

/** The smallest tick of any instrument of the venue has 12 decimals or fewer. */
const maxStepScale = 12;

function toSteps(
  text: string,
  step: Step,
  what: "price" | "size",
  stepName: string,
): Result<number, Fault> {
  const units = parseDecimal(text, step.scale);
  if (units.ok) {
    if (units.value % step.units === 0) return ok(units.value / step.units);
  } else if (units.fault.code !== "decimal_inexact") {
    const code = units.fault.code.replace("decimal_", `${what}_`);
    return err({ code, message: `${what}: ${units.fault.message}` });
  }
  const size = trimmed(formatDecimal(step.units, step.scale));
  return err({
    code: `${what}_off_${stepName}`,
    message: `${what} ${text} is not a multiple of ${size}`,
  });
}

function stepsText(count: number, step: Step): string {
  return trimmed(formatDecimal(count * step.units, step.scale));
}

function badStep(field: string, text: string): Result<never, Fault> {
  return err({ code: "grid_malformed", message: `${field} is no step: ${text}`, at: field });
}
