import type { z } from "zod";
import { type Shape, shapeOf } from "../../artifacts/shape.ts";
import { refused, type Scan } from "./cursor.ts";
import { scanJson } from "./json.ts";
import { literalOf, take } from "./literal.ts";
import { scanNumber, scanWhole } from "./numbers.ts";
import { scanRecord } from "./record.ts";
import { scanAgentId, scanBase64, scanHex, scanText } from "./texts.ts";

/** The scanner of a schema, put together once from its shape. */
export function scanOf(schema: z.ZodType): Scan {
  const known = scanBySchema.get(schema);
  if (known !== undefined) return known;
  const shape = shapeOf(schema);
  const scan = shape === null ? scanJson(schema) : scanShape(shape);
  scanBySchema.set(schema, scan);
  return scan;
}

const scanBySchema = new WeakMap<z.ZodType, Scan>();

function scanShape(shape: Shape): Scan {
  switch (shape.type) {
    case "whole":
      return scanWhole(shape.least);
    case "number":
      return scanNumber;
    case "flag":
      return scanConstant([true, false]);
    case "hex":
      return scanHex(shape.digits);
    case "agent_id":
      return scanAgentId;
    case "base64":
      return scanBase64;
    case "text":
      return scanText(shape.holds);
    case "constant":
      return scanConstant(shape.values);
    case "nullable":
      return scanNullable(scanOf(shape.of));
    case "list":
      return scanList(scanOf(shape.of));
    case "either":
      return scanEither(shape.of.map(scanOf));
    case "record":
      return scanRecord(shape, scanOf);
  }
}

/** A value that a schema lists; none is the beginning of another, because quotes end texts. */
function scanConstant(values: readonly (string | number | boolean | null)[]): Scan {
  const options = values.map((value) => ({ value, literal: literalOf(JSON.stringify(value)) }));
  return (cursor) => {
    for (const { value, literal } of options) if (take(cursor, literal)) return value;
    return refused;
  };
}

const nothing = literalOf("null");

function scanNullable(scan: Scan): Scan {
  return (cursor) => (take(cursor, nothing) ? null : scan(cursor));
}

function scanEither(scans: readonly Scan[]): Scan {
  return (cursor) => {
    const { at } = cursor;
    for (const scan of scans) {
      cursor.at = at;
      const value = scan(cursor);
      if (value !== refused) return value;
    }
    return refused;
  };
}

const comma = 0x2c;
const listStart = 0x5b;
const listEnd = 0x5d;

function scanList(scan: Scan): Scan {
  return (cursor) => {
    const { bytes } = cursor;
    if (bytes[cursor.at] !== listStart) return refused;
    const items: unknown[] = [];
    cursor.at += 1;
    if (bytes[cursor.at] !== listEnd) {
      for (;;) {
        const item = scan(cursor);
        if (item === refused) return refused;
        items.push(item);
        if (bytes[cursor.at] !== comma) break;
        cursor.at += 1;
      }
      if (bytes[cursor.at] !== listEnd) return refused;
    }
    cursor.at += 1;
    return items;
  };
}
