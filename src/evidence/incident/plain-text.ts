import { z } from "zod";

/**
 * What people write into an incident. Control characters and signs that turn the direction of
 * writing are refused: the document must show what the record says.
 */
export function isPlainText(text: string, max: number, lines: "one" | "many"): boolean {
  const inLine = lines === "one" ? text : text.replaceAll(/[\n\t]/g, "");
  return text.trim() !== "" && text.length <= max && text.isWellFormed() && !unwanted.test(inLine);
}

/** Any text as one plain line, for what programs said and files held. */
export function toPlainLine(text: string): string {
  const clean = text.toWellFormed().replaceAll(everyUnwanted, "?");
  if (clean.length <= textLimits.line) return clean;
  return `${clean.slice(0, textLimits.line - 3).toWellFormed()}...`;
}

const unwanted = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
const everyUnwanted = new RegExp(unwanted, "gu");

/** Lengths in UTF-16 units. An entry of only such texts stays far below the bound of a record. */
export const textLimits = { line: 400, text: 8000 } as const;

export const plainLine: z.ZodType<string> = z
  .string()
  .refine((text) => isPlainText(text, textLimits.line, "one"), "not one line of plain text");
export const plainText: z.ZodType<string> = z
  .string()
  .refine((text) => isPlainText(text, textLimits.text, "many"), "not plain text");
