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
  /** Why it is not PASS; null when it is. */
  reason: string | null;
  /** How many things were looked at. */
  checked: number;
  findings: number;
}>;

/** The outcome of a verification; it lies beside the runs, never in one. */
export type Verdict = Readonly<{
  schema_version: "verdict/1";
  run_id: string;
  run_directory: string;
  tier: "tier1_hf";
  verdict: Exclude<VerdictWord, "NOT_APPLICABLE">;
  reasons: readonly string[];
  sealed: boolean;
  claims: readonly ClaimVerdict[];
  findings: readonly Finding[];
  /** More findings than are listed. */
  findings_left_out: number;
  records_read: number;
}>;

const words: readonly VerdictWord[] = ["PASS", "FAIL", "NOT_MEASURABLE", "NOT_APPLICABLE"];

const verdictFields: Fields<Verdict> = {
  schema_version: exactly("verdict/1"),
  run_id: text,
  run_directory: text,
  tier: exactly("tier1_hf"),
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
  findings: listOf(
    strictRecord<Finding>({
      claim: reason,
      code: reason,
      file: reason,
      line: nullable(positive),
      field: nullable(text),
      detail: text,
    }),
  ),
  findings_left_out: count,
  records_read: count,
};

export const verdict: z.ZodType<Verdict> = strictRecord<Verdict>(verdictFields);
