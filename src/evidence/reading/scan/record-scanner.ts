import type { z } from "zod";
import { scanOf } from "./compile.ts";
import { attach, type Cursor, createCursor, refused, slackBytes } from "./cursor.ts";

/**
 * Takes a record that is certainly fine, from the cursor to the end of its line: the one canonical
 * spelling of a value that the schema accepts. Null finds nothing wrong, it only says that the
 * schema has to look.
 */
export type RecordScanner<T> = (cursor: Cursor) => T | null;

export function recordScanner<T extends object>(schema: z.ZodType<T>): RecordScanner<T> {
  const scan = scanOf(schema);
  return (cursor) => {
    const value = scan(cursor);
    if (value === refused || cursor.bytes[cursor.at] !== lineEnd) return null;
    // The shape of the schema was checked byte by byte.
    return value as T;
  };
}

/** The same for a line without its end that stands nowhere yet. */
export function scanLine<T>(line: string | Uint8Array, schema: z.ZodType<T>): T | null {
  if (line.length > roomBytes) return null;
  // A character beyond ASCII takes more bytes than one.
  if (typeof line !== "string") room.set(line);
  else if (room.write(line, "utf8") !== line.length) return null;
  room[line.length] = lineEnd;
  attach(cursor, room.subarray(0, line.length + 1));
  const value = scanOf(schema)(cursor);
  const isWhole = value !== refused && cursor.at - room.byteOffset === line.length;
  return isWhole ? (value as T) : null;
}

const lineEnd = 0x0a;

/** Longer lines are rare, and are read slowly. */
const roomBytes = 1 << 16;

const room = Buffer.alloc(roomBytes + 1 + slackBytes);
const cursor = createCursor();
