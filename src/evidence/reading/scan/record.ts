import type { z } from "zod";
import { type Shape, shapeOf, type Take } from "../../artifacts/shape.ts";
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
  { fields, agrees, make }: RecordShape,
  before: string,
  steps: Step[],
  scanOf: (schema: z.ZodType) => Scan,
): Readonly<{ text: string; build: Build }> {
  const parts: Part[] = [];
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
  const build = make === null ? fill(Object.keys(fields), parts) : run(make, parts);
  return { text: `${text}}`, build: agrees === null ? build : agreeing(build, agrees) };
}

/** From the place of a value, or with a record of its own. */
type Part = number | Build;

function partOf(part: Part | undefined, values: readonly unknown[]): unknown {
  return typeof part === "number" ? values[part] : part?.(values);
}

/** Lets the maker of the record take its parts in order. */
function run(make: NonNullable<RecordShape["make"]>, parts: readonly Part[]): Build {
  const places = Int32Array.from(parts, (part) => (typeof part === "number" ? part : -1));
  let values: readonly unknown[] = [];
  let taken = 0;
  let isRefused = false;

  function next(): unknown {
    const place = places[taken] ?? -1;
    taken += 1;
    return place >= 0 ? values[place] : inner(taken - 1);
  }

  function inner(index: number): unknown {
    const record = partOf(parts[index], values);
    if (record === refused) isRefused = true;
    return record;
  }

  // What it gives was scanned for the schema that it is asked with.
  const take = next as Take;
  return (given) => {
    values = given;
    taken = 0;
    isRefused = false;
    const record = make(take);
    return isRefused ? refused : record;
  };
}

function agreeing(build: Build, agrees: NonNullable<RecordShape["agrees"]>): Build {
  return (values) => {
    const record = build(values);
    const isRecord = typeof record === "object" && record !== null;
    return isRecord && agrees(record as Readonly<Record<string, unknown>>) ? record : refused;
  };
}

/** Fills a copy of the empty record. */
function fill(keys: readonly string[], parts: readonly Part[]): Build {
  const empty = emptyRecord(keys);
  return (values) => {
    const record = { ...empty };
    for (let index = 0; index < keys.length; index += 1) {
      const value = partOf(parts[index], values);
      if (value === refused) return refused;
      record[keys[index] as string] = value;
    }
    return record;
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
