import { hash } from "node:crypto";
import { join } from "node:path";
import {
  bytesToUtf8,
  type Fault,
  type Millis,
  millisFromIso,
  millisPerDay,
  ok,
  parseJson,
  type Result,
} from "#base";
import type { DeletedFile, DeletionRecord } from "../artifacts/orders/deletion-record.ts";
import { readChunks } from "../reading/read-chunks.ts";
import { sumsFileName } from "../run/file-names.ts";
import { parseSums } from "../seal/sums.ts";
import { readDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { readDeletion } from "./deletion-log.ts";
import type { NamedRuns } from "./named-runs.ts";

/**
 * - older_than_window, deletion_unfinished: delete.
 * - the others: keep, and say why. sums_differ keeps what somebody changed: it is evidence now.
 */
export type RetentionReason =
  | "older_than_window"
  | "deletion_unfinished"
  | "within_window"
  | "named_elsewhere"
  | "not_sealed"
  | "end_unknown"
  | "sums_differ"
  | "nothing_left";

export type RunDecision = Readonly<{
  run_id: string;
  action: "delete" | "keep";
  reason: RetentionReason;
  /** What names the run, what differs, or nothing to add. */
  detail: string | null;
  age_days: number | null;
  /** What would go, or went. */
  files: readonly DeletedFile[];
  bytes: number;
  raw_sums_sha256: string | null;
}>;

export type Judging = Readonly<{
  fs: FileSystem;
  root: string;
  nowMs: Millis;
  windowDays: number;
  named: NamedRuns;
}>;

/** What keeps standing when the samples go: the account of them, and their sums. */
const keptInRaw: ReadonlySet<string> = new Set(["raw_account.json"]);

/** Decides over the raw samples of one screening run. Faults: of reading its deletion record. */
export function judgeRaw(
  { fs, root, nowMs, windowDays, named }: Judging,
  directory: string,
  runId: string,
): Result<RunDecision, Fault> {
  const keep = (
    reason: RetentionReason,
    detail: string | null,
    age: number | null,
  ): RunDecision => ({
    run_id: runId,
    action: "keep",
    reason,
    detail,
    age_days: age,
    files: [],
    bytes: 0,
    raw_sums_sha256: null,
  });
  const by = named.get(runId);
  if (by !== undefined) return ok(keep("named_elsewhere", by, null));
  if (fs.look(join(directory, sumsFileName)) === null) return ok(keep("not_sealed", null, null));
  const endMs = endOf(fs, directory);
  if (endMs === null) return ok(keep("end_unknown", null, null));
  const age = Math.floor((nowMs - endMs) / millisPerDay);
  if (age < windowDays) return ok(keep("within_window", null, age));
  const deleted = readDeletion(fs, root, runId, null);
  if (!deleted.ok) return deleted;
  const samples = readSamples(fs, directory, deleted.value.deletion);
  if (samples.wrong !== null) return ok(keep("sums_differ", samples.wrong, age));
  if (samples.present.length === 0) return ok(keep("nothing_left", null, age));
  return ok({
    run_id: runId,
    action: "delete",
    reason: deleted.value.deletion === null ? "older_than_window" : "deletion_unfinished",
    detail: null,
    age_days: age,
    files: samples.present,
    bytes: samples.present.reduce((sum, { bytes }) => sum + bytes, 0),
    raw_sums_sha256: samples.sumsSha256,
  });
}

type Samples = Readonly<{
  present: readonly DeletedFile[];
  sumsSha256: string | null;
  /** What is not as the sums say; null when all is. */
  wrong: string | null;
}>;

/** Every file under raw/ against its sum: what was tampered with must not be destroyed. */
function readSamples(fs: FileSystem, directory: string, deletion: DeletionRecord | null): Samples {
  const wrong = (why: string): Samples => ({ present: [], sumsSha256: null, wrong: why });
  const raw = join(directory, "raw");
  const bytes = readDocument(fs, join(raw, sumsFileName));
  if (!bytes.ok) return wrong(`raw/${sumsFileName}: ${bytes.fault.message}`);
  const sums = parseSums(bytes.value);
  if (!sums.ok) return wrong(sums.fault.message);
  const listed = new Set(sums.value.map(({ path }) => path));
  for (const { name } of fs.list(raw)) {
    if (name !== sumsFileName && !listed.has(name)) return wrong(`raw/${name} is in no sums`);
  }
  const gone = new Map(deletion?.files.map(({ path, sha256 }) => [path, sha256]));
  const present: DeletedFile[] = [];
  for (const { path: name, sha256 } of sums.value) {
    const path = `raw/${name}`;
    if (fs.look(join(raw, name)) === null) {
      if (gone.get(path) === sha256) continue;
      return wrong(`${path} is gone, and no deletion record names it`);
    }
    const facts = readChunks(join(raw, name), () => {});
    if (!facts.ok) return wrong(`${path}: ${facts.fault.detail}`);
    if (facts.value.sha256 !== sha256) return wrong(`${path} is not what its sums say`);
    if (!keptInRaw.has(name)) present.push({ path, bytes: facts.value.bytes, sha256 });
  }
  return { present, sumsSha256: hash("sha256", bytes.value, "hex"), wrong: null };
}

/** When the run ended, by its manifest; null when that cannot be told. */
function endOf(fs: FileSystem, directory: string): Millis | null {
  const bytes = readDocument(fs, join(directory, "run_manifest.json"));
  if (!bytes.ok) return null;
  const text = bytesToUtf8(bytes.value);
  if (!text.ok) return null;
  const manifest = parseJson(text.value);
  if (!manifest.ok || typeof manifest.value !== "object" || manifest.value === null) return null;
  const end = Object.entries(manifest.value).find(([key]) => key === "end_time")?.[1];
  const millis = typeof end === "string" ? millisFromIso(end) : null;
  return millis?.ok === true ? millis.value : null;
}
