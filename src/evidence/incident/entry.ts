import { z } from "zod";
import {
  count,
  exactly,
  type Fields,
  flag,
  hex64,
  listOf,
  nullable,
  oneOf,
  positive,
  reason,
  strictRecord,
  utcTime,
} from "../artifacts/fields.ts";
import type { VerdictWord } from "../artifacts/verdict.ts";
import { incidentIdForm } from "./incident-files.ts";
import { plainLine, plainText } from "./plain-text.ts";
import { type RunFacts, runFacts } from "./run-facts.ts";

/** Where a text of a person belongs in the document. */
export type IncidentSection =
  | "trigger"
  | "expected"
  | "actual"
  | "root_cause"
  | "proposed_fix"
  | "note";

export type SectionText = Readonly<{ section: IncidentSection; text: string }>;

/** What a verifier said about one claim. */
export type ClaimEvidence = Readonly<{
  id: string;
  verdict: VerdictWord;
  reason: string | null;
  checked: number;
  findings: number;
  /** The first findings, one line each, with file and line. */
  examples: readonly string[];
}>;

export type BundleFacts = Readonly<{
  index_sha256: string;
  /** Files copied, and files of the run held by digest alone. */
  copied: number;
  held_by_digest: number;
  bytes: number;
  missing_required_files_count: number;
}>;

/** One closure criterion, judged. */
export type CriterionResult = Readonly<{
  /** As the document numbers them, from 1. */
  number: number;
  criterion: string;
  met: boolean;
  detail: string;
  /** Who says so, for a criterion that no machine can check; null for all others. */
  confirmation: Readonly<{ by: string; evidence: string }> | null;
}>;

export type RefusalReason = Readonly<{ code: string; detail: string }>;

export type VerdictFacts = Readonly<{
  verdict: VerdictWord;
  claims: number;
  checked: number;
  findings: number;
  /** What it says of who sealed the run: `PASS`, `NOT_APPLICABLE: integrity_only`. */
  authenticity?: string;
}>;

export type OpenBody = Readonly<{
  type: "open";
  title: string;
  impact: string;
  severity: Severity;
  incident_type: string;
  sections: readonly SectionText[];
  run: RunFacts;
  /** The claims that triggered the incident, as the frozen verdict has them. */
  claims: readonly ClaimEvidence[];
  criteria: readonly string[];
  bundle: BundleFacts;
}>;

export type NoteBody = Readonly<{
  type: "note";
  section: IncidentSection;
  text: string;
  /** Criteria that come on top of those there are. */
  criteria: readonly string[];
}>;

export type FixBody = Readonly<{ type: "fix"; commit: string; text: string }>;

export type CloseRefusedBody = Readonly<{
  type: "close_refused";
  run: RunFacts;
  verdict: VerdictFacts;
  reasons: readonly RefusalReason[];
  criteria: readonly CriterionResult[];
}>;

export type ClosedBody = Readonly<{
  type: "closed";
  run: RunFacts;
  verdict: VerdictFacts;
  /** Of closure/verdict.json: the verdict whole. */
  verdict_sha256: string;
  criteria: readonly CriterionResult[];
}>;

export type EntryBody = OpenBody | NoteBody | FixBody | CloseRefusedBody | ClosedBody;

type EntryHead = Readonly<{
  schema_version: "incident_entry/1";
  incident_id: string;
  /** Place in the record: 0, 1, 2 ... */
  seq: number;
  ts_utc: string;
  by: string;
  /** sha256 of the line before with its end; null in the first line, which has none before. */
  previous_sha256: string | null;
}>;

export type Entry = EntryHead & EntryBody;
export type EntryOf<Body extends EntryBody> = EntryHead & Body;

export type Severity = (typeof severities)[number];
export const severities = ["high", "medium", "low"] as const;
const sections = ["trigger", "expected", "actual", "root_cause", "proposed_fix", "note"] as const;

/** Bounds of lists in one entry, so that no entry outgrows a record. */
export const entryLimits = { claims: 32, examples: 5, criteria: 64, sections: 8 } as const;

export const entry: z.ZodType<Entry> = z.union([
  strictRecord<EntryOf<OpenBody>>({ ...headFields(), ...openFields() }),
  strictRecord<EntryOf<NoteBody>>({
    ...headFields(),
    type: exactly("note"),
    section: oneOf(sections),
    text: plainText,
    criteria: atMost(entryLimits.criteria, plainLine),
  }),
  strictRecord<EntryOf<FixBody>>({
    ...headFields(),
    type: exactly("fix"),
    commit: z.string().regex(/^[0-9a-f]{7,64}$/),
    text: plainText,
  }),
  strictRecord<EntryOf<CloseRefusedBody>>({
    ...headFields(),
    ...endingFields(),
    type: exactly("close_refused"),
    reasons: listOf(strictRecord<RefusalReason>({ code: reason, detail: plainLine })),
  }),
  strictRecord<EntryOf<ClosedBody>>({
    ...headFields(),
    ...endingFields(),
    type: exactly("closed"),
    verdict_sha256: hex64,
  }),
]);

function headFields(): Fields<EntryHead> {
  return {
    schema_version: exactly("incident_entry/1"),
    incident_id: z.string().regex(incidentIdForm),
    seq: count,
    ts_utc: utcTime,
    by: plainLine,
    previous_sha256: nullable(hex64),
  };
}

function openFields(): Fields<OpenBody> {
  return {
    type: exactly("open"),
    title: plainLine,
    impact: plainText,
    severity: oneOf(severities),
    incident_type: plainLine,
    sections: atMost(
      entryLimits.sections,
      strictRecord<SectionText>({ section: oneOf(sections), text: plainText }),
    ),
    run: runFacts,
    claims: atMost(
      entryLimits.claims,
      strictRecord<ClaimEvidence>({
        id: reason,
        verdict: verdictWord(),
        reason: nullable(reason),
        checked: count,
        findings: count,
        examples: atMost(entryLimits.examples, plainLine),
      }),
    ),
    criteria: atMost(entryLimits.criteria, plainLine),
    bundle: strictRecord<BundleFacts>({
      index_sha256: hex64,
      copied: count,
      held_by_digest: count,
      bytes: count,
      missing_required_files_count: count,
    }),
  };
}

function endingFields(): Fields<Pick<ClosedBody, "run" | "verdict" | "criteria">> {
  return {
    run: runFacts,
    verdict: verdictFacts(),
    criteria: listOf(
      strictRecord<CriterionResult>({
        number: positive,
        criterion: plainLine,
        met: flag,
        detail: plainLine,
        confirmation: nullable(
          strictRecord<Readonly<{ by: string; evidence: string }>>({
            by: plainLine,
            evidence: plainLine,
          }),
        ),
      }),
    ),
  };
}

/** Entries of before authenticity was asked for lack it. */
function verdictFacts(): z.ZodType<VerdictFacts> {
  const counted = { verdict: verdictWord(), claims: count, checked: count, findings: count };
  return z.union([
    strictRecord<Required<VerdictFacts>>({ ...counted, authenticity: reason }),
    strictRecord<Omit<VerdictFacts, "authenticity">>(counted),
  ]);
}

function verdictWord(): z.ZodType<VerdictWord> {
  return oneOf(["PASS", "FAIL", "NOT_MEASURABLE", "NOT_APPLICABLE"]);
}

function atMost<T>(limit: number, item: z.ZodType<T>): z.ZodType<readonly T[]> {
  return z.array(item).max(limit);
}
