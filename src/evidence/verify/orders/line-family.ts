/** Where a record has these, all records of a range have the same: a mixture proves nothing. */
export const homogeneousKeys = [
  "endpoint_family",
  "scope_id",
  "query_chain_id",
  "freeze_id",
  "freeze_reason_code",
] as const;

/** What refs ask of lines; every key may be absent. */
export type FamilyRecord = Readonly<
  Partial<Record<"run_id" | "audit_scope_id" | (typeof homogeneousKeys)[number], unknown>>
>;

/** Whether all records are of this run, of this audit where they name one, and of one family. */
export type LineFamily = Readonly<{ fits: (runId: string, scope: string | null) => boolean }>;

export type LineFamilyWriter = LineFamily & Readonly<{ add: (record: FamilyRecord) => void }>;

/** It holds one record; where records differ, whoever asks has to look at each of them. */
export function createLineFamily(): LineFamilyWriter {
  let first: FamilyRecord | null = null;
  let isMixed = false;

  return {
    add(record): void {
      if (first === null) first = record;
      else isMixed ||= !isAlike(record, first);
    },
    fits(runId, scope): boolean {
      if (first === null || isMixed || first.run_id !== runId) return false;
      return typeof first.audit_scope_id !== "string" || first.audit_scope_id === scope;
    },
  };
}

function isAlike(one: FamilyRecord, other: FamilyRecord): boolean {
  return (
    one.run_id === other.run_id &&
    one.audit_scope_id === other.audit_scope_id &&
    homogeneousKeys.every((key) => one[key] === other[key])
  );
}
