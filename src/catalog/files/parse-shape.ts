import { z } from "zod";
import { err, type Fault, ok, parseJson, type Result } from "#base";

/*
 * The index reads what it needs and passes over what it does not know, so that a record of a newer
 * version still counts. Judging a record is the work of `assay verify`.
 */

/** A text both engines hold and a terminal shows: no control character, no lone surrogate. */
export const shortText: z.ZodType<string> = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "must be plain text");
export const whole: z.ZodType<number> = z.int();
export const hex: z.ZodType<string> = z.string().regex(/^[0-9a-f]{8,128}$/);

/** Absent and null are the same to an index. */
export function maybe<T>(schema: z.ZodType<T>): z.ZodType<T | null> {
  return z.nullish(schema).transform((value) => value ?? null);
}

/** Faults: json_invalid, record_invalid; both say where. */
export function parseShape<T>(text: string, shape: z.ZodType<T>, at: string): Result<T, Fault> {
  const json = parseJson(text);
  if (!json.ok) {
    return err({ code: "json_invalid", message: `not JSON: ${clean(json.fault.message)}`, at });
  }
  const checked = shape.safeParse(json.value);
  if (checked.success) return ok(checked.data);
  const issue = checked.error.issues[0];
  const field = issue?.path.map(String).join(".") || "the record";
  const message = `${clean(field)}: ${clean(issue?.message ?? "is not as expected")}`;
  return err({ code: "record_invalid", message, at });
}

/** Hostile input may hold control characters; a reason is one short line. */
export function clean(text: string): string {
  const plain = text.replaceAll(/[^\x20-\x7e]/g, "?");
  return plain.length > 160 ? `${plain.slice(0, 160)}...` : plain;
}
