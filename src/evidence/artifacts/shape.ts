import type { z } from "zod";

/**
 * What a schema accepts, told so plainly that the canonical text of a value can be checked byte by
 * byte, without parsing it first. The schema stays the judge: whoever reads by shapes may take what
 * is certainly fine and must leave everything else to it.
 */
export type Shape =
  /** A whole number from `least` on that float64 holds exactly. */
  | Readonly<{ type: "whole"; least: number }>
  /** Any finite number. */
  | Readonly<{ type: "number" }>
  | Readonly<{ type: "flag" }>
  /** So many lower-case hex digits. */
  | Readonly<{ type: "hex"; digits: number }>
  | Readonly<{ type: "agent_id" }>
  /** Text of which only canonical base64 is told; that it is nothing else is a claim. */
  | Readonly<{ type: "base64" }>
  | Readonly<{ type: "text"; holds: (text: string) => boolean }>
  | Readonly<{ type: "constant"; values: readonly (string | number | boolean | null)[] }>
  | Readonly<{ type: "nullable"; of: z.ZodType }>
  | Readonly<{ type: "list"; of: z.ZodType }>
  /** Any of these. */
  | Readonly<{ type: "either"; of: readonly z.ZodType[] }>
  /** The keys in this order, no more and no less; `agrees`, if any, looks at the whole record. */
  | Readonly<{
      type: "record";
      fields: Readonly<Record<string, z.ZodType>>;
      agrees: ((record: Readonly<Record<string, unknown>>) => boolean) | null;
      /** Makes the record from its values in order; null where nobody told how. */
      make: ((take: Take) => object) | null;
    }>;

/** Describes a field while a schema is made, and gives its value while a record is. */
export type Take = <T>(schema: z.ZodType<T>) => T;

const shapeBySchema = new WeakMap<z.ZodType, Shape>();

/** Says what a schema accepts; a schema refined further is another one, and has no shape. */
export function shaped<T extends z.ZodType>(schema: T, shape: Shape): T {
  shapeBySchema.set(schema, shape);
  return schema;
}

/** Null for a schema of which only the schema itself knows what it accepts. */
export function shapeOf(schema: z.ZodType): Shape | null {
  return shapeBySchema.get(schema) ?? null;
}
