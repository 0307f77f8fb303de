import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { landVenueRun, temporaryRoot } from "#support";
import { toUnits, unitsToText } from "./exact-decimal.ts";
import { createFileBook } from "./file-book.ts";
import { createPagingBook } from "./paging-book.ts";
import type { HeldRef } from "./ref-book.ts";
import { createRefBook, maxRefs } from "./ref-book.ts";
import { maxReferencedLines, resolveRefs } from "./resolve-refs.ts";
import { verifyOrders } from "./verify-orders.ts";

test("more lines than joins hold make every claim unmeasurable, never a pass", () => {
  using root = temporaryRoot();
  const verdict = verifyOrders(landVenueRun(root.path), { maxJoinedLines: 5 });
  assert.ok(verdict.ok);
  const { claims, gaps } = verdict.value;
  assert.ok(gaps.some(({ code }) => code === "evidence_beyond_bound"));
  assert.ok(claims.every(({ id, verdict: word }) => id === "order_files" || word !== "PASS"));
});

test("refs are followed up to a bound of lines, and beyond it are a gap", () => {
  using root = temporaryRoot();
  const runId = "AUDIT_0123456789abcdef";
  const lines = Array.from({ length: 10 }, () => JSON.stringify({ run_id: runId }));
  writeFileSync(join(root.path, "fills.jsonl"), `${lines.join("\n")}\n`);
  const sha256 = createHash("sha256")
    .update(`${lines.join("\n")}\n`)
    .digest("hex");
  const held = (line_end: number): HeldRef => ({
    ref: { file: "fills.jsonl", line_start: 1, line_end, sha256, audit_scope_id: null },
    at: { file: "auditor_report.json", line: null },
    source: "report",
  });
  const problems = resolveRefs({
    directory: root.path,
    runId,
    refs: [held(10), held(maxReferencedLines)],
    files: nothingKnown,
  });
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["refs_beyond_bound"],
  );
});

test("refs overlap, touch and cross as they like, and each is judged by its own lines", () => {
  using root = temporaryRoot();
  const runId = "AUDIT_0123456789abcdef";
  const lines = Array.from({ length: 30 }, (_, at) => `${JSON.stringify({ run_id: runId, at })}\n`);
  writeFileSync(join(root.path, "fills.jsonl"), lines.join(""));
  const range = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat({ max: 12 }), fc.boolean());
  fc.assert(
    fc.property(fc.array(range, { minLength: 1, maxLength: 20 }), (ranges) => {
      const refs = ranges.map(([start, more, sound]): HeldRef => {
        const end = Math.min(30, start + more);
        const bytes = lines.slice(start - 1, end).join("") + (sound ? "" : "x");
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        const ref = { file: "fills.jsonl", line_start: start, line_end: end, sha256 };
        const at = { file: "errors.jsonl", line: 1 };
        return { ref: { ...ref, audit_scope_id: null }, at, source: "error" };
      });
      const wrong = resolveRefs({ directory: root.path, runId, refs, files: nothingKnown }).map(
        ({ held }) => held,
      );
      const due = refs.filter((_, at) => ranges[at]?.[2] === false);
      assert.deepEqual(new Set(wrong), new Set(due));
    }),
    { seed: 3, numRuns: 100 },
  );
});

