import type { z } from "zod";
import { type Shape, shapeOf } from "../../artifacts/shape.ts";
import { refused, type Scan } from "./cursor.ts";
import { createRow, type Step } from "./row.ts";

type RecordShape = Extract<Shape, { type: "record" }>;

/** Puts a record together from the values that were taken. */
type Build = (values: readonly unknown[]) => unknown;

/**
 * A record and the records in it are one row of values with fixed text between them. Taking the
 * whole row in one loop costs half of a scanner for each field.
 */
export function scanRecord(shape: RecordShape, scanOf: (schema: z.ZodType) => Scan): Scan {
  const { steps, tail, build } = planOf(shape, scanOf);
  const row = createRow(steps, tail);
  const values: unknown[] = steps.map(() => null);
  return (cursor) => (row(cursor, values) ? build(values) : refused);
}

type Plan = Readonly<{ steps: readonly Step[]; tail: string; build: Build }>;

/** The row of a record, with the rows of its records in their places. */
function planOf(shape: RecordShape, scanOf: (schema: z.ZodType) => Scan): Plan {
  const steps: Step[] = [];
  const tail = addRecord(shape, "", steps, scanOf);
  return { steps, tail: tail.text, build: tail.build };
}

/** Adds the steps of a record behind `before`; gives what stands behind its last value. */
function addRecord(
  { fields, agrees }: RecordShape,
  before: string,
  steps: Step[],
  scanOf: (schema: z.ZodType) => Scan,
): Readonly<{ text: string; build: Build }> {
  const parts: (number | Build)[] = [];
  let text = `${before}{`;
  for (const [index, [key, schema]] of Object.entries(fields).entries()) {
    text += `${index === 0 ? "" : ","}${JSON.stringify(key)}:`;
    const shape = shapeOf(schema);
    if (shape?.type === "record") {
      const inner = addRecord(shape, text, steps, scanOf);
      parts.push(inner.build);
      text = inner.text;
      continue;
    }
    const place = steps.length;
    const least = shape?.type === "whole" ? shape.least : null;
    steps.push({ text, least, scan: scanOf(schema) });
    parts.push(place);
    text = "";
  }
  return { text: `${text}}`, build: buildRecord(Object.keys(fields), parts, agrees) };
}

/** Fills a copy of the empty record: from the place of a value, or with a record of its own. */
function buildRecord(
  keys: readonly string[],
  parts: readonly (number | Build)[],
  agrees: RecordShape["agrees"],
): Build {
  const empty = emptyRecord(keys);
  return (values) => {
    const record = { ...empty };
    for (let index = 0; index < keys.length; index += 1) {
      const part = parts[index];
      const value = typeof part === "number" ? values[part] : part?.(values);
      if (value === refused) return refused;
      record[keys[index] as string] = value;
    }
    return agrees === null || agrees(record) ? record : refused;
  };
}

/**
 * A record with these keys, to be copied: a copy has its keys from the start, which costs half of
 * adding them one by one. The engine keeps a parsed object in the quick form of a literal, and one
 * to which many keys were added by name in the slow form of a dictionary.
 */
function emptyRecord(keys: readonly string[]): Record<string, unknown> {
  const members = keys.map((key) => `${JSON.stringify(key)}:null`);
  return JSON.parse(`{${members.join(",")}}`) as Record<string, unknown>;
}
