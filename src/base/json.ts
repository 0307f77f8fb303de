/** Anything JSON can carry. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | Readonly<{ [key: string]: Json }>;

/** How many lists and records may be nested, in what we write and in what we read. */
export const maxJsonDepth = 64;

/** `Array.isArray` does not narrow readonly lists; this does. */
export function isJsonList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
