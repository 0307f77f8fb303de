import { join } from "node:path";
import { type Fault, ok, type Result } from "#base";
import { readDocument, writeDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { settleDetached } from "./detached.ts";
import { sealFiles } from "./seal-files.ts";
import { digestRecords } from "./seal-records.ts";
import { makeReadOnly } from "./seal-run.ts";
import { clearUnfinishedSeal, findRecords } from "./seal-space.ts";
import { formatSums } from "./sums.ts";

/**
 * Ends a directory that nobody signs: every record synced, then SHA256SUMS over them, then all
 * files read-only. A key may seal it later. Doing it again changes nothing. Faults: seal_exists,
 * seal_path_unfit, seal_torn_record, seal_sums_differ, those of attemptIo.
 */
export function sumRun(
  fs: FileSystem,
  directory: string,
  detached: readonly string[],
): Result<void, Fault> {
  const records = findRecords(fs, directory, detached);
  if (!records.ok) return records;
  for (const folder of detached) {
    const settled = settleDetached(fs, directory, folder);
    if (!settled.ok) return settled;
  }
  const cleared = clearUnfinishedSeal(fs, directory, records.value);
  if (!cleared.ok) return cleared;
  const leaves = { add: () => undefined, tree: { size: 0 } };
  const options = { leaves, listedSums: cleared.value, areRecordsDurable: false };
  const rows = digestRecords(fs, directory, records.value, options);
  if (!rows.ok) return rows;
  const path = join(directory, sealFiles.sums);
  const sums = formatSums(rows.value.map((row) => ({ path: row.path, sha256: row.sha256 })));
  const there = readDocument(fs, path);
  if (!there.ok || !Buffer.from(sums).equals(there.value)) {
    const written = writeDocument(fs, path, sums);
    if (!written.ok) return written;
  }
  const done = makeReadOnly(fs, directory);
  return done.ok ? ok(undefined) : done;
}
