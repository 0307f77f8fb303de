import { z } from "zod";
import { canonicalJson, err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import { isSealPath } from "./seal-files.ts";
import { readStrictJson } from "./strict-json.ts";
import { isEvidencePath } from "./sums.ts";

/** One record file and the leaves it gave: number `first_leaf` and the `leaves - 1` after it. */
export type TableRow = Readonly<{
  path: string;
  size: number;
  sha256: string;
  form: "lines" | "whole";
  first_leaf: number;
  leaves: number;
}>;

/** The last leaf of a run: what it consists of. */
export type FileTable = Readonly<{
  run_id: string;
  /** Folders with sums of their own, of which only that SHA256SUMS is a record. */
  detached: readonly string[];
  /** In byte order of the path. */
  files: readonly TableRow[];
}>;

/** A canonical JSON line. */
export function formatFileTable({ run_id, detached, files }: FileTable): Uint8Array {
  const document = { detached, files, kind: "assay_file_table", run_id, v: 1 };
  return utf8ToBytes(`${canonicalJson(document)}\n`);
}

const count = z.int().nonnegative();
const path = z.string().refine(isEvidencePath, "not a path of a record");

const tableSchema = z.strictObject({
  detached: z.array(path.refine((folder) => !isSealPath(folder), "the seal's own folder")).max(16),
  files: z
    .array(
      z.strictObject({
        first_leaf: count,
        form: z.enum(["lines", "whole"]),
        leaves: count,
        path,
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        size: count,
      }),
    )
    .max(100_000),
  kind: z.literal("assay_file_table"),
  run_id: z.string().min(1).max(128),
  v: z.literal(1),
});

/** Reads exactly what formatFileTable writes. Fault: file_table_malformed. */
export function parseFileTable(bytes: Uint8Array): Result<FileTable, Fault> {
  const code = "file_table_malformed";
  const form = { layout: "canonical", ending: "\n" } as const;
  const read = readStrictJson(bytes, tableSchema, code, form);
  if (!read.ok) return read;
  const { run_id, detached, files } = read.value;
  let previous = "";
  let leaf = 0;
  for (const row of files) {
    if (row.path <= previous) return err({ code, message: `${row.path} is out of order` });
    if (row.first_leaf !== leaf) {
      return err({ code, message: `${row.path} begins at leaf ${row.first_leaf}, not ${leaf}` });
    }
    previous = row.path;
    leaf += row.leaves;
  }
  return ok({ run_id, detached, files });
}
