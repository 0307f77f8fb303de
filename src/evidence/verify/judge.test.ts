import assert from "node:assert/strict";
import { test } from "node:test";
import { type Evidence, judge, overallOf } from "./judge.ts";

function claim(id: string, evidence: Partial<Evidence> & { checked?: number; total?: number }) {
  const { checked = 1, total = 0, ...rest } = evidence;
  return {
    id,
    clause: "x",
    log: { checked, findings: [], total },
    notApplicable: null,
    notMeasurable: null,
    emptinessProvenBy: null,
    ...rest,
  };
}

function wordsOf(...evidence: Evidence[]): readonly string[] {
  return judge(evidence).map(({ verdict }) => verdict);
}

test("nothing looked at is not measurable, unless a claim that counted proves it right", () => {
  const empty = claim("deaths", { checked: 0, emptinessProvenBy: "balance" });
  assert.deepEqual(wordsOf(claim("x", { checked: 0 })), ["NOT_MEASURABLE"]);
  assert.deepEqual(wordsOf(empty, claim("balance", {})), ["PASS", "PASS"]);
  const nothing = claim("balance", { checked: 0 });
  assert.deepEqual(wordsOf(empty, nothing), ["NOT_MEASURABLE", "NOT_MEASURABLE"]);
  assert.deepEqual(wordsOf(empty, claim("balance", { total: 1 })), ["NOT_MEASURABLE", "FAIL"]);
  assert.deepEqual(wordsOf(empty), ["NOT_MEASURABLE"]);
});

test("no PASS is of nothing: an empty file that is proven right counts as one, and says so", () => {
  const empty = claim("deaths", { checked: 0, emptinessProvenBy: "balance" });
  const [deaths, balance] = judge([empty, claim("balance", { checked: 7 })]);
  assert.deepEqual([deaths?.checked, deaths?.reason], [1, "empty_as_balance_proves"]);
  assert.deepEqual([balance?.checked, balance?.reason], [7, null]);
  const [unproven] = judge([empty]);
  assert.deepEqual([unproven?.checked, unproven?.reason], [0, "nothing_to_check"]);
});

test("a finding fails even what could not be looked at in full", () => {
  assert.deepEqual(wordsOf(claim("x", { total: 2, notMeasurable: "half_read" })), ["FAIL"]);
});

test("overall: FAIL before NOT_MEASURABLE before PASS; what does not apply says nothing", () => {
  const overall = (...evidence: Evidence[]): string => overallOf(judge(evidence)).verdict;
  const off = claim("off", { notApplicable: "not_here" });
  const unknown = claim("unknown", { notMeasurable: "no_file" });
  assert.equal(overall(claim("a", {}), off), "PASS");
  assert.equal(overall(claim("a", {}), unknown), "NOT_MEASURABLE");
  assert.equal(overall(unknown, claim("a", { total: 1 })), "FAIL");
});
