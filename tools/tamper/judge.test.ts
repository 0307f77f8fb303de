import assert from "node:assert/strict";
import { test } from "node:test";
import type { Installation, Seen } from "./installation.ts";
import { judge } from "./judge.ts";
import { inFile, type Variant, variantOf } from "./variant.ts";

const spoiled: Variant = variantOf({
  kind: "byte substituted",
  what: "a byte",
  file: "run/a.jsonl",
  changes: () => new Map(),
  look: "run",
  place: { files: ["a.jsonl"], line: 3 },
  expected: { claim: "seal", code: "seal_record_differs" },
  mustPass: ["authenticity"],
});

const found: Seen = {
  verdict: "FAIL",
  claims: [
    { id: "authenticity", clause: "", verdict: "PASS", reason: null, checked: 1, findings: 0 },
  ],
  findings: [finding({})],
};

test("what was found where and as it must be did not escape", () => {
  assert.equal(escapeOf(spoiled, found), null);
});

test("a verdict, a place, a word or a claim that differs is an escape", () => {
  const cases: readonly (readonly [Partial<Seen>, RegExp])[] = [
    [{ verdict: "PASS" }, /the verdict is PASS/],
    [{ verdict: "NOT_MEASURABLE" }, /the verdict is NOT_MEASURABLE/],
    [{ findings: [] }, /no finding at a\.jsonl:3/],
    [{ findings: [finding({ line: 2 })] }, /no finding at a\.jsonl:3, but at a\.jsonl:2/],
    [{ findings: [finding({ file: "b.jsonl" })] }, /but at b\.jsonl:3/],
    [{ findings: [finding({ code: "other" })] }, /no seal seal_record_differs, but seal other/],
    [{ claims: found.claims.map((claim) => ({ ...claim, verdict: "FAIL" })) }, /is FAIL/],
  ];
  for (const [change, escape] of cases) {
    assert.match(escapeOf(spoiled, { ...found, ...change }) ?? "", escape);
  }
});

test("where only a doubt can be had, a doubt is enough and a pass is not", () => {
  const doubtful = { ...spoiled, isDoubtEnough: true };
  assert.equal(escapeOf(doubtful, { ...found, verdict: "NOT_MEASURABLE" }), null);
  assert.match(escapeOf(doubtful, { ...found, verdict: "PASS" }) ?? "", /the verdict is PASS/);
});

test("a verifier that throws lets everything escape", () => {
  const broken: Installation = {
    ...installationThat(found),
    look: () => {
      throw new Error("broken");
    },
  };
  assert.match(judge(broken, { ...spoiled, place: inFile("a.jsonl") }).escape ?? "", /threw/);
});

function escapeOf(variant: Variant, seen: Seen): string | null {
  return judge(installationThat(seen), variant).escape;
}

function installationThat(seen: Seen): Installation {
  return {
    root: "",
    policy: "",
    memoryOf: () => "",
    withChanges: (_, ask) => ask(),
    look: () => seen,
  };
}

function finding(change: Partial<Seen["findings"][number]>): Seen["findings"][number] {
  const place = { file: "a.jsonl", line: 3, field: null, detail: "" };
  return { claim: "seal", code: "seal_record_differs", ...place, ...change };
}
