import type { z } from "zod";
import { type Problem, schemaProblems, shorten } from "./problem.ts";
import { scanLine } from "./scan/record-scanner.ts";

export type ParsedRecord<T> = Readonly<{ value: T | null; problems: readonly Problem[] }>;

/** Reads one record of a line file: most are plainly fine, the schema judges the others. */
export function parseRecord<T extends object>(
  text: string,
  schema: z.ZodType<T>,
  line: number,
): ParsedRecord<T> {
  const value = scanLine(text, schema);
  return value === null ? judgeRecord(text, schema, line) : { value, problems: [] };
}

/**
 * What is right and wrong with a record, by its schema. That gives its keys back in their declared
 * order, so writing the value again and comparing texts refuses, in one step, another order, white
 * space, duplicate members, escapes and numbers in another spelling.
 */
export function judgeRecord<T>(text: string, schema: z.ZodType<T>, line: number): ParsedRecord<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const detail = shorten(cause instanceof Error ? cause.message : String(cause));
    return { value: null, problems: [{ code: "json_invalid", detail, line }] };
  }
  const checked = schema.safeParse(json);
  if (!checked.success) return { value: null, problems: schemaProblems(checked.error, line, json) };
  if (JSON.stringify(checked.data) !== text) {
    const detail = "not the canonical text of its value (keys in order, no spaces)";
    return { value: checked.data, problems: [{ code: "text_not_canonical", detail, line }] };
  }
  return { value: checked.data, problems: [] };
}
