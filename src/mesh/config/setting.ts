import { z } from "zod";
import { Secret } from "./secret.ts";

/** One variable of the environment: its name, its meaning, and what may stand in it. */
export type Setting<T> = Readonly<{
  /** `ASSAY_...` for our own; others keep the name that operators know them by. */
  variable: string;
  /** What it is and what to write into it: one sentence, shown when it is missing or wrong. */
  meaning: string;
  secret: boolean;
  /** The value when the variable is unset or empty; null when there must be one. */
  fallback: Readonly<{ value: T }> | null;
  /** Reads the text of the variable. */
  schema: z.ZodType<T, string>;
}>;

/** The settings of a service: for each key of its configuration the variable that gives it. */
export type ConfigSpec<C> = Readonly<{ [K in keyof C]: Setting<C[K]> }>;

type SettingOptions<T> = Readonly<{
  meaning: string;
  schema: z.ZodType<T, string>;
}>;

/** A setting that must be given. */
export function required<T>(variable: string, options: SettingOptions<T>): Setting<T> {
  return { variable, ...options, secret: false, fallback: null };
}

/** A setting with a value of its own for when nothing is said. */
export function optional<T>(
  variable: string,
  options: SettingOptions<T> & Readonly<{ fallback: T }>,
): Setting<T> {
  const { meaning, schema, fallback } = options;
  return { variable, meaning, schema, secret: false, fallback: { value: fallback } };
}

/** A password, token or key that may be absent: then the service says what it cannot do. */
export function secret(variable: string, meaning: string): Setting<Secret | null> {
  return { variable, meaning, schema: secretText, secret: true, fallback: { value: null } };
}

/** A password, token or key without which the service cannot start. */
export function requiredSecret(variable: string, meaning: string): Setting<Secret> {
  return { variable, meaning, schema: secretText, secret: true, fallback: null };
}

const secretText: z.ZodType<Secret, string> = z
  .string()
  .max(8192)
  .transform((text) => new Secret(text));
