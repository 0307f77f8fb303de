import { assert } from "./defect.ts";
import { type Json, maxJsonDepth } from "./json.ts";
import { err, type Fault, ok, type Result } from "./result.ts";

/**
 * Strict JSON: one value and nothing after it, no duplicate member, no lone surrogate, no byte
 * order mark, no number beyond float64, nesting up to `maxDepth` (at most 512). Faults carry
 * `at: "offset N"` in UTF-16 units: json_syntax, json_duplicate_key, json_too_deep,
 * json_lone_surrogate, json_number_out_of_range, json_byte_order_mark.
 */
export function parseJson(text: string, maxDepth: number = maxJsonDepth): Result<Json, Fault> {
  assert(maxDepth >= 0 && maxDepth <= 512, `depth bound outside 0..512: ${maxDepth}`);
  const reader: Reader = { text, at: 0, maxDepth, fault: null };
  if (text.charCodeAt(0) === 0xfeff) {
    fail(reader, "json_byte_order_mark", "byte order mark before the JSON text");
  } else if (!text.isWellFormed()) {
    reader.at = loneSurrogateAt(text);
    fail(reader, "json_lone_surrogate", "lone surrogate");
  }

  const value = reader.fault === null ? readValue(reader, 1) : undefined;
  if (value !== undefined) {
    skipSpace(reader);
    if (reader.at < text.length) fail(reader, "json_syntax", "text after the JSON value");
  }
  if (reader.fault !== null) return err(reader.fault);
  assert(value !== undefined, "a JSON reader ends with a value or a fault");
  return ok(value);
}

/** `undefined` from a reading function means: stopped, the reason is in `fault`. */
type Reader = { readonly text: string; at: number; readonly maxDepth: number; fault: Fault | null };

const quoteCode = 0x22;
const backslashCode = 0x5c;
const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function readValue(reader: Reader, depth: number): Json | undefined {
  skipSpace(reader);
  switch (reader.text.charAt(reader.at)) {
    case "{":
      return depth > reader.maxDepth ? tooDeep(reader) : readRecord(reader, depth);
    case "[":
      return depth > reader.maxDepth ? tooDeep(reader) : readList(reader, depth);
    case '"':
      return readString(reader);
    case "t":
      return readWord(reader, "true", true);
    case "f":
      return readWord(reader, "false", false);
    case "n":
      return readWord(reader, "null", null);
    default:
      return readNumber(reader);
  }
}

function readRecord(reader: Reader, depth: number): Json | undefined {
  const record: Record<string, Json> = {};
  reader.at += 1;
  if (skipTo(reader, "}")) return record;
  do {
    skipSpace(reader);
    const keyAt = reader.at;
    if (reader.text[keyAt] !== '"') return fail(reader, "json_syntax", "expected a member name");
    const key = readString(reader);
    if (key === undefined) return undefined;
    if (Object.hasOwn(record, key)) {
      reader.at = keyAt;
      return fail(reader, "json_duplicate_key", `duplicate member ${JSON.stringify(key)}`);
    }
    if (!skipTo(reader, ":")) return fail(reader, "json_syntax", "expected ':'");
    const value = readValue(reader, depth + 1);
    if (value === undefined) return undefined;
    setMember(record, key, value);
  } while (skipTo(reader, ","));
  return skipTo(reader, "}") ? record : fail(reader, "json_syntax", "expected ',' or '}'");
}

function readList(reader: Reader, depth: number): Json | undefined {
  const list: Json[] = [];
  reader.at += 1;
  if (skipTo(reader, "]")) return list;
  do {
    const value = readValue(reader, depth + 1);
    if (value === undefined) return undefined;
    list.push(value);
  } while (skipTo(reader, ","));
  return skipTo(reader, "]") ? list : fail(reader, "json_syntax", "expected ',' or ']'");
}

function readString(reader: Reader): string | undefined {
  const { text } = reader;
  const start = reader.at;
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quoteCode) {
      reader.at = at + 1;
      return text.slice(start + 1, at);
    }
    if (code === backslashCode) return readEscapedString(reader, at);
    if (code < 0x20) break;
  }
  reader.at = at;
  return fail(reader, "json_syntax", badStringReason(text, at));
}

/** The rest of a string from its first backslash on. */
function readEscapedString(reader: Reader, firstEscape: number): string | undefined {
  const { text } = reader;
  const start = reader.at;
  let value = text.slice(start + 1, firstEscape);
  let at = firstEscape;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === quoteCode) {
      if (!value.isWellFormed()) {
        return fail(reader, "json_lone_surrogate", "lone surrogate escaped in the string");
      }
      reader.at = at + 1;
      return value;
    }
    if (code < 0x20) break;
    if (code !== backslashCode) {
      value += text[at];
      at += 1;
      continue;
    }
    const unescaped = readEscape(text, at);
    if (unescaped === undefined) {
      reader.at = at;
      return fail(reader, "json_syntax", "unknown escape in the string");
    }
    value += unescaped;
    at += text[at + 1] === "u" ? 6 : 2;
  }
  reader.at = at;
  return fail(reader, "json_syntax", badStringReason(text, at));
}

function readEscape(text: string, at: number): string | undefined {
  const letter = text[at + 1] ?? "";
  if (letter !== "u") return escapes.get(letter);
  const digits = text.slice(at + 2, at + 6);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? String.fromCharCode(Number(`0x${digits}`)) : undefined;
}

function readNumber(reader: Reader): number | undefined {
  const { text, at } = reader;
  if (at >= text.length) return fail(reader, "json_syntax", "unexpected end of the JSON text");
  numberForm.lastIndex = at;
  if (!numberForm.test(text)) return fail(reader, "json_syntax", "expected a JSON value");
  const value = Number(text.slice(at, numberForm.lastIndex));
  if (!Number.isFinite(value)) {
    return fail(reader, "json_number_out_of_range", "number beyond float64");
  }
  reader.at = numberForm.lastIndex;
  return value;
}

function readWord<T extends Json>(reader: Reader, word: string, value: T): T | undefined {
  if (!reader.text.startsWith(word, reader.at)) {
    return fail(reader, "json_syntax", "expected a JSON value");
  }
  reader.at += word.length;
  return value;
}

/** Skips space and this sign; says whether the sign was there. */
function skipTo(reader: Reader, sign: string): boolean {
  skipSpace(reader);
  if (reader.text[reader.at] !== sign) return false;
  reader.at += 1;
  return true;
}

function skipSpace(reader: Reader): void {
  const { text } = reader;
  let at = reader.at;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
    at += 1;
  }
  reader.at = at;
}

/** A plain assignment to `__proto__` would change the prototype instead of adding a member. */
function setMember(record: Record<string, Json>, key: string, value: Json): void {
  if (key !== "__proto__") record[key] = value;
  else {
    Object.defineProperty(record, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
}

function tooDeep(reader: Reader): undefined {
  return fail(reader, "json_too_deep", `nested deeper than ${reader.maxDepth}`);
}

function badStringReason(text: string, at: number): string {
  return at >= text.length ? "unexpected end inside a string" : "control character in a string";
}

function loneSurrogateAt(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at) ?? 0;
    if (point >= 0xd800 && point <= 0xdfff) return at;
    if (point > 0xffff) at += 1;
  }
  return text.length;
}

function fail(reader: Reader, code: string, what: string): undefined {
  reader.fault = { code, message: `${what} at offset ${reader.at}`, at: `offset ${reader.at}` };
  return undefined;
}
