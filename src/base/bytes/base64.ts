import { err, type Fault, ok, type Result } from "../result.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const codes: readonly number[] = Array.from(alphabet, (letter) => letter.charCodeAt(0));
const padCode = 0x3d;

/** The six bits of each character code; 255 for every other character. */
const bitsByCode: Uint8Array = new Uint8Array(128).fill(255);
codes.forEach((code, bits) => {
  bitsByCode[code] = bits;
});

/** RFC 4648 section 4, with padding. */
export function bytesToBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group = (byteAt(bytes, at) << 16) | (byteAt(bytes, at + 1) << 8) | byteAt(bytes, at + 2);
    text += String.fromCharCode(
      letter(group >>> 18),
      letter(group >>> 12),
      left > 1 ? letter(group >>> 6) : padCode,
      left > 2 ? letter(group) : padCode,
    );
  }
  return text;
}

/** Canonical text only: padded, no space, unused bits zero. Equal bytes have one text. */
export function base64ToBytes(text: string): Result<Uint8Array, Fault> {
  if (text.length % 4 !== 0) return malformed(text.length, "the length is not a multiple of 4");
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const letters = text.length - padding;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let group = 0;
  for (let at = 0; at < letters; at++) {
    const bits = bitsByCode[text.charCodeAt(at)] ?? 255;
    if (bits === 255) return malformed(at, "not a base64 character");
    group = (group << 6) | bits;
    const place = at % 4;
    // Letters 1, 2 and 3 of a group complete its bytes 0, 1 and 2.
    if (place > 0) bytes[(at >>> 2) * 3 + place - 1] = group >>> (6 - 2 * place);
    if (place === 3) group = 0;
  }
  const unused = padding === 0 ? 0 : group & (padding === 1 ? 3 : 15);
  if (unused !== 0) return malformed(letters - 1, "unused bits are not zero");
  return ok(bytes);
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function letter(bits: number): number {
  return codes[bits & 63] ?? 0;
}

function malformed(offset: number, what: string): Result<never, Fault> {
  return err({ code: "base64_malformed", message: `${what} at offset ${offset}` });
}
