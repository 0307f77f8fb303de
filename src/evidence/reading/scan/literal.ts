import type { Cursor } from "./cursor.ts";

/**
 * ASCII text that must stand at a place, cut into words of eight bytes and a rest. ASCII makes no
 * NaN and no second zero, so two words are equal as float64 exactly when their bytes are.
 */
export type Literal = Readonly<{
  length: number;
  words: Float64Array;
  /** Up to seven bytes behind the words, as two words of four under their masks. */
  near: number;
  nearMask: number;
  far: number;
  farMask: number;
}>;

export function literalOf(text: string): Literal {
  const bytes = Buffer.alloc(text.length + 8);
  bytes.write(text, "latin1");
  const words = Float64Array.from({ length: text.length >> 3 }, (_, at) =>
    bytes.readDoubleLE(at * 8),
  );
  const rest = text.length & 7;
  const nearMask = maskOf(rest);
  const farMask = maskOf(rest - 4);
  const near = bytes.readInt32LE(words.length * 8) & nearMask;
  const far = bytes.readInt32LE(words.length * 8 + 4) & farMask;
  return { length: text.length, words, near, nearMask, far, farMask };
}

/** The low bytes of a word of four. */
function maskOf(bytes: number): number {
  if (bytes >= 4) return -1;
  return bytes <= 0 ? 0 : (1 << (bytes * 8)) - 1;
}

function isAt(view: DataView, at: number, literal: Literal): boolean {
  const { words, near, nearMask, far, farMask } = literal;
  let place = at;
  for (let index = 0; index < words.length; index += 1) {
    if (view.getFloat64(place, true) !== words[index]) return false;
    place += 8;
  }
  return (
    (view.getInt32(place, true) & nearMask) === near &&
    (view.getInt32(place + 4, true) & farMask) === far
  );
}

/** Moves the cursor behind the literal when it stands there. */
export function take(cursor: Cursor, literal: Literal): boolean {
  if (!isAt(cursor.view, cursor.at, literal)) return false;
  cursor.at += literal.length;
  return true;
}
