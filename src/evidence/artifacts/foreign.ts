import type { z } from "zod";
import type { Fault, Json, Result } from "#base";
import { readWorldConfig, type WorldConfig } from "#core";
import { type Instrument, parseInstrument } from "#market";
import { jsonRecord } from "./fields.ts";

/** Parts of a manifest that other layers own: they read them, the text stays as it was written. */
export const worldConfig: z.ZodType<WorldConfig> = readBy(readWorldConfig);
export const instrument: z.ZodType<Instrument> = readBy(parseInstrument);

function readBy<T>(read: (value: Json) => Result<T, Fault>): z.ZodType<T> {
  const checked = jsonRecord.superRefine((value, context) => {
    const result = read(value);
    if (!result.ok) context.addIssue({ code: "custom", message: result.fault.message });
  });
  return checked as unknown as z.ZodType<T>;
}
