import type { Cursor } from "./cursor.ts";

/** Gives the text that stands there, null when it is not one that is accepted. */
export type KnownTexts = (cursor: Cursor, from: number, to: number) => string | null;

const slots = 64;
/** Longer texts are not remembered; a multiple of four. */
const maxBytes = 64;

/**
 * Most texts of a record stood in a record before it: the run, the time, a name. The ones seen last
 * are remembered by their bytes, so that they are neither built nor judged again.
 */
export function createKnownTexts(holds: (text: string) => boolean): KnownTexts {
  const room = new DataView(new ArrayBuffer(slots * maxBytes));
  const texts = Array.from({ length: slots }, (): string | null => null);
  const lengths = new Int32Array(slots).fill(-1);

  function isKnown({ view }: Cursor, from: number, to: number, slot: number): boolean {
    if (lengths[slot] !== to - from) return false;
    const base = slot * maxBytes - from;
    let at = from;
    for (; at + 4 <= to; at += 4) {
      if (view.getInt32(at, true) !== room.getInt32(base + at, true)) return false;
    }
    for (; at < to; at += 1) {
      if (view.getUint8(at) !== room.getUint8(base + at)) return false;
    }
    return true;
  }

  return (cursor, from, to) => {
    const length = to - from;
    if (length > maxBytes) return judged(cursor, from, to, holds);
    const slot = slotOf(cursor.view, from, to);
    if (isKnown(cursor, from, to, slot)) return texts[slot] ?? null;
    const text = judged(cursor, from, to, holds);
    for (let at = 0; at < length; at += 1) {
      room.setUint8(slot * maxBytes + at, cursor.view.getUint8(from + at));
    }
    lengths[slot] = length;
    texts[slot] = text;
    return text;
  };
}

function judged(
  { bytes }: Cursor,
  from: number,
  to: number,
  holds: (text: string) => boolean,
): string | null {
  const text = bytes.toString("latin1", from, to);
  return holds(text) ? text : null;
}

/** The first and the last bytes tell texts apart well enough. */
function slotOf(view: DataView, from: number, to: number): number {
  const length = to - from;
  const first = view.getInt32(from, true);
  const last = length < 4 ? 0 : view.getInt32(to - 4, true);
  const mixed =
    (length < 4 ? first & ((1 << (length * 8)) - 1) : first) ^ Math.imul(last, 0x9e3779b1);
  return (Math.imul(mixed ^ length, 0x85ebca6b) >>> 26) & (slots - 1);
}
