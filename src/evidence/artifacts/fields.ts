import { z } from "zod";
import type { Json } from "#base";

/** A schema for each key: forgotten keys and wrong types are compile errors. */
export type Fields<T> = { readonly [Key in keyof T]-?: z.ZodType<T[Key]> };

/**
 * A record with exactly these keys; an unknown key is an error. Output keeps this key order.
 * Guarded fields are checked by one look over the record: a check of its own for each field costs
 * more than parsing the line.
 */
export function strictRecord<T extends object>(fields: Fields<T>): z.ZodType<T> {
  const shape: Record<string, z.ZodType> = {};
  const guards: (Guard & { readonly key: string })[] = [];
  for (const [key, schema] of Object.entries<z.ZodType>(fields)) {
    const guard = guardBySchema.get(schema);
    shape[key] = guard?.plain ?? schema;
    if (guard !== undefined) guards.push({ ...guard, key });
  }
  const record = z.strictObject(shape);
  const checked = record.superRefine((value, context) => {
    for (const { key, holds, message } of guards) {
      if (!holds(value[key])) context.addIssue({ code: "custom", path: [key], message });
    }
  });
  return (guards.length === 0 ? record : checked) as unknown as z.ZodType<T>;
}

/** A cheap type and the condition on top of it. */
type Guard = Readonly<{
  plain: z.ZodType;
  holds: (value: unknown) => boolean;
  message: string;
}>;

const guardBySchema = new WeakMap<z.ZodType, Guard>();

/** Checks itself where it stands alone, and is checked by its record where it is a field. */
function guarded<T>(
  plain: z.ZodType<T>,
  holds: (value: T) => boolean,
  message: string,
): z.ZodType<T> {
  const schema = plain.refine(holds, message);
  guardBySchema.set(schema, { plain, holds: holds as (value: unknown) => boolean, message });
  return schema;
}

function matching(form: RegExp, what: string): z.ZodType<string> {
  return guarded(z.string(), (value) => form.test(value), `not ${what}`);
}

/** A whole number that float64 holds exactly. */
export const whole: z.ZodType<number> = guarded(
  z.number(),
  Number.isSafeInteger,
  "not a whole number that float64 holds exactly",
);
export const count: z.ZodType<number> = guarded(
  z.number(),
  (value) => Number.isSafeInteger(value) && value >= 0,
  "not a whole number from 0 on",
);
export const positive: z.ZodType<number> = guarded(
  z.number(),
  (value) => Number.isSafeInteger(value) && value > 0,
  "not a whole number from 1 on",
);
/** Any finite number. */
export const finite: z.ZodType<number> = z.number();
export const flag: z.ZodType<boolean> = z.boolean();
export const text: z.ZodType<string> = z.string();
/** A sentence or code that explains a null; never empty. */
export const reason: z.ZodType<string> = guarded(z.string(), (value) => value !== "", "empty");

export const hex16: z.ZodType<string> = matching(/^[0-9a-f]{16}$/, "16 hex digits");
export const hex64: z.ZodType<string> = matching(/^[0-9a-f]{64}$/, "64 hex digits");
export const runId: z.ZodType<string> = matching(/^HF_[0-9a-f]{16}$/, "a tier-1 run id");
export const agentId: z.ZodType<string> = matching(
  /^a(?:\d{6}|[1-9]\d{6,15})$/,
  "an agent id like a000001",
);
export const utcTime: z.ZodType<string> = matching(
  /^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d{3}Z$/,
  "a UTC time like 2024-01-31T09:30:00.000Z",
);

/** Anything JSON carries: for parts that another layer owns and describes. */
export const anyJson: z.ZodType<Json> = z.json();
export const jsonRecord: z.ZodType<JsonRecord> = z.record(z.string(), z.json());

export type JsonRecord = Readonly<Record<string, Json>>;

export function nullable<T>(schema: z.ZodType<T>): z.ZodType<T | null> {
  const guard = guardBySchema.get(schema);
  if (guard === undefined) return z.nullable(schema);
  const plain = z.nullable(guard.plain) as unknown as z.ZodType<T | null>;
  return guarded(plain, (value) => value === null || guard.holds(value), guard.message);
}

export function listOf<T>(schema: z.ZodType<T>): z.ZodType<readonly T[]> {
  return z.array(schema);
}

export function oneOf<const T extends string>(values: readonly T[]): z.ZodType<T> {
  return z.enum(values);
}

export function exactly<const T extends string | number | boolean | null>(value: T): z.ZodType<T> {
  return z.literal(value);
}
