/**
 * What the fields of a row are called and what they carry: OKX's name, the name under which ccxt
 * documents the same thing (null: nowhere but in the raw row), and the features that a wrong value
 * would spoil. okx-api has no names of its own.
 */
export type FieldPlan = Readonly<{
  port: string;
  okx: string;
  ccxt: string | null;
  kind: FieldKind;
  /** Feature ids of docs/contracts/features.md. */
  features: readonly string[];
  /** Words of OKX and what ccxt may say for them, where it has words of its own. */
  words: Readonly<Record<string, readonly unknown[]>> | null;
}>;

/**
 * - decimal: a number in text.
 * - id: digits or letters that name something.
 * - word: one of a few words.
 * - time: epoch milliseconds.
 * - flag: true or false.
 */
export type FieldKind = "decimal" | "id" | "word" | "time" | "flag";

export type RowTable = Readonly<{
  /** The rows in `data` of an answer, or in what okx-api made of it. */
  okxRows: (data: readonly unknown[]) => readonly unknown[];
  ccxtRows: (value: unknown, symbol: string) => readonly unknown[];
  /** By which rows are told apart; null: there is one. */
  key: Readonly<{ okx: string; ccxt: string }> | null;
  fields: readonly FieldPlan[];
}>;

type Line = readonly [
  port: string,
  okx: string,
  ccxt: string | null,
  kind: FieldKind,
  features?: string,
  words?: Readonly<Record<string, readonly unknown[]>>,
];

/** Lines of a table; features as `E1-E4 M3`. */
export function fieldPlans(lines: readonly Line[]): readonly FieldPlan[] {
  return lines.map(([port, okx, ccxt, kind, features = "", words = null]) => {
    return { port, okx, ccxt, kind, features: featureIds(features), words };
  });
}

/** `E1-E3 M7` as E1, E2, E3, M7. */
function featureIds(text: string): readonly string[] {
  return text.split(" ").flatMap((part) => {
    const range = /^([EIMC])(\d+)(?:-\1(\d+))?$/.exec(part);
    if (range === null) return [];
    const [, layer = "", first = "", last = first] = range;
    const count = Number(last) - Number(first) + 1;
    return Array.from({ length: count }, (_, at) => `${layer}${Number(first) + at}`);
  });
}
