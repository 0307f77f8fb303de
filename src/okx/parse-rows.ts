import type { z } from "zod";
import { err, type Fault, ok, type Result } from "#base";
import type { Columns, Fields, Row } from "./fields.ts";
import { columnsSchema, isColumns, rowSchema } from "./row-schema.ts";

/**
 * Each row of a `data` list in the shape of its endpoint or channel. The fault okx_answer_malformed
 * names what was asked and the first field that is wrong: `data[3].px is not decimal text`.
 */
export function parseRows(
  what: string,
  shape: Fields | Columns,
  data: unknown,
): Result<readonly unknown[], Fault> {
  if (!Array.isArray(data)) return malformed(what, "data", "is not a list");
  const schema = isColumns(shape) ? columnsSchema(shape) : rowSchema(shape);
  const rows: unknown[] = [];
  for (const [index, item] of data.entries()) {
    const read = schema.safeParse(item);
    if (!read.success) return malformed(what, ...firstIssue(read.error, `data[${index}]`));
    rows.push(read.data);
  }
  return ok(rows);
}

/** One row. */
export function parseRow<F extends Fields>(
  what: string,
  fields: F,
  value: unknown,
): Result<Row<F>, Fault> {
  const read = rowSchema(fields).safeParse(value);
  if (!read.success) return malformed(what, ...firstIssue(read.error, ""));
  // The schema was built from these very fields.
  return ok(read.data as Row<F>);
}

export function malformed(what: string, at: string, wrong: string): Result<never, Fault> {
  return err({
    code: "okx_answer_malformed",
    message: `${what}: ${at === "" ? "the row" : at} ${wrong}`,
    at,
  });
}

/** Where the first issue lies, and what is wrong there. */
export function firstIssue(error: z.ZodError, within: string): [at: string, wrong: string] {
  const issue = error.issues[0];
  if (issue === undefined) return [within, "is malformed"];
  let at = within;
  for (const step of issue.path) {
    at += typeof step === "number" ? `[${step}]` : `${at === "" ? "" : "."}${String(step)}`;
  }
  return [at, issue.path.length === 0 ? "is not a row of this shape" : issue.message];
}
