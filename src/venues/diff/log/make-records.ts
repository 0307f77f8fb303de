import type { Unplaced } from "#evidence";
import { noteOf } from "../compare/note-of.ts";
import type { ComparisonResult, FoundDifference } from "../run-comparison.ts";
import type { ComparisonRecord, DifferenceRecord, DiffHead, GoneRecord, Impact } from "./entry.ts";

/** Where the code of a comparison comes from. */
export type CodeFacts = Pick<
  DiffHead,
  "git_commit" | "git_commit_reason" | "git_dirty" | "docker_image" | "docker_image_reason"
>;

type Head = Unplaced<DiffHead>;

export function headOf(result: ComparisonResult, facts: CodeFacts): Head {
  return {
    schema_version: "interface_diff/1",
    diff_id: result.diffId,
    ts_utc: result.tsUtc,
    environment: result.environment,
    inst_id: result.instId,
    account: result.account,
    libraries: result.libraries,
    ...facts,
  };
}

export function differenceRecord(
  { operation, finding, calls, samples, state }: FoundDifference,
  fingerprint: string,
  head: Head,
): Unplaced<DifferenceRecord> {
  const { kind, subject, deviates, shown, fields, features } = finding;
  const { severity, title, mitigation, next } = noteOf(kind, operation.id, subject);
  return {
    ...head,
    event: "difference",
    fingerprint,
    operation: operation.id,
    kind,
    severity,
    what: title,
    subject: [...subject],
    deviates: [...deviates],
    calls,
    shown,
    field_mapping: [...fields],
    impact: impactOf(features),
    mitigation,
    status: "open",
    next_verification: next,
    state,
    samples,
  };
}

function impactOf(features: readonly string[]): Impact {
  const of = (layer: string): string[] => features.filter((id) => id.startsWith(layer));
  return { E: of("E"), I: of("I"), M: of("M"), C: of("C") };
}

export function goneRecord(
  { fingerprint, operation, kind, seq }: DifferenceRecord,
  head: Head,
): Unplaced<GoneRecord> {
  return { ...head, event: "gone", fingerprint, operation, kind, told_seq: seq };
}

export function comparisonRecord(
  { compared, leftOut, stateProven, sums }: ComparisonResult,
  head: Head,
  counts: Counts,
): Unplaced<ComparisonRecord> {
  return {
    ...head,
    event: "comparison",
    compared: [...compared],
    left_out: [...leftOut],
    state_proven: stateProven,
    sums,
    ...counts,
  };
}

type Counts = Pick<
  ComparisonRecord,
  "differences" | "new_differences" | "gone_differences" | "by_severity"
>;
