import { join } from "node:path";
import type { z } from "zod";
import { err, type Fault, ok, type Result } from "#base";
import { exactly, hex64, positive, strictRecord } from "../artifacts/fields.ts";
import { sha256 } from "../run/identity.ts";
import { readStrictJson } from "../seal/strict-json.ts";
import { readDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";

/** What every record of a chained log has, whatever else its schema asks for. */
export type Chained = Readonly<{
  /** 0, 1, 2 ... */
  seq: number;
  /** Over the line before, its line feed included; null in the first. */
  previous_sha256: string | null;
}>;

/** A record before it has its place; a union stays one. */
export type Unplaced<T extends Chained> = T extends unknown ? Omit<T, keyof Chained> : never;

/** A record with the digest that the next one has to name, and where its line ends, in bytes. */
export type ChainLink<T extends Chained> = Readonly<{ record: T; sha256: string; end: number }>;

/** Where a chained log lives: `<folder>/<name>.jsonl`, with its head and its lock beside it. */
export type ChainedPlace = Readonly<{ folder: string; name: string }>;

/** Why a log is not one that only grew. */
export type ChainFinding = Readonly<{
  code:
    | "record_malformed"
    | "record_out_of_place"
    | "chain_broken"
    | "log_shortened"
    | "log_replaced"
    | "head_malformed";
  /** From 1; null where no line is to blame. */
  line: number | null;
  detail: string;
}>;

export type ReadChain<T extends Chained> = Readonly<{
  /** The sound beginning: what stands behind a broken link is nobody's word. */
  links: readonly ChainLink<T>[];
  findings: readonly ChainFinding[];
  /** How far the log had come, as its head says: it is never shorter. */
  acknowledgedBytes: number;
  /** Bytes of a last record that a crash cut short. */
  torn: number;
}>;

export function chainedFiles({ folder, name }: ChainedPlace): Readonly<{
  log: string;
  head: string;
  lock: string;
}> {
  const log = join(folder, `${name}.jsonl`);
  return { log, head: join(folder, `${name}.head.json`), lock: join(folder, `${name}.lock`) };
}

/** The end of a log as it was when it last grew; what shows that its end was taken away. */
export type ChainHead = Readonly<{
  schema_version: "chained_log_head/1";
  records: number;
  bytes: number;
  sha256: string;
}>;

/**
 * Reads a log and its head without the lock. The head is written after the log, so it is read
 * before it: then it can be older, never newer. An absent log is an empty one. Faults: of
 * attemptIo, store_too_large.
 */
export function readChainedLog<T extends Chained>(
  fs: FileSystem,
  place: ChainedPlace,
  schema: z.ZodType<T>,
): Result<ReadChain<T>, Fault> {
  const files = chainedFiles(place);
  const head = readHead(fs, files.head);
  if (!head.ok && head.fault.code !== "head_malformed") return head;
  const bytes = readDocument(fs, files.log);
  if (!bytes.ok && bytes.fault.code !== "store_missing") return bytes;
  const chain = readLines(bytes.ok ? bytes.value : new Uint8Array(), schema);
  const findings = chain.finding === null ? [] : [chain.finding];
  if (!head.ok) {
    const finding = { code: "head_malformed", line: null, detail: head.fault.message } as const;
    return ok({ ...chain, findings: [...findings, finding], acknowledgedBytes: 0 });
  }
  const acknowledgedBytes = head.value?.bytes ?? 0;
  if (findings.length > 0) return ok({ ...chain, findings, acknowledgedBytes });
  const lost = head.value === null ? null : whatIsLost(head.value, chain.links);
  return ok({ ...chain, findings: lost === null ? [] : [lost], acknowledgedBytes });
}

const headSchema = strictRecord<ChainHead>({
  schema_version: exactly("chained_log_head/1"),
  records: positive,
  bytes: positive,
  sha256: hex64,
});

const headForm = { layout: "canonical", ending: "\n" } as const;
const maxHeadBytes = 4096;

function readHead(fs: FileSystem, path: string): Result<ChainHead | null, Fault> {
  const bytes = readDocument(fs, path, maxHeadBytes);
  if (bytes.ok) return readStrictJson(bytes.value, headSchema, "head_malformed", headForm);
  if (bytes.fault.code === "store_missing") return ok(null);
  if (bytes.fault.code !== "store_too_large") return bytes;
  return err({ code: "head_malformed", message: bytes.fault.message, at: path });
}

type Lines<T extends Chained> = Readonly<{
  links: readonly ChainLink<T>[];
  finding: ChainFinding | null;
  torn: number;
}>;

function readLines<T extends Chained>(bytes: Uint8Array, schema: z.ZodType<T>): Lines<T> {
  const links: ChainLink<T>[] = [];
  let from = 0;
  for (;;) {
    const end = bytes.indexOf(lineEnd, from);
    if (end < 0) break;
    const line = bytes.subarray(from, end + 1);
    // Sectors that never reached the disk read as zeroes: the end of a write that a crash cut.
    if (line.includes(0)) break;
    const read = readStrictJson(line, schema, "record_malformed", headForm);
    const at = links.length + 1;
    if (!read.ok) {
      const finding = { code: "record_malformed", line: at, detail: read.fault.message } as const;
      return { links, finding, torn: 0 };
    }
    const finding = whyNotNext(links, read.value);
    if (finding !== null) return { links, finding, torn: 0 };
    from = end + 1;
    links.push({ record: read.value, sha256: sha256(line), end: from });
  }
  return { links, finding: null, torn: bytes.length - from };
}

const lineEnd = 0x0a;

function whyNotNext<T extends Chained>(
  links: readonly ChainLink<T>[],
  next: T,
): ChainFinding | null {
  const line = links.length + 1;
  if (next.seq !== links.length) {
    const detail = `says it is record ${next.seq}, but ${links.length} stand before it`;
    return { code: "record_out_of_place", line, detail };
  }
  const previous = links.at(-1)?.sha256 ?? null;
  if (next.previous_sha256 === previous) return null;
  const named = next.previous_sha256 ?? "nothing";
  const detail = `names ${named} as the line before, which is ${previous ?? "none"}`;
  return { code: "chain_broken", line, detail };
}

function whatIsLost<T extends Chained>(
  head: ChainHead,
  links: readonly ChainLink<T>[],
): ChainFinding | null {
  if (head.records > links.length) {
    const detail = `holds ${links.length} records, but its head names ${head.records}`;
    return { code: "log_shortened", line: null, detail };
  }
  const last = links[head.records - 1];
  if (last?.sha256 === head.sha256 && last.end === head.bytes) return null;
  const detail = `record ${head.records - 1} is not the one that the head names`;
  return { code: "log_replaced", line: head.records, detail };
}
