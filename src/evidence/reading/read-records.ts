import type { z } from "zod";
import type { Result } from "#base";
import type { StartHasher } from "./file-hasher.ts";
import { judgeRecord } from "./parse-record.ts";
import type { Problem } from "./problem.ts";
import type { FileFacts } from "./read-chunks.ts";
import { readLines } from "./read-lines.ts";
import { recordScanner } from "./scan/record-scanner.ts";

export type RecordSink<T> = Readonly<{
  record: (record: T, line: number) => void;
  problem: (problem: Problem) => void;
  startHasher?: StartHasher | undefined;
}>;

/** Streams the records of a line file, each with what is wrong with it told before it. */
export function readRecords<T extends object>(
  path: string,
  schema: z.ZodType<T>,
  { record, problem, startHasher }: RecordSink<T>,
): Result<FileFacts, Problem> {
  const scanner = recordScanner(schema);
  return readLines(path, {
    scan(cursor, number): boolean {
      const value = scanner(cursor);
      if (value === null) return false;
      record(value, number);
      return true;
    },
    line(text, number): void {
      const { value, problems } = judgeRecord(text, schema, number);
      problems.forEach(problem);
      if (value !== null) record(value, number);
    },
    problem,
    startHasher,
  });
}
