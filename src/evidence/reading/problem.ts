import type { z } from "zod";

/** What is wrong with a file, before any claim looks at what it says. */
export type Problem = Readonly<{
  code: ProblemCode;
  detail: string;
  /** Counted from 1. */
  line?: number;
  /** Path inside the record, `life.fees_micro`. */
  field?: string;
}>;

export type ProblemCode =
  | "file_missing"
  | "file_not_regular"
  | "file_unreadable"
  | "file_changed"
  | "file_too_large"
  | "text_not_utf8"
  | "line_too_long"
  | "line_unfinished"
  | "json_invalid"
  | "record_invalid"
  | "schema_version_other"
  | "text_not_canonical";

/**
 * One problem for each thing a schema refuses, at most `limit`; of a value that says itself that it
 * has another version of the schema, this alone.
 */
export function schemaProblems(
  error: z.ZodError,
  line?: number,
  value?: unknown,
): readonly Problem[] {
  const other = otherVersion(error, value);
  if (other !== null) return [{ ...other, ...(line === undefined ? {} : { line }) }];
  return error.issues.slice(0, limit).map((issue) => {
    const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
    const path = [...issue.path, ...keys.slice(0, 1)].map(String).join(".");
    return {
      code: "record_invalid",
      detail: shorten(issue.message),
      ...(line === undefined ? {} : { line }),
      ...(path === "" ? {} : { field: shorten(path) }),
    };
  });
}

const limit = 10;

function otherVersion(error: z.ZodError, value: unknown): Problem | null {
  const issue = error.issues.find(({ path }) => path.length === 1 && path[0] === "schema_version");
  if (issue?.code !== "invalid_value" || typeof value !== "object" || value === null) return null;
  const { schema_version: said } = value as Readonly<{ schema_version?: unknown }>;
  const [, name, number] = versionForm.exec(typeof said === "string" ? said : "") ?? [];
  const [, known, due] = versionForm.exec(String(issue.values[0])) ?? [];
  if (name === undefined || name !== known || number === due) return null;
  const maker = Number(number) < Number(due) ? "an older" : "a newer";
  const made = `is ${name}/${number}, of ${maker} version of Assay`;
  const detail = `${made}; this one reads ${known}/${due}`;
  return { code: "schema_version_other", detail, field: "schema_version" };
}

const versionForm = /^([a-z_]{1,64})\/([1-9]\d{0,5})$/;

/** Hostile input may be long and may hold control characters; reports are one line each. */
export function shorten(text: string): string {
  const clean = text.replaceAll(/[^\x20-\x7e]/g, "?");
  return clean.length > 160 ? `${clean.slice(0, 160)}...` : clean;
}
