import type { z } from "zod";
import {
  count,
  exactly,
  type Fields,
  flag,
  listOf,
  nullable,
  oneOf,
  positive,
  reason,
  strictRecord,
  text,
} from "./fields.ts";
import type { RunMode, RunTier } from "./orders/order-manifest.ts";

export type VerdictWord = "PASS" | "FAIL" | "NOT_MEASURABLE" | "NOT_APPLICABLE";

/** One thing that is not as its clause says, and where. */
export type Finding = Readonly<{
  claim: string;
  code: string;
  file: string;
  /** Counted from 1; null where the finding is about no line. */
  line: number | null;
  field: string | null;
  detail: string;
}>;

export type ClaimVerdict = Readonly<{
  id: string;
  /** Where the rule stands in the contract. */
  clause: string;
  verdict: VerdictWord;
  /** Why it is not PASS; of a PASS only that its file is empty and which claim proves it right. */
  reason: string | null;
  /** How many things were looked at: above 0 for every PASS. An empty file is one. */
  checked: number;
  findings: number;
}>;

/** The outcome of a verification; it lies beside the runs, never in one. */
export type Verdict = Readonly<{
  schema_version: "verdict/2";
  run_id: string;
  run_directory: string;
  /** As the manifest says; null when it does not. They choose the claims that are required. */
  tier: RunTier | null;
  mode: RunMode | null;
  verdict: Exclude<VerdictWord, "NOT_APPLICABLE">;
  reasons: readonly string[];
  sealed: boolean;
  claims: readonly ClaimVerdict[];
  findings: readonly Finding[];
  /** What cannot be known, in the same form: it makes a claim NOT_MEASURABLE. */
  gaps: readonly Finding[];
  /** More findings than are listed. */
  findings_left_out: number;
  records_read: number;
}>;

const words: readonly VerdictWord[] = ["PASS", "FAIL", "NOT_MEASURABLE", "NOT_APPLICABLE"];

const verdictFields: Fields<Verdict> = {
  schema_version: exactly("verdict/2"),
  run_id: text,
  run_directory: text,
  tier: nullable(oneOf(["tier1_hf", "tier2_full"])),
  mode: nullable(oneOf(["offline", "okx_demo", "okx_live"])),
  verdict: oneOf(["PASS", "FAIL", "NOT_MEASURABLE"]),
  reasons: listOf(reason),
  sealed: flag,
  claims: listOf(
    strictRecord<ClaimVerdict>({
      id: reason,
      clause: reason,
      verdict: oneOf(words),
      reason: nullable(reason),
      checked: count,
      findings: count,
    }),
  ),
  findings: listOf(findingRecord()),
  gaps: listOf(findingRecord()),
  findings_left_out: count,
  records_read: count,
};

export const verdict: z.ZodType<Verdict> = strictRecord<Verdict>(verdictFields);

function findingRecord(): z.ZodType<Finding> {
  return strictRecord<Finding>({
    claim: reason,
    code: reason,
    file: reason,
    line: nullable(positive),
    field: nullable(text),
    detail: text,
  });
}