test("a ref to all of a file is judged alike with and without what its reading told", () => {
  const runId = "AUDIT_0123456789abcdef";
  const oneOf = (...values: readonly (string | undefined)[]): fc.Arbitrary<string | undefined> =>
    fc.constantFrom(...values);
  const line = fc.record({
    run_id: fc.oneof({ arbitrary: fc.constant(runId), weight: 9 }, fc.constant("HF_other")),
    audit_scope_id: oneOf("audit_1", "audit_1", "audit_1", "audit_2", undefined),
    query_chain_id: oneOf("c1", "c1", "c1", "c2", undefined),
  });
  const rows = fc.oneof(
    fc.array(line, { minLength: 1, maxLength: 4 }),
    line.map((one) => [one, one, one]),
  );
  let [alike, quick] = [0, 0];
  fc.assert(
    fc.property(rows, fc.boolean(), fc.boolean(), (records, isSound, isSame) => {
      using root = temporaryRoot();
      const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
      writeFileSync(join(root.path, "fills.jsonl"), text);
      const files = createFileBook(new Set());
      for (const record of records) files.record("fills.jsonl", record);
      if (!isSound) files.problem("fills.jsonl");
      const sha256 = createHash("sha256").update(text).digest("hex");
      const facts = { bytes: text.length, sha256, leaves: null, lines: records.length };
      files.add("fills.jsonl", facts);
      const ref = {
        file: "fills.jsonl",
        line_start: 1,
        line_end: records.length,
        sha256: isSame ? sha256 : "0".repeat(64),
        audit_scope_id: "audit_1",
      };
      const at = { file: "errors.jsonl", line: 1 };
      const place = { directory: root.path, runId, refs: [{ ref, at, source: "error" } as const] };
      const slow = resolveRefs({ ...place, files: nothingKnown });
      assert.deepEqual(resolveRefs({ ...place, files }), slow);
      if (slow.length > 0) return;
      alike += 1;
      // Where it is taken at its word the file is not needed any more.
      rmSync(join(root.path, "fills.jsonl"));
      if (resolveRefs({ ...place, files }).length === 0) quick += 1;
    }),
    { seed: 5, numRuns: 300 },
  );
  assert.ok(quick > 20 && quick < alike, `${quick} of ${alike}`);
});

test("a book of refs holds so many and says when there were more", () => {
  const book = createRefBook({
    directory: "/nowhere",
    runId: "AUDIT_0123456789abcdef",
    files: nothingKnown,
  });
  const ref = {
    file: "fills.jsonl",
    line_start: 1,
    line_end: 1,
    sha256: "0".repeat(64),
    audit_scope_id: null,
  };
  const at = { file: "errors.jsonl", line: 1 };
  book.add(
    "error",
    Array.from({ length: maxRefs }, () => ref),
    at,
  );
  assert.equal(book.full, false);
  book.add("error", [ref], at);
  assert.equal(book.full, true);
  assert.equal(book.refs.length, maxRefs);
});

test("without a report no family counts as closed", () => {
  const closure = createPagingBook().closureOf("fills");
  assert.deepEqual(closure, {
    closed: false,
    code: "audit_not_executed",
    detail: "there is no auditor report",
  });
});

test("sums of decimals are exact, whatever their digits", () => {
  assert.equal(unitsToText(toUnits("0.1") + toUnits("0.2")), "0.3");
  assert.equal(unitsToText(toUnits("-12.50")), "-12.5");
  assert.equal(unitsToText(toUnits("0.000000000000000001")), "0.000000000000000001");
  const digits = fc.tuple(fc.integer(), fc.nat({ max: 999_999 }));
  fc.assert(
    fc.property(digits, digits, ([a, b], [c, d]) => {
      const [left, right] = [decimal(a, b), decimal(c, d)];
      const sum = toUnits(left) + toUnits(right);
      const micro = BigInt(a) * 1_000_000n + sign(a) * BigInt(b);
      const other = BigInt(c) * 1_000_000n + sign(c) * BigInt(d);
      assert.equal(sum, (micro + other) * 10n ** 12n);
      assert.equal(toUnits(unitsToText(sum)), sum);
    }),
    { seed: 2, numRuns: 300 },
  );
});

const nothingKnown = { byName: new Map(), familyOf: () => null } as const;

function decimal(whole: number, micros: number): string {
  return `${whole}.${String(micros).padStart(6, "0")}`;
}

function sign(whole: number): bigint {
  return whole < 0 || Object.is(whole, -0) ? -1n : 1n;
}
