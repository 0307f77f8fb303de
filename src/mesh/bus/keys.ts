import { canonicalJson, err, type Json, ok, type Result } from "#base";
import { maxEventBytes } from "./bus-event.ts";
import { type BusFault, busFault } from "./bus-fault.ts";
import { checkPattern, checkSubject } from "./subject.ts";

/** Fault bus_name_invalid. */
export function checkKey(key: string): Result<string, BusFault> {
  const checked = checkSubject(key);
  return checked.ok ? checked : err(invalid(key));
}

/** Fault bus_name_invalid. */
export function checkKeyPattern(pattern: string): Result<string, BusFault> {
  const checked = checkPattern(pattern);
  return checked.ok ? checked : err(invalid(pattern));
}

/** The text of a value as it is kept. Fault bus_too_large. */
export function valueText(key: string, value: Json): Result<string, BusFault> {
  const text = canonicalJson(value);
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxEventBytes) return ok(text);
  const message = `a value of ${bytes} bytes, more than ${maxEventBytes}: put it into objects`;
  return err(busFault("bus_too_large", message, key));
}

function invalid(key: string): BusFault {
  const message = `a key is made of letters, digits, "_", "=" and "-" between single dots`;
  return busFault("bus_name_invalid", message, JSON.stringify(key.slice(0, 80)));
}
