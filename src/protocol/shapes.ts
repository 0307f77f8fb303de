import { z } from "zod";
import { millisFromIso } from "#base";

/** One line a terminal and every store can hold: no control character, no lone surrogate. */
export const line: z.ZodType<string> = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "must be one line of plain text");

/** A stable code: `marketdata_stale`. */
export const code: z.ZodType<string> = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/, "must be a lower_snake code");

/** The name of a process, a strategy or a venue: `gamma-strategy`, `okx_demo`. */
export const name: z.ZodType<string> = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/, "must be a lower-case name");

/** An id that fits a header, a file name and a key: letters, digits and `._:-`. */
export const id: z.ZodType<string> = z
  .string()
  .min(8)
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, "must be an id of letters, digits and ._:-");

export const version: z.ZodType<string> = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/, "must be a version");

/** `SPY`, `BRK.B`, `BTC-USDT-SWAP`. */
export const symbol: z.ZodType<string> = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/:-]*$/, "must be a symbol");

export const sha256: z.ZodType<string> = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "must be a sha256 in lower-case hex");

/** Seconds and milliseconds are always Z; a local time is refused. */
export const utc: z.ZodType<string> = z.string().refine((text) => {
  return text.includes("T") && millisFromIso(text).ok;
}, "must be a UTC time like 2024-01-31T09:30:00.000Z");

/** A day that exists: `2024-02-29`. */
export const day: z.ZodType<string> = z.string().refine((text) => {
  return text.length === 10 && millisFromIso(text).ok;
}, "must be a day like 2024-01-31");

/** Money and sizes travel as text, so that no reader makes a binary fraction of them. */
export const decimal: z.ZodType<string> = z
  .string()
  .regex(/^-?(?:0|[1-9]\d{0,17})(?:\.\d{1,18})?$/, "must be a decimal number as text");

export const notNegative: z.ZodType<string> = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,17})(?:\.\d{1,18})?$/, "must be a decimal of zero or more as text");

export const positive: z.ZodType<string> = notNegative.refine(
  (text) => /[1-9]/.test(text),
  "must be above zero",
);

/** Whole milliseconds since 1970, up to the year 9999. */
export const epochMs: z.ZodType<number> = z.int().min(0).max(253_402_300_799_999);

export const count: z.ZodType<number> = z.int().min(0);

export const seconds: z.ZodType<number> = z.number().min(0);
