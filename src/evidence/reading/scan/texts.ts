import { fromCanonicalBase64 } from "../../run/canonical-base64.ts";
import { type Cursor, refused, type Scan } from "./cursor.ts";
import { createKnownTexts } from "./known-texts.ts";

const quote = 0x22;
const backslash = 0x5c;

/**
 * The text between quotes, of printable ASCII without escapes. Any other text is left to the
 * schema.
 */
export function scanText(holds: (text: string) => boolean): Scan {
  const known = createKnownTexts(holds);
  return (cursor) => {
    if (cursor.bytes[cursor.at] !== quote) return refused;
    const start = cursor.at + 1;
    const end = endOfText(cursor, start);
    if (end < 0) return refused;
    const text = known(cursor, start, end);
    if (text === null) return refused;
    cursor.at = end + 1;
    return text;
  };
}

/** So many hex digits between quotes. */
export function scanHex(digits: number): Scan {
  return (cursor) => {
    const { bytes, at } = cursor;
    const end = at + 1 + digits;
    if (bytes[at] !== quote) return refused;
    // Short of the end something else stops the loop: a line end at the latest.
    for (let place = at + 1; place < end; place += 1) {
      if (isHex[bytes[place] ?? 0] !== 1) return refused;
    }
    if (bytes[end] !== quote) return refused;
    cursor.at = end + 1;
    return textOf(bytes, at + 1, end);
  };
}

/** `a` and six digits, or more without a leading zero. */
export function scanAgentId(cursor: Cursor): unknown {
  const { bytes, at } = cursor;
  if (bytes[at] !== quote || bytes[at + 1] !== 0x61) return refused;
  let place = at + 2;
  while (isDigit(bytes[place] ?? 0)) place += 1;
  const digits = place - at - 2;
  const isLong = digits > 6 && digits <= 16 && bytes[at + 2] !== 0x30;
  if (bytes[place] !== quote || (digits !== 6 && !isLong)) return refused;
  cursor.at = place + 1;
  return textOf(bytes, at + 1, place);
}

/** Canonical base64 between quotes: decoding it here spares whoever needs its bytes the work. */
export function scanBase64(cursor: Cursor): unknown {
  const { bytes, at } = cursor;
  const end = bytes[at] === quote ? bytes.indexOf(quote, at + 1) : -1;
  if (end < 0 || end - at > maxBase64) return refused;
  const text = bytes.toString("latin1", at + 1, end);
  if (fromCanonicalBase64(text) === null) return refused;
  cursor.at = end + 1;
  return text;
}

/** The search for a quote may have left the line, and must not take in what follows. */
const maxBase64 = 1 << 16;

/**
 * Place of the closing quote; -1 where something else than plain text comes first. Four bytes at a
 * time: a byte is zero, or below a bound, when the subtraction borrows into its top bit.
 */
export function endOfText({ bytes, view }: Cursor, start: number): number {
  let at = start;
  for (;;) {
    const word = view.getInt32(at, true);
    const quotes = word ^ 0x22222222;
    const slashes = word ^ 0x5c5c5c5c;
    const special =
      ((quotes - 0x01010101) & ~quotes) |
      ((slashes - 0x01010101) & ~slashes) |
      ((word - 0x20202020) & ~word) |
      word;
    if ((special & 0x80808080) === 0) {
      at += 4;
      continue;
    }
    for (const end = at + 4; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === quote) return at;
      if (byte < 0x20 || byte === backslash || byte > 0x7e) return -1;
    }
  }
}

const hexDigits = "0123456789abcdef";
const isHex = Uint8Array.from({ length: 256 }, (_, code) =>
  hexDigits.includes(String.fromCharCode(code)) ? 1 : 0,
);

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/**
 * A text of its own: whoever keeps it does not keep the block it was read from. For the two most
 * frequent lengths a call into the host would cost four times as much.
 */
function textOf(bytes: Buffer, from: number, to: number): string {
  if (to - from === 7) return shortText(bytes, from);
  return to - from === 16 ? longerText(bytes, from) : bytes.toString("latin1", from, to);
}

function shortText(bytes: Buffer, from: number): string {
  const at = (offset: number): number => bytes[from + offset] ?? 0;
  return String.fromCharCode(at(0), at(1), at(2), at(3), at(4), at(5), at(6));
}

function longerText(bytes: Buffer, from: number): string {
  const at = (offset: number): number => bytes[from + offset] ?? 0;
  return String.fromCharCode(
    at(0),
    at(1),
    at(2),
    at(3),
    at(4),
    at(5),
    at(6),
    at(7),
    at(8),
    at(9),
    at(10),
    at(11),
    at(12),
    at(13),
    at(14),
    at(15),
  );
}
