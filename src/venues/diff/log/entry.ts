import { z } from "zod";
import type { Chained } from "#evidence";
import { operationIds } from "../catalogue/operation-ids.ts";
import type { ByColumn, Column } from "../column.ts";
import type { FieldLine } from "../compare/finding.ts";
import { type Severity, severityLevels } from "../compare/kind-notes.ts";
import { type DifferenceKind, differenceKinds } from "../compare/kinds.ts";

/** One line of the log of interface differences (docs/contracts/interface-diff.md). */
export type DiffRecord = DifferenceRecord | GoneRecord | ComparisonRecord;

/** What every line says of the comparison that it comes from. */
export type DiffHead = Chained &
  Readonly<{
    schema_version: "interface_diff/1";
    diff_id: string;
    ts_utc: string;
    environment: string;
    inst_id: string;
    account: AccountHints;
    libraries: ByColumn<string>;
    git_commit: string | null;
    git_commit_reason: string | null;
    git_dirty: boolean | null;
    docker_image: string | null;
    docker_image_reason: string | null;
  }>;

/** Modes of the account, on which a difference may depend; empty where the venue does not say. */
export type AccountHints = Readonly<{ pos_mode: string; acct_lv: string; acct_stp_mode: string }>;

/** A difference that was not known before, with the evidence of it. */
export type DifferenceRecord = DiffHead &
  Readonly<{
    event: "difference";
    fingerprint: string;
    operation: string;
    kind: DifferenceKind;
    severity: Severity;
    what: string;
    subject: readonly string[];
    deviates: readonly Column[];
    calls: ByColumn<string | null>;
    shown: ByColumn<string>;
    field_mapping: readonly FieldLine[];
    impact: Impact;
    mitigation: string;
    status: "open" | "reopened";
    next_verification: string;
    /** Whether all columns began in the same state, and its digest. */
    state: StateProof;
    samples: ByColumn<SampleRef | null>;
  }>;

/** Features that a wrong value would spoil, by layer. */
export type Impact = Readonly<Record<"E" | "I" | "M" | "C", readonly string[]>>;

export type StateProof = Readonly<{
  proven: boolean;
  digest: string | null;
  reason: string | null;
}>;

/** A file below the folder of the log. */
export type SampleRef = Readonly<{ file: string; sha256: string; bytes: number }>;

/** A known difference that a comparison of its act no longer found. */
export type GoneRecord = DiffHead &
  Readonly<{
    event: "gone";
    fingerprint: string;
    operation: string;
    kind: DifferenceKind;
    /** The line that told of it. */
    told_seq: number;
  }>;

/** One comparison as a whole, found something or not. */
export type ComparisonRecord = DiffHead &
  Readonly<{
    event: "comparison";
    compared: readonly string[];
    left_out: readonly Readonly<{ operation: string; reason: string }>[];
    differences: number;
    by_severity: Readonly<Record<Severity, number>>;
    new_differences: number;
    gone_differences: number;
    state_proven: boolean;
    /** Digests of all samples of this comparison. */
    sums: SampleRef;
  }>;

const text = z.string().max(8000);
const line = z.string().min(1).max(400);
const count = z.int().min(0);
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const hex16 = z.string().regex(/^[0-9a-f]{16}$/);
const operation = z.enum(operationIds);
const kind = z.enum(differenceKinds);
const column = z.enum(["direct", "okx_sdk", "ccxt"]);

function eachColumn<T>(of: z.ZodType<T>): z.ZodType<ByColumn<T>> {
  return z.strictObject({ direct: of, okx_sdk: of, ccxt: of });
}

const head = {
  schema_version: z.literal("interface_diff/1"),
  seq: count,
  previous_sha256: hex64.nullable(),
  diff_id: z.string().regex(/^DIFF_\d{8}T\d{6}Z_[0-9a-f]{8}$/),
  ts_utc: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  environment: line,
  inst_id: line,
  account: z.strictObject({ pos_mode: text, acct_lv: text, acct_stp_mode: text }),
  libraries: eachColumn(line),
  git_commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/)
    .nullable(),
  git_commit_reason: line.nullable(),
  git_dirty: z.boolean().nullable(),
  docker_image: line.nullable(),
  docker_image_reason: line.nullable(),
} as const;

const sample: z.ZodType<SampleRef> = z.strictObject({
  file: z.string().regex(/^raw\/[A-Za-z0-9_]+\/[A-Za-z0-9_.]+$/),
  sha256: hex64,
  bytes: count,
});

const fieldLine: z.ZodType<FieldLine> = z.strictObject({
  port: line,
  okx: line,
  ccxt: line.nullable(),
  okx_text: text.nullable(),
  okx_sdk_value: text.nullable(),
  ccxt_value: text.nullable(),
  okx_sdk_form: line,
  ccxt_form: line,
});

const features = z.array(z.string().regex(/^[EIMC]\d{1,2}$/));

export const diffRecord: z.ZodType<DiffRecord> = z.discriminatedUnion("event", [
  z.strictObject({
    ...head,
    event: z.literal("difference"),
    fingerprint: hex16,
    operation,
    kind,
    severity: z.enum(["S0", "S1", "S2", "S3"]),
    what: line,
    subject: z.array(line).min(1),
    deviates: z.array(column),
    calls: eachColumn(line.nullable()),
    shown: eachColumn(text),
    field_mapping: z.array(fieldLine),
    impact: z.strictObject({ E: features, I: features, M: features, C: features }),
    mitigation: line,
    status: z.enum(["open", "reopened"]),
    next_verification: line,
    state: z.strictObject({
      proven: z.boolean(),
      digest: line.nullable(),
      reason: line.nullable(),
    }),
    samples: eachColumn(sample.nullable()),
  }),
  z.strictObject({
    ...head,
    event: z.literal("gone"),
    fingerprint: hex16,
    operation,
    kind,
    told_seq: count,
  }),
  z.strictObject({
    ...head,
    event: z.literal("comparison"),
    compared: z.array(operation),
    left_out: z.array(z.strictObject({ operation, reason: line })),
    differences: count,
    by_severity: z.strictObject({ S0: count, S1: count, S2: count, S3: count }),
    new_differences: count,
    gone_differences: count,
    state_proven: z.boolean(),
    sums: sample,
  }),
]);

/** How many of each severity. */
export function countSeverities(
  severities: readonly Severity[],
): Readonly<Record<Severity, number>> {
  const counts = { S0: 0, S1: 0, S2: 0, S3: 0 };
  for (const severity of severityLevels) {
    counts[severity] = severities.filter((each) => each === severity).length;
  }
  return counts;
}
