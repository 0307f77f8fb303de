import { createHash, type Hash } from "node:crypto";
import { join } from "node:path";
import { readChunks } from "../../reading/read-chunks.ts";
import { readLines } from "../../reading/read-lines.ts";
import type { OrderCode } from "./codes.ts";
import type { FileBook, ReadFile } from "./file-book.ts";
import { homogeneousKeys, type LineFamily } from "./line-family.ts";
import type { HeldRef } from "./ref-book.ts";

/** A ref that does not lead where it says. */
export type RefProblem = Readonly<{ held: HeldRef; code: OrderCode; detail: string }>;

/** Where refs lead, and what is known of the files there. */
export type RefPlace = Readonly<{
  directory: string;
  runId: string;
  refs: readonly HeldRef[];
  files: Pick<FileBook, "byName" | "familyOf">;
}>;

/** Lines hashed over all refs together: what a hostile set of overlapping refs may cost. */
export const maxReferencedLines = 2_000_000;

/**
 * Follows refs file by file, reading each file once more, unless they are of all of a file that was
 * found sound; memory grows with the refs only.
 */
export function resolveRefs({ directory, runId, refs, files }: RefPlace): readonly RefProblem[] {
  const problems: RefProblem[] = [];
  const budget = { lines: maxReferencedLines };
  for (const [file, held] of byFile(refs)) {
    const tell = (ref: HeldRef, code: OrderCode, detail: string): void => {
      problems.push({ held: ref, code, detail: `${file}: ${detail}` });
    };
    const path = join(directory, file);
    const known = { file: files.byName.get(file) ?? null, family: files.familyOf(file) };
    if (file.endsWith(".jsonl")) followLines({ path, runId, held, budget, known, tell });
    else followDocument(path, held, tell);
  }
  return problems;
}

type Tell = (ref: HeldRef, code: OrderCode, detail: string) => void;

function followDocument(path: string, held: readonly HeldRef[], tell: Tell): void {
  const facts = readChunks(path, () => {});
  for (const one of held) {
    const { line_start, line_end, sha256 } = one.ref;
    if (!facts.ok) tell(one, "ref_file_missing", facts.fault.detail);
    else if (line_start !== null || line_end !== null) {
      tell(one, "ref_range_invalid", "a document is referred to as a whole");
    } else if (facts.value.sha256 !== sha256)
      tell(one, "ref_digest_differs", "is another file now");
  }
}

type LineJob = Readonly<{
  path: string;
  runId: string;
  held: readonly HeldRef[];
  budget: { lines: number };
  known: Readonly<{ file: ReadFile | null; family: LineFamily | null }>;
  tell: Tell;
}>;

/** A ref whose lines are being read. */
type Follower = {
  readonly one: HeldRef;
  readonly start: number;
  readonly end: number;
  readonly digest: Hash;
  /** Text that is read and not hashed yet. */
  pending: string;
  first: JsonObject | null;
  told: boolean;
};

type JsonObject = Readonly<Record<string, unknown>>;

function followLines(job: LineJob): void {
  const { path, runId, held, budget, tell } = job;
  const waiting = startable(held, budget, tell).filter((one) => !isOfAll(one, job));
  if (waiting.length === 0) return;
  let next = 0;
  let active: Follower[] = [];
  let last = 0;

  function line(text: string | null, number: number): void {
    last = number;
    for (; waiting[next]?.start === number; next += 1) {
      const follower = waiting[next];
      if (follower !== undefined) active.push(follower);
    }
    if (active.length === 0) return;
    const record = text === null ? null : parse(text);
    let ended = false;
    for (const follower of active) {
      if (text !== null) take(follower, text);
      judgeLine(follower, { record, number, runId }, tell);
      if (follower.end !== number) continue;
      finish(follower, tell);
      ended = true;
    }
    if (ended) active = active.filter(({ end }) => end > number);
  }

  const facts = readLines(path, {
    line,
    problem: (problem) => line(null, problem.line ?? last + 1),
  });
  if (!facts.ok) {
    for (const { one } of waiting) tell(one, "ref_file_missing", facts.fault.detail);
    return;
  }
  for (const { one, end } of [...active, ...waiting.slice(next)]) {
    tell(one, "ref_range_outside", `line ${end} is behind the last line, ${last}`);
  }
}

/** Whether a ref is of a whole file that was read soundly, and is right. */
function isOfAll({ one, start, end }: Follower, { runId, known }: LineJob): boolean {
  const { file, family } = known;
  if (file === null || start !== 1 || end !== file.lines) return false;
  return file.sha256 === one.ref.sha256 && family?.fits(runId, one.ref.audit_scope_id) === true;
}

/** Refs with a sound range, by their first lines; ranges beyond the budget are not followed. */
function startable(held: readonly HeldRef[], budget: { lines: number }, tell: Tell): Follower[] {
  const followers: Follower[] = [];
  for (const one of held) {
    const { line_start: start, line_end: end } = one.ref;
    if (start === null || end === null || end < start) {
      tell(one, "ref_range_invalid", "lines of a line file are a range, first to last");
      continue;
    }
    budget.lines -= end - start + 1;
    if (budget.lines < 0) {
      tell(one, "refs_beyond_bound", `more than ${maxReferencedLines} lines are referred to`);
      continue;
    }
    const digest = createHash("sha256");
    followers.push({ one, start, end, digest, pending: "", first: null, told: false });
  }
  return followers.sort((left, right) => left.start - right.start);
}

/** Lines are hashed some at a time: a call for each costs more than its bytes. */
function take(follower: Follower, line: string): void {
  follower.pending += `${line}\n`;
  if (follower.pending.length < 65_536) return;
  follower.digest.update(follower.pending);
  follower.pending = "";
}

function finish({ one, digest, pending }: Follower, tell: Tell): void {
  if (digest.update(pending).digest("hex") === one.ref.sha256) return;
  tell(
    one,
    "ref_digest_differs",
    `lines ${one.ref.line_start} to ${one.ref.line_end} are others now`,
  );
}

type LineFacts = Readonly<{ record: JsonObject | null; number: number; runId: string }>;

/** One complaint for each ref is enough: the first line that is wrong. */
function judgeLine(follower: Follower, { record, number, runId }: LineFacts, tell: Tell): void {
  if (follower.told) return;
  const { one } = follower;
  const complain = (code: OrderCode, detail: string): void => {
    follower.told = true;
    tell(one, code, `line ${number} ${detail}`);
  };
  if (record === null) {
    complain("ref_line_unreadable", "is no record");
    return;
  }
  if (record["run_id"] !== runId) {
    complain("ref_run_differs", "is of another run");
    return;
  }
  const scope = record["audit_scope_id"];
  if (typeof scope === "string" && scope !== one.ref.audit_scope_id) {
    complain("ref_scope_differs", `is of the audit ${scope.slice(0, 64)}`);
    return;
  }
  const first = follower.first ?? record;
  follower.first = first;
  const mixed = homogeneousKeys.find((key) => record[key] !== first[key]);
  if (mixed !== undefined) complain("ref_not_homogeneous", `has another ${mixed} than the first`);
}

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
    return isRecord ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}

function byFile(refs: readonly HeldRef[]): ReadonlyMap<string, readonly HeldRef[]> {
  const groups = new Map<string, HeldRef[]>();
  for (const held of refs) {
    const group = groups.get(held.ref.file);
    if (group === undefined) groups.set(held.ref.file, [held]);
    else group.push(held);
  }
  return groups;
}
