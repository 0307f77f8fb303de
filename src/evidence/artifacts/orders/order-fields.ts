import { z } from "zod";
import {
  count,
  type Fields,
  type JsonRecord,
  patterned,
  strictRecord,
  utcTime,
} from "../fields.ts";
import { shaped } from "../shape.ts";

/**
 * The head of every line of recorded order evidence. `seq` counts the lines of this file from 0
 * without a gap, so that (ts_utc, file, seq) is a total order and a missing line shows.
 */
export type LineHead = Readonly<{ run_id: string; seq: number; ts_utc: string }>;

/** Any tier; runs at a venue add UTC time and a nonce, because they cannot be repeated. */
export const anyRunId: z.ZodType<string> = patterned(
  /^(?:HF|PROMOTE|AUDIT)_[0-9a-f]{16}(?:_\d{8}T\d{6}Z_[0-9a-f]{8})?$/,
);

/** What we called an order before the exchange knew it: at most 32 letters and digits. */
export const clientOrderId: z.ZodType<string> = patterned(/^[A-Za-z0-9]{1,32}$/);

/** An id that a venue or a process of ours gave. */
export const recordId: z.ZodType<string> = patterned(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/);

/** A code that programs compare: lower_snake, or upper snake where the source froze it so. */
export const code: z.ZodType<string> = patterned(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/);

/** Prices, sizes and money as venues send them: decimal text, never a binary fraction. */
export const decimal: z.ZodType<string> = patterned(/^-?(?:0|[1-9]\d{0,19})(?:\.\d{1,18})?$/);

/** A decimal that is not negative. */
export const size: z.ZodType<string> = patterned(/^(?:0|[1-9]\d{0,19})(?:\.\d{1,18})?$/);

/** The name of a file inside the run directory. */
export const fileName: z.ZodType<string> = patterned(
  /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$/,
);

export const lineHead: Fields<LineHead> = { run_id: anyRunId, seq: count, ts_utc: utcTime };

/** How deep and how large a part may be that a venue sent and we keep as it came. */
const maxForeignDepth = 16;
const maxForeignValues = 4096;

/**
 * JSON of a venue, kept as it came. The bounds are checked without recursion, because a hostile
 * line of eight megabytes may nest a million deep.
 */
export const foreignJson: z.ZodType<JsonRecord> = z.custom<JsonRecord>(isSmallRecord, {
  error: `not a JSON object of at most ${maxForeignValues} values, ${maxForeignDepth} deep`,
});

function isSmallRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  let level: unknown[] = [value];
  let seen = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxForeignDepth) return false;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== "object" || item === null) continue;
      for (const member of Object.values(item)) next.push(member);
      seen += Object.keys(item).length;
      if (seen > maxForeignValues) return false;
    }
    level = next;
  }
  return true;
}

/**
 * A strict record in which `x_reason` is null exactly when `x` is known: a missing value says why
 * it is missing, and a value that is there needs no excuse.
 */
export function reasonedRecord<T extends object>(fields: Fields<T>): z.ZodType<T> {
  const pairs = Object.keys(fields)
    .filter((key) => key.endsWith("_reason") && Object.hasOwn(fields, key.slice(0, -7)))
    .map((key) => [key.slice(0, -7), key] as const);
  const record = strictRecord(fields) as z.ZodType<Record<string, unknown>>;
  type Values = Readonly<Record<string, unknown>>;
  const isReasoned = (value: Values, [known, why]: (typeof pairs)[number]): boolean =>
    (value[known] === null) === (value[why] !== null);
  const checked = record.superRefine((value, context) => {
    for (const pair of pairs) {
      if (isReasoned(value, pair)) continue;
      const [known, why] = pair;
      const message = `${known} is null exactly when ${why} says why`;
      context.addIssue({ code: "custom", message, path: [why] });
    }
  });
  const agrees = (value: Values): boolean => pairs.every((pair) => isReasoned(value, pair));
  return shaped(checked as unknown as z.ZodType<T>, { type: "record", fields, agrees, make: null });
}
