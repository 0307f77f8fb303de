import { z } from "zod";
import { base64ToBytes, err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import {
  count,
  exactly,
  hex16,
  hex64,
  listOf,
  nullable,
  oneOf,
  positive,
  reason,
  strictRecord,
  utcTime,
} from "../artifacts/fields.ts";
import { hashLength } from "../merkle/hash.ts";
import { shorten } from "../reading/problem.ts";
import { readStrictJson } from "../seal/strict-json.ts";
import type { LeafRange } from "./multiproof.ts";
import {
  type FilterValue,
  filterOperators,
  isFilter,
  type SnapshotFilter,
} from "./snapshot-filter.ts";

/** Records of one market window, as their runs name it. */
export type MarketWindow = Readonly<{
  dataset_id: string;
  name: string;
  start_utc: string;
  end_utc: string;
  records: number;
}>;

/** What a snapshot is, where it was taken from, and the proof of that. Clause pools.md 5.3. */
export type SnapshotDocument = Readonly<{
  schema_version: "pool_snapshot/1";
  /** First 16 hex digits of `sha256`. */
  id: string;
  pool: "stage1";
  /** Wall time of the taking. */
  created_at: string;
  note: string | null;
  note_reason: string | null;
  /** All must hold; an empty list takes every record. */
  rule: readonly SnapshotFilter[];
  /** The live pool it was taken from: its first so many lines, and their RFC 9162 root. */
  pool_size: number;
  pool_root: string;
  records: number;
  bytes: number;
  sha256: string;
  /** How many different genomes. */
  genes: number;
  windows: readonly MarketWindow[];
  /** Lines of the pool, counted from 1, ascending: `4` or `6-9`. */
  lines: readonly string[];
  /** Multiproof that those lines are in the pool with that root, base64. */
  proof: readonly string[];
}>;

/** Bound of a document: what it costs to read one, and how long a proof may be. */
export const maxSnapshotDocumentBytes: number = 64 << 20;

const hashText: z.ZodType<string> = z.string().regex(/^[A-Za-z0-9+/]{43}=$/);
const filterValue = z.union([z.string(), z.number(), z.boolean()]) as z.ZodType<FilterValue>;

const schema: z.ZodType<SnapshotDocument> = strictRecord<SnapshotDocument>({
  schema_version: exactly("pool_snapshot/1"),
  id: hex16,
  pool: exactly("stage1"),
  created_at: utcTime,
  note: nullable(reason),
  note_reason: nullable(reason),
  rule: listOf(
    strictRecord<SnapshotFilter>({
      field: reason,
      operator: oneOf(filterOperators),
      value: filterValue,
    }).refine(isFilter, "is no filter"),
  ),
  pool_size: positive,
  pool_root: hashText,
  records: positive,
  bytes: positive,
  sha256: hex64,
  genes: positive,
  windows: listOf(
    strictRecord<MarketWindow>({
      dataset_id: reason,
      name: reason,
      start_utc: utcTime,
      end_utc: utcTime,
      records: count,
    }),
  ),
  lines: listOf(reason),
  proof: listOf(hashText),
});

/** The only text of a document: keys in order, two spaces, one line end. */
export function formatSnapshotDocument(document: SnapshotDocument): Uint8Array {
  return utf8ToBytes(`${JSON.stringify(schema.parse(document), null, 2)}\n`);
}

/** Reads exactly what formatSnapshotDocument writes. Fault: snapshot_unverified. */
export function parseSnapshotDocument(bytes: Uint8Array): Result<SnapshotDocument, Fault> {
  const code = "snapshot_unverified";
  const read = readStrictJson(bytes, schema, code, { layout: "any" });
  if (!read.ok) return err({ code, message: shorten(read.fault.message) });
  const document = read.value;
  if (Buffer.compare(formatSnapshotDocument(document), bytes) !== 0) {
    return err({ code, message: "not the canonical text of its value" });
  }
  if (document.id !== document.sha256.slice(0, 16)) {
    return err({ code, message: "id: not the beginning of sha256" });
  }
  return (document.note === null) === (document.note_reason !== null)
    ? ok(document)
    : err({ code, message: "note_reason: stands beside a null and only there" });
}

/** `4`, `6-9` from leaves counted from 0. */
export function rangesToLines(ranges: readonly LeafRange[]): readonly string[] {
  return ranges.map(({ from, to }) => (to - from === 1 ? `${to}` : `${from + 1}-${to}`));
}

/** The inverse of rangesToLines; null for another spelling, touching or descending ranges. */
export function linesToRanges(lines: readonly string[]): readonly LeafRange[] | null {
  const ranges: LeafRange[] = [];
  let end = -1;
  for (const text of lines) {
    const [, first, last] = /^([1-9]\d{0,15})(?:-([1-9]\d{0,15}))?$/.exec(text) ?? [];
    const from = Number(first) - 1;
    const to = last === undefined ? from + 1 : Number(last);
    const isOrdered = first !== undefined && from > end && to > from;
    if (!isOrdered || (last !== undefined && to === from + 1)) return null;
    ranges.push({ from, to });
    end = to;
  }
  return ranges;
}

/** A hash that the schema let through; null where its last digit has spare bits. */
export function hashOfText(text: string): Uint8Array | null {
  const bytes = base64ToBytes(text);
  return bytes.ok && bytes.value.length === hashLength ? bytes.value : null;
}
