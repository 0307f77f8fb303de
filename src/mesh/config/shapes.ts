import { z } from "zod";

/** A whole number of seconds, milliseconds or things within bounds. */
export function wholeNumber(least: number, most: number): z.ZodType<number, string> {
  const message = `expected a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^-?\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message);
}

/** `0`, `1`, `true`, `false`, `on`, `off`, `yes`, `no`; nothing else is guessed at. */
export const flag: z.ZodType<boolean, string> = z
  .enum(["0", "1", "true", "false", "on", "off", "yes", "no"], {
    message: "expected one of 1, true, on, yes, 0, false, off, no",
  })
  .transform((word) => ["1", "true", "on", "yes"].includes(word));

/** A URL of http or https without a user in it. */
export const httpUrl: z.ZodType<URL, string> = z
  .string()
  .refine((text) => URL.canParse(text), "expected a URL like http://127.0.0.1:8080/healthz")
  .transform((text) => new URL(text))
  .refine((url) => /^https?:$/.test(url.protocol), "expected http or https")
  .refine((url) => url.username === "" && url.password === "", "expected no user in the URL");

/** Words between commas, spaces around them cut off. */
export const wordList: z.ZodType<readonly string[], string> = z
  .string()
  .transform((text) => text.split(",").map((word) => word.trim()))
  .refine((words) => words.every((word) => word !== ""), "expected words between commas");

export const plainText: z.ZodType<string, string> = z.string().max(4096);
