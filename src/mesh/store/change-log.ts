import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { err, type Fault, type Json, ok, type Result } from "#base";
import {
  appendToChainedLog,
  type Chained,
  type ChainFinding,
  chainHost,
  readChainedLog,
  type Unplaced,
} from "#evidence";

/** One change of a service's tables, as its log keeps it for ever. */
export type ChangeRecord = Chained &
  Readonly<{
    schema: typeof changeSchema;
    service: string;
    boot_id: string;
    version: string;
    /** Counts the changes of a service from 1, through all segments of its log. */
    number: number;
    ts_utc: string;
    type: string;
    body: Json;
    /** In the first record of a later segment: the end of the one before. */
    continues: Readonly<{ segment: string; sha256: string }> | null;
  }>;

export const changeSchema = "assay.mesh_change/1";

/** A log is read whole whenever it grows, so it goes on in a new segment after so many records. */
const segmentRecords = 500;

const schema: z.ZodType<ChangeRecord> = z.strictObject({
  seq: z.int().min(0),
  previous_sha256: z.string().nullable(),
  schema: z.literal(changeSchema),
  service: z.string(),
  boot_id: z.string(),
  version: z.string(),
  number: z.int().min(1),
  ts_utc: z.string(),
  type: z.string(),
  body: z.json(),
  continues: z.strictObject({ segment: z.string(), sha256: z.string() }).nullable(),
});

/** A record before it has its place in the log. */
export type PendingChange = Omit<Unplaced<ChangeRecord>, "continues">;

/** Where the log of a service is: `changes-000001.jsonl` and so on in this folder. */
export function changeFolder(root: string, service: string): string {
  return join(root, "mesh", service);
}

/**
 * Appends what the log does not have yet; `pending` is in the order of numbers. Gives the number
 * of the last record that is durable. Faults: of appendToChainedLog.
 */
export function appendChanges(
  folder: string,
  pending: readonly PendingChange[],
): Result<number, Fault> {
  let segment = Math.max(1, ...segmentsOf(folder));
  let continues: ChangeRecord["continues"] = null;
  let last = 0;
  for (;;) {
    const place = { folder, name: nameOf(segment) };
    const appended = appendToChainedLog(chainHost(), place, schema, ({ links }) => {
      last = links.at(-1)?.record.number ?? last;
      const fresh = pending.filter(({ number }) => number > last);
      const fit = fresh.slice(0, Math.max(0, segmentRecords - links.length));
      return ok(
        fit.map((change, index) => {
          return { ...change, continues: links.length + index === 0 ? continues : null };
        }),
      );
    });
    if (!appended.ok) return appended;
    const { links, trouble } = appended.value;
    const end = links.at(-1);
    last = end?.record.number ?? last;
    if (trouble !== null) return err(trouble);
    if (end === undefined || last >= (pending.at(-1)?.number ?? 0)) return ok(last);
    continues = { segment: nameOf(segment), sha256: end.sha256 };
    segment += 1;
  }
}

/** A whole log with what is wrong with it, for verification and replay. */
export type ReadChanges = Readonly<{
  changes: readonly ChangeRecord[];
  findings: readonly (Readonly<{ segment: string }> & ChainFinding)[];
}>;

/** Reads every segment. Faults: of readChainedLog. */
export function readChanges(folder: string): Result<ReadChanges, Fault> {
  const changes: ChangeRecord[] = [];
  const findings: ReadChanges["findings"][number][] = [];
  let before: ChangeRecord["continues"] = null;
  for (const [index, number] of segmentsOf(folder).entries()) {
    const segment = nameOf(number);
    const read = readChainedLog(chainHost().fs, { folder, name: segment }, schema);
    if (!read.ok) return read;
    const { links } = read.value;
    findings.push(...read.value.findings.map((finding) => ({ segment, ...finding })));
    const first = links[0]?.record;
    const isNext = number === index + 1 && sameEnd(first?.continues ?? null, before);
    if (first !== undefined && !isNext) {
      const detail = "does not go on where the segment before ends";
      findings.push({ segment, code: "chain_broken", line: 1, detail });
    }
    changes.push(...links.map(({ record }) => record));
    const end = links.at(-1);
    before = end === undefined ? before : { segment, sha256: end.sha256 };
  }
  return ok({ changes, findings });
}

function sameEnd(one: ChangeRecord["continues"], other: ChangeRecord["continues"]): boolean {
  return one?.segment === other?.segment && one?.sha256 === other?.sha256;
}

function nameOf(segment: number): string {
  return `changes-${String(segment).padStart(6, "0")}`;
}

function segmentsOf(folder: string): readonly number[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw cause;
  }
  return names
    .map((name) => /^changes-(\d{6})\.jsonl$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .toSorted((one, two) => one - two);
}
