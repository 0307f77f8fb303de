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
  | "text_not_canonical";

/** One problem for each thing a schema refuses, at most `limit`. */
export function schemaProblems(error: z.ZodError, line?: number): readonly Problem[] {
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

/** Hostile input may be long and may hold control characters; reports are one line each. */
export function shorten(text: string): string {
  const clean = text.replaceAll(/[^\x20-\x7e]/g, "?");
  return clean.length > 160 ? `${clean.slice(0, 160)}...` : clean;
}
