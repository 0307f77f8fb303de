import { err, type Fault, ok, parseDecimal, type Result } from "#base";
import { maxSeed } from "#lab";

/** A whole number written in digits only: `8`, not `8.0`, `+8`, `1e3` or `abc`. */
export function parseCount(
  text: string,
  bounds: Readonly<{ min: number; max: number }>,
): Result<number, Fault> {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= bounds.min && value <= bounds.max) return ok(value);
  const message = `expected a whole number from ${bounds.min} to ${bounds.max}, got "${text}"`;
  return err({ code: "count_malformed", message });
}

/** `0.05` or `5%` as parts per million, exactly: digits beyond a millionth are refused. */
export function parsePpm(text: string): Result<number, Fault> {
  const percent = text.endsWith("%");
  const read = percent ? parseDecimal(text.slice(0, -1), 4) : parseDecimal(text, 6);
  if (read.ok && read.value >= 0) return read;
  const message = `expected a ratio like 0.05 or 5%, not finer than a millionth, got "${text}"`;
  return err({ code: "ratio_malformed", message });
}

/** An amount of the quote currency (`1000000`, `250000.50`) in micro-units, exactly. */
export function parseMicro(text: string): Result<number, Fault> {
  const read = parseDecimal(text, 6);
  if (read.ok && read.value > 0) return read;
  const message = `expected a positive amount with at most 6 decimals, got "${text}"`;
  return err({ code: "amount_malformed", message });
}

/** `3,5,9`: distinct seeds in ascending order, so that the order typed changes nothing. */
export function parseSeedList(text: string): Result<readonly number[], Fault> {
  const seeds: number[] = [];
  for (const part of text.split(",")) {
    const seed = parseCount(part.trim(), { min: 0, max: maxSeed });
    if (!seed.ok) {
      const message = `expected seeds like 3,5,9 from 0 to ${maxSeed}, got "${part.trim()}"`;
      return err({ code: "seed_malformed", message });
    }
    if (seeds.includes(seed.value)) {
      return err({ code: "seed_repeated", message: `seed ${seed.value} is listed twice` });
    }
    seeds.push(seed.value);
  }
  return ok(seeds.toSorted((left, right) => left - right));
}
