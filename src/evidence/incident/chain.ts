import { canonicalJson, utf8ToBytes } from "#base";
import { shorten } from "../reading/problem.ts";
import { sha256 } from "../run/identity.ts";
import { readStrictJson } from "../seal/strict-json.ts";
import { type Entry, type EntryBody, entry as entrySchema } from "./entry.ts";
import { type Stage, stageAfter, whyNotAllowed } from "./entry-order.ts";

/** An entry with the digest that the next one has to name, and where its line ends, in bytes. */
export type LinkedEntry = Readonly<{ entry: Entry; sha256: string; end: number }>;

/** The sound beginning of a record; `problem` is what ends it, null when all of it is sound. */
export type Chain = Readonly<{
  links: readonly LinkedEntry[];
  problem: ChainProblem | null;
  /**
   * Bytes of a last entry that a crash cut short: without its end, or with sectors that never
   * reached the disk and read as zeroes.
   */
  torn: number;
}>;

type ChainProblem = Readonly<{ code: ChainProblemCode; line: number; detail: string }>;

type ChainProblemCode =
  | "record_empty"
  | "entry_malformed"
  | "entry_of_other_incident"
  | "entry_out_of_place"
  | "entry_not_allowed"
  | "chain_broken";

export type EntryAuthor = Readonly<{ id: string; by: string; ts_utc: string }>;

/** The next line of the record, without its end, and the link it will be. */
export function nextEntry(
  links: readonly LinkedEntry[],
  { id, by, ts_utc }: EntryAuthor,
  body: EntryBody,
): Readonly<{ line: string; link: LinkedEntry }> {
  const last = links.at(-1);
  const entry = entrySchema.parse({
    schema_version: "incident_entry/1",
    incident_id: id,
    seq: links.length,
    ts_utc,
    by,
    previous_sha256: last?.sha256 ?? null,
    ...body,
  } satisfies Entry);
  const line = canonicalJson(entry);
  const bytes = utf8ToBytes(`${line}\n`);
  const end = (last?.end ?? 0) + bytes.length;
  return { line, link: { entry, sha256: sha256(bytes), end } };
}

/**
 * Reads a record up to the first line that is not as it should be: what stands behind a broken
 * link is nobody's word. Each line is the canonical JSON of its entry, and the links are over the
 * very bytes, so `head -n 1 record.jsonl | sha256sum` shows what the second line names.
 */
export function readChain(bytes: Uint8Array, id: string): Chain {
  const links: LinkedEntry[] = [];
  let stage: Stage = "none";
  let from = 0;
  const ended = (problem: ChainProblem | null, torn = 0): Chain => {
    return { links, problem, torn };
  };
  for (;;) {
    const end = bytes.indexOf(lineEnd, from);
    if (end < 0) break;
    const line = bytes.subarray(from, end + 1);
    if (end + 1 === bytes.length && links.length > 0 && line.includes(0)) break;
    const read = readStrictJson(line, entrySchema, "entry_malformed", form);
    const at = links.length + 1;
    if (!read.ok) {
      return ended({ code: "entry_malformed", line: at, detail: shorten(read.fault.message) });
    }
    const problem = whyNotNext({ links, stage, id }, read.value);
    if (problem !== null) return ended(problem);
    stage = stageAfter(stage, read.value);
    from = end + 1;
    links.push({ entry: read.value, sha256: sha256(line), end: from });
  }
  if (links.length > 0) return ended(null, bytes.length - from);
  return ended({ code: "record_empty", line: 1, detail: "the record holds no entry" });
}

const lineEnd = 0x0a;
const form = { layout: "canonical", ending: "\n" } as const;

type Before = Readonly<{ links: readonly LinkedEntry[]; stage: Stage; id: string }>;

function whyNotNext({ links, stage, id }: Before, next: Entry): ChainProblem | null {
  const line = links.length + 1;
  if (next.incident_id !== id) {
    const detail = `is an entry of ${next.incident_id}`;
    return { code: "entry_of_other_incident", line, detail };
  }
  if (next.seq !== links.length) {
    const detail = `says it is entry ${next.seq}, but ${links.length} stand before it`;
    return { code: "entry_out_of_place", line, detail };
  }
  const previous = links.at(-1)?.sha256 ?? null;
  if (next.previous_sha256 !== previous) {
    const named = next.previous_sha256 ?? "nothing";
    const detail = `names ${named} as the line before, which is ${previous ?? "none"}`;
    return { code: "chain_broken", line, detail };
  }
  const why = whyNotAllowed(stage, next);
  return why === null ? null : { code: "entry_not_allowed", line, detail: why };
}
