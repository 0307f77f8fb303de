import { z } from "zod";
import type { Json } from "#base";
import { type Shape, shaped, type Take } from "./shape.ts";

/** A schema for each key: forgotten keys and wrong types are compile errors. */
export type Fields<T> = { readonly [Key in keyof T]-?: z.ZodType<T[Key]> };

/**
 * A record with exactly these keys; an unknown key is an error. Output keeps this key order.
 * Guarded fields are checked by one look over the record: a check of its own for each field costs
 * more than parsing the line.
 */
export function strictRecord<T extends object>(
  fields: Fields<T>,
  make: ((take: Take) => T) | null = null,
): z.ZodType<T> {
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
  const schema = (guards.length === 0 ? record : checked) as unknown as z.ZodType<T>;
  return shaped(schema, { type: "record", fields, agrees: null, make });
}

/**
 * The same for the most frequent records, told by how one is made: `take` names the schema of each
 * field when the schema is put together, and gives the values in that order when a record is read.
 * A record made by a literal of its own costs a fraction of one that is filled key by key.
 */
export function recordOf<T extends object>(make: (take: Take) => T): z.ZodType<T> {
  // With schemas in the place of values, what is made are the fields.
  const fields = make((schema) => schema as never) as unknown as Fields<T>;
  return strictRecord(fields, make);
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

function guardedText(
  holds: (value: string) => boolean,
  message: string,
  shape: Shape = { type: "text", holds },
): z.ZodType<string> {
  return shaped(guarded(z.string(), holds, message), shape);
}

/** A text of this form, told from others by its own words. */
export function patterned(form: RegExp): z.ZodType<string> {
  const holds = (value: string): boolean => form.test(value);
  return shaped<z.ZodType<string>>(z.string().regex(form), { type: "text", holds });
}

function matching(form: RegExp, what: string, shape?: Shape): z.ZodType<string> {
  return guardedText((value) => form.test(value), `not ${what}`, shape);
}

function wholeFrom(least: number, what: string): z.ZodType<number> {
  const holds = (value: number): boolean => Number.isSafeInteger(value) && value >= least;
  return shaped(guarded(z.number(), holds, `not a whole number ${what}`), { type: "whole", least });
}

/** A whole number that float64 holds exactly. */
export const whole: z.ZodType<number> = wholeFrom(
  Number.MIN_SAFE_INTEGER,
  "that float64 holds exactly",
);
export const count: z.ZodType<number> = wholeFrom(0, "from 0 on");
export const positive: z.ZodType<number> = wholeFrom(1, "from 1 on");
/** Any finite number. */
export const finite: z.ZodType<number> = shaped(z.number(), { type: "number" });
export const flag: z.ZodType<boolean> = shaped(z.boolean(), { type: "flag" });
export const text: z.ZodType<string> = shaped(z.string(), { type: "text", holds: () => true });
/** A sentence or code that explains a null; never empty. */
export const reason: z.ZodType<string> = guardedText(isFilled, "empty");

/** Any text; what belongs there is canonical base64. */
export const base64Text: z.ZodType<string> = shaped(z.string(), { type: "base64" });
/** The same, never empty. */
export const filledBase64: z.ZodType<string> = guardedText(isFilled, "empty", { type: "base64" });

export const hex16: z.ZodType<string> = hexDigits(16);
export const hex64: z.ZodType<string> = hexDigits(64);
/** A run in a simulated world, of either tier. */
export const runId: z.ZodType<string> = matching(
  /^(?:HF|PROMOTE|AUDIT)_[0-9a-f]{16}$/,
  "the id of an offline run",
);
/** Survivors of screening runs alone enter a pool. */
export const tierOneRunId: z.ZodType<string> = matching(/^HF_[0-9a-f]{16}$/, "a tier-1 run id");
export const agentId: z.ZodType<string> = matching(
  /^a(?:\d{6}|[1-9]\d{6,15})$/,
  "an agent id like a000001",
  { type: "agent_id" },
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
  const shape: Shape = { type: "nullable", of: schema };
  const guard = guardBySchema.get(schema);
  if (guard === undefined) return shaped<z.ZodType<T | null>>(z.nullable(schema), shape);
  const plain = z.nullable(guard.plain) as unknown as z.ZodType<T | null>;
  const holds = (value: T | null): boolean => value === null || guard.holds(value);
  return shaped(guarded(plain, holds, guard.message), shape);
}

export function listOf<T>(schema: z.ZodType<T>): z.ZodType<readonly T[]> {
  return shaped<z.ZodType<readonly T[]>>(z.array(schema), { type: "list", of: schema });
}

export function eitherOf<const T>(schemas: readonly [z.ZodType<T>, z.ZodType<T>]): z.ZodType<T> {
  return shaped<z.ZodType<T>>(z.union(schemas), { type: "either", of: schemas });
}

export function oneOf<const T extends string>(values: readonly T[]): z.ZodType<T> {
  return shaped<z.ZodType<T>>(z.enum(values), { type: "constant", values });
}

export function exactly<const T extends string | number | boolean | null>(value: T): z.ZodType<T> {
  return shaped<z.ZodType<T>>(z.literal(value), { type: "constant", values: [value] });
}

function isFilled(value: string): boolean {
  return value !== "";
}

function hexDigits(digits: number): z.ZodType<string> {
  const form = new RegExp(`^[0-9a-f]{${digits}}$`);
  return matching(form, `${digits} hex digits`, { type: "hex", digits });
}
