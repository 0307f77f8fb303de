import { assert } from "../defect.ts";
import { err, type Fault, ok, type Result } from "../result.ts";

/** UTF-8 of a well-formed text; a lone surrogate is a Defect, parsers refuse it earlier. */
export function utf8ToBytes(text: string): Uint8Array {
  assert(text.isWellFormed(), "lone surrogate in a text to encode");
  const bytes = new Uint8Array(utf8Length(text));
  let to = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      bytes[to++] = unit;
      continue;
    }
    if (unit < 0x800) {
      bytes[to++] = 0xc0 | (unit >>> 6);
    } else if (unit < 0xd800 || unit > 0xdfff) {
      bytes[to++] = 0xe0 | (unit >>> 12);
      bytes[to++] = 0x80 | ((unit >>> 6) & 63);
    } else {
      const point = text.codePointAt(at++) ?? 0;
      bytes[to++] = 0xf0 | (point >>> 18);
      bytes[to++] = 0x80 | ((point >>> 12) & 63);
      bytes[to++] = 0x80 | ((point >>> 6) & 63);
      bytes[to++] = 0x80 | (point & 63);
      continue;
    }
    bytes[to++] = 0x80 | (unit & 63);
  }
  return bytes;
}

/** Strict: overlong forms, surrogates, code points over 10FFFF and cut sequences are refused. */
export function bytesToUtf8(bytes: Uint8Array): Result<string, Fault> {
  const chunks: string[] = [];
  let points: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const size = lead < 0x80 ? 1 : sequenceSize(lead);
    const point = size === 1 ? lead : readSequence(bytes, at, size);
    if (point < 0) {
      return err({ code: "utf8_malformed", message: `not UTF-8 at byte ${at}` });
    }
    points.push(point);
    at += size;
    if (points.length === chunkLength) {
      chunks.push(String.fromCodePoint(...points));
      points = [];
    }
  }
  chunks.push(String.fromCodePoint(...points));
  return ok(chunks.join(""));
}

/** Bounds the argument list of fromCodePoint. */
const chunkLength = 4096;

function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // A surrogate pair is two units and four bytes; other units above 7FF take three.
    if (unit >= 0x80) length += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return length;
}

/** 2 to 4, or 0 for a byte that starts nothing: a continuation, C0, C1 (overlong), F5 to FF. */
function sequenceSize(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 0;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** The code point of a sequence of 2 to 4 bytes, or -1. */
function readSequence(bytes: Uint8Array, start: number, size: number): number {
  if (size === 0) return -1;
  let point = (bytes[start] ?? 0) & (0xff >>> (size + 1));
  for (let at = start + 1; at < start + size; at++) {
    const byte = bytes[at] ?? 0;
    if ((byte & 0xc0) !== 0x80) return -1;
    point = (point << 6) | (byte & 63);
  }
  const overlong = (size === 3 && point < 0x800) || (size === 4 && point < 0x10000);
  const outside = point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff);
  return overlong || outside ? -1 : point;
}
