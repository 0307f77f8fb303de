import { z } from "zod";
import type { Json } from "#base";

/** A schema for each key: forgotten keys and wrong types are compile errors. */
export type Fields<T> = { readonly [Key in keyof T]-?: z.ZodType<T[Key]> };

/** A record with exactly these keys; an unknown key is an error. Output keeps this key order. */
export function strictRecord<T extends object>(fields: Fields<T>): z.ZodType<T> {
  return z.strictObject(fields) as unknown as z.ZodType<T>;
}

/** A whole number that float64 holds exactly. */
export const whole: z.ZodType<number> = z.int();
export const count: z.ZodType<number> = z.int().nonnegative();
export const positive: z.ZodType<number> = z.int().positive();
/** Any finite number. */
export const finite: z.ZodType<number> = z.number();
export const flag: z.ZodType<boolean> = z.boolean();
export const text: z.ZodType<string> = z.string();
/** A sentence or code that explains a null; never empty. */
export const reason: z.ZodType<string> = z.string().min(1);

export const hex16: z.ZodType<string> = z.string().regex(/^[0-9a-f]{16}$/);
export const hex64: z.ZodType<string> = z.string().regex(/^[0-9a-f]{64}$/);
export const runId: z.ZodType<string> = z.string().regex(/^HF_[0-9a-f]{16}$/);
export const agentId: z.ZodType<string> = z.string().regex(/^a(?:\d{6}|[1-9]\d{6,15})$/);
export const utcTime: z.ZodType<string> = z
  .string()
  .regex(/^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d{3}Z$/);

/** Anything JSON carries: for parts that another layer owns and describes. */
export const anyJson: z.ZodType<Json> = z.json();
export const jsonRecord: z.ZodType<JsonRecord> = z.record(z.string(), z.json());

export type JsonRecord = Readonly<Record<string, Json>>;

export function nullable<T>(schema: z.ZodType<T>): z.ZodType<T | null> {
  return z.nullable(schema);
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
