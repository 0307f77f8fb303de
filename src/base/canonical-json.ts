import { Defect } from "./defect.ts";
import { isJsonList, type Json, maxJsonDepth } from "./json.ts";

/**
 * The one text of a JSON value by RFC 8785: members sorted by UTF-16 code units, no spaces,
 * numbers and escapes as ECMAScript writes them (-0 as 0). What JSON cannot carry exactly is a
 * Defect: NaN, Infinity, undefined, lone surrogates, class instances, nesting over 64.
 */
export function canonicalJson(value: Json): string {
  return write(value, 1);
}

function write(value: Json, depth: number): string {
  if (typeof value === "string") return writeString(value);
  if (typeof value === "number") return writeNumber(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  if (value === null) return "null";
  if (typeof value !== "object") throw new Defect(`JSON has no ${typeof value}`);
  if (depth > maxJsonDepth) throw new Defect(`JSON nested deeper than ${maxJsonDepth}`);
  return isJsonList(value) ? writeList(value, depth) : writeRecord(value, depth);
}

/** ECMAScript's shortest decimal form is the one RFC 8785 section 3.2.2.3 demands. */
function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Defect(`JSON has no number ${value}`);
  return String(value);
}

function writeString(text: string): string {
  if (!text.isWellFormed()) throw new Defect(`lone surrogate in ${JSON.stringify(text)}`);
  // ECMAScript escapes exactly as RFC 8785 section 3.2.2.2 demands.
  return JSON.stringify(text);
}

function writeList(list: readonly Json[], depth: number): string {
  let text = "";
  // An index loop visits holes of a sparse array, so they are refused as undefined.
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    if (item === undefined) throw new Defect(`JSON has no undefined (list index ${index})`);
    text += index === 0 ? write(item, depth + 1) : `,${write(item, depth + 1)}`;
  }
  return `[${text}]`;
}

function writeRecord(record: Readonly<Record<string, Json>>, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(record);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new Defect("JSON records are plain objects");
  }
  let text = "";
  for (const key of sortedKeys(record)) {
    const item = record[key];
    if (item === undefined) throw new Defect(`JSON has no undefined (member ${key})`);
    const member = `${writeString(key)}:${write(item, depth + 1)}`;
    text += text === "" ? member : `,${member}`;
  }
  return `{${text}}`;
}

/** Array.prototype.sort compares UTF-16 code units; records are often sorted already. */
function sortedKeys(record: object): readonly string[] {
  const keys = Object.keys(record);
  let previous = "";
  for (const key of keys) {
    if (key < previous) return keys.sort();
    previous = key;
  }
  return keys;
}
