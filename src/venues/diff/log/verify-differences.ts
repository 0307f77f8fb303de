import { createHash } from "node:crypto";
import { join } from "node:path";
import { bytesToUtf8, type Fault, ok, type Result } from "#base";
import { chainHost, readDocument } from "#evidence";
import { readDifferences } from "./difference-log.ts";
import type { ComparisonRecord, DifferenceRecord, DiffRecord, SampleRef } from "./entry.ts";
import { openDifferences } from "./open-differences.ts";

export type LogFinding = Readonly<{ code: string; at: string; message: string }>;

/** What a check of the whole log found, and how much there was to check. */
export type VerifiedDifferences = Readonly<{
  records: number;
  comparisons: number;
  open: readonly DifferenceRecord[];
  samples: number;
  /** Digest of the last line; null for an empty log. */
  head: string | null;
  findings: readonly LogFinding[];
}>;

/**
 * Checks that the log only grew, and that every raw sample it names is there as it was. Collects
 * everything that is wrong. Faults: of reading the log.
 */
export function verifyDifferences(folder: string): Result<VerifiedDifferences, Fault> {
  const read = readDifferences(folder);
  if (!read.ok) return read;
  const { links, findings: chain, torn } = read.value;
  const records = links.map(({ record }) => record);
  const findings: LogFinding[] = chain.map(({ code, line, detail }) => {
    return { code, at: line === null ? logName : `${logName} line ${line}`, message: detail };
  });
  if (torn > 0) {
    const message = `${torn} bytes of a line that a crash cut short; the next one sets them aside`;
    findings.push({ code: "record_torn", at: logName, message });
  }
  let samples = 0;
  for (const [at, record] of records.entries()) {
    if (record.event !== "comparison") continue;
    const checked = checkSamples(folder, record, records.slice(0, at + 1));
    samples += checked.samples;
    findings.push(...checked.findings);
  }
  return ok({
    records: records.length,
    comparisons: records.filter(({ event }) => event === "comparison").length,
    open: [...openDifferences(records).values()],
    samples,
    head: links.at(-1)?.sha256 ?? null,
    findings,
  });
}

const logName = "differences.jsonl";

type Checked = Readonly<{ samples: number; findings: readonly LogFinding[] }>;

function checkSamples(
  folder: string,
  { sums, diff_id }: ComparisonRecord,
  records: readonly DiffRecord[],
): Checked {
  const findings: LogFinding[] = [];
  const text = readSample(folder, sums, findings);
  if (text === null) return { samples: 0, findings };
  const listed = new Map<string, string>();
  for (const line of text.split("\n")) {
    const parts = /^([0-9a-f]{64}) {2}([A-Za-z0-9_.]+)$/.exec(line);
    if (parts !== null) listed.set(`raw/${diff_id}/${parts[2] ?? ""}`, parts[1] ?? "");
  }
  for (const [file, sha256] of listed) readSample(folder, { file, sha256 }, findings);
  for (const record of records) {
    if (record.event !== "difference" || record.diff_id !== diff_id) continue;
    for (const sample of Object.values(record.samples)) {
      if (sample === null || listed.get(sample.file) === sample.sha256) continue;
      const message = `entry ${record.seq} and the sums of its comparison do not agree on it`;
      findings.push({ code: "sample_unlisted", at: sample.file, message });
    }
  }
  return { samples: listed.size, findings };
}

/** The text of a file whose digest is as it was named; null with a finding otherwise. */
function readSample(
  folder: string,
  { file, sha256 }: Pick<SampleRef, "file" | "sha256">,
  findings: LogFinding[],
): string | null {
  const bytes = readDocument(chainHost().fs, join(folder, file));
  if (!bytes.ok) {
    const code = bytes.fault.code === "store_missing" ? "sample_missing" : "sample_unreadable";
    findings.push({ code, at: file, message: bytes.fault.message });
    return null;
  }
  const found = createHash("sha256").update(bytes.value).digest("hex");
  if (found !== sha256) {
    const message = `its digest is ${found}, and the log names ${sha256}`;
    findings.push({ code: "sample_changed", at: file, message });
    return null;
  }
  const text = bytesToUtf8(bytes.value);
  return text.ok ? text.value : "";
}
