import type { DifferenceRecord, DiffRecord } from "./entry.ts";

/** The differences that stand, by fingerprint: told of, and not gone since. */
export function openDifferences(
  records: readonly DiffRecord[],
): ReadonlyMap<string, DifferenceRecord> {
  const open = new Map<string, DifferenceRecord>();
  for (const record of records) {
    if (record.event === "difference") open.set(record.fingerprint, record);
    if (record.event === "gone") open.delete(record.fingerprint);
  }
  return open;
}

/** Whether it was ever told of. */
export function wasTold(records: readonly DiffRecord[], fingerprint: string): boolean {
  return records.some(
    (record) => record.event === "difference" && record.fingerprint === fingerprint,
  );
}
