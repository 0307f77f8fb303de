import { err, type Fault, ok, type Result } from "../result.ts";

const digits = "0123456789abcdef";

/** Two lowercase digits per byte. */
export function bytesToHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += `${digits[byte >>> 4]}${digits[byte & 15]}`;
  return text;
}

/** The inverse of bytesToHex. Capitals are refused, so equal bytes have one text. */
export function hexToBytes(text: string): Result<Uint8Array, Fault> {
  if (text.length % 2 !== 0) return malformed(text.length, "an odd number of digits");
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < text.length; at++) {
    const digit = digits.indexOf(text.charAt(at));
    if (digit < 0) return malformed(at, "not a lowercase hexadecimal digit");
    bytes[at >>> 1] = at % 2 === 0 ? digit << 4 : (bytes[at >>> 1] ?? 0) | digit;
  }
  return ok(bytes);
}

function malformed(offset: number, what: string): Result<never, Fault> {
  return err({ code: "hex_malformed", message: `${what} at offset ${offset}` });
}
