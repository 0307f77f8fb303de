import type { FieldPlan } from "../catalogue/row-table.ts";
import { isDecimal, isSameDecimal, negated } from "./decimal.ts";
import { wordOf } from "./read-path.ts";

/**
 * What a library made of one text of OKX.
 * - text: the text itself, or empty where OKX is empty.
 * - number: a number that writes the same decimal.
 * - respelled: another text of the same decimal.
 * - precision, sign, scaled: a number near it, its negative, or a plain multiple of it.
 * - other: anything else.
 * - absent: nothing, although OKX says something.
 * - empty_as: undefined, null or another sign of nothing for empty text.
 * - invented: something, although OKX says nothing.
 * - word: a word of its own for OKX's.
 */
export type FieldForm =
  | "text"
  | "number"
  | "respelled"
  | "precision"
  | "sign"
  | `scaled ${string}`
  | "other"
  | "absent"
  | `empty_as_${"undefined" | "null"}`
  | "invented"
  | "word"
  | "flag"
  | "unseen";

/** `ctVal`: what one contract is worth of its base, a factor that units differ by. */
export function fieldForm(
  text: string | null,
  value: unknown,
  field: FieldPlan,
  ctVal: string,
): FieldForm {
  if (text === null || text === "") return formOfNothing(value);
  if (value === undefined || value === null || value === "") return "absent";
  if (value === text) return "text";
  if (typeof value === "boolean") return flagForm(text, value, field);
  if (field.kind === "word") return wordForm(text, value, field);
  const written = wordOf(value);
  if (isSameDecimal(text, written)) return typeof value === "number" ? "number" : "respelled";
  if (!isDecimal(text) || !isDecimal(written)) return "other";
  if (isSameDecimal(text, negated(written))) return "sign";
  return nearForm(Number(text), Number(written), Number(ctVal));
}

function formOfNothing(value: unknown): FieldForm {
  if (value === "") return "text";
  if (value === undefined) return "empty_as_undefined";
  return value === null ? "empty_as_null" : "invented";
}

function flagForm(text: string, value: boolean, { words }: FieldPlan): FieldForm {
  if (words?.[text]?.includes(value) === true) return "word";
  return text === String(value) ? "flag" : "other";
}

function wordForm(text: string, value: unknown, { words }: FieldPlan): FieldForm {
  if (words?.[text]?.includes(value) === true) return "word";
  return typeof value === "number" && isSameDecimal(text, String(value)) ? "number" : "other";
}

/** float64 holds about 16 digits; what differs beyond the 12th is a loss and no other value. */
const nearShare = 1e-12;

function nearForm(wanted: number, found: number, ctVal: number): FieldForm {
  const isNear = (value: number): boolean => Math.abs(found - value) <= Math.abs(value) * nearShare;
  if (isNear(wanted)) return "precision";
  if (wanted === 0) return "other";
  if (isNear(wanted * 100)) return "scaled by 100";
  if (isNear(wanted * ctVal)) return "scaled by ctVal";
  if (isNear(wanted / ctVal)) return "scaled by 1/ctVal";
  return "other";
}
