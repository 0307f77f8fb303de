import type { z } from "zod";
import { type Cursor, refused, type Scan } from "./cursor.ts";
import { endOfText } from "./texts.ts";

/**
 * A value of which only the schema knows what it accepts: its end is found, and its text is parsed,
 * checked and written again as the slow reading does.
 */
export function scanJson(schema: z.ZodType): Scan {
  return (cursor) => {
    const end = endOfValue(cursor);
    if (end < 0) return refused;
    const text = cursor.bytes.toString("latin1", cursor.at, end);
    const value = valueOf(text, schema);
    if (value === refused) return refused;
    cursor.at = end;
    return value;
  };
}

function valueOf(text: string, schema: z.ZodType): unknown {
  try {
    const checked = schema.safeParse(JSON.parse(text));
    return checked.success && JSON.stringify(checked.data) === text ? checked.data : refused;
  } catch {
    return refused;
  }
}

/** Place behind the value that starts at the cursor; -1 where no plain value does. */
function endOfValue(cursor: Cursor): number {
  const { bytes } = cursor;
  let depth = 0;
  for (let at = cursor.at; ; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e) return -1;
    if (byte === 0x22) {
      at = endOfText(cursor, at + 1);
      if (at < 0) return -1;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
    } else if (byte === 0x7d || byte === 0x5d || byte === 0x2c) {
      // What ends or parts the record around it ends the value too.
      if (depth === 0) return at;
      if (byte !== 0x2c) depth -= 1;
    }
  }
}
