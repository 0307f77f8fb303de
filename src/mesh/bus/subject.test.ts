import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { subjectMatches } from "#protocol";
import { laneOf, lanesOf } from "./lane.ts";
import { checkName, checkObjectName, checkPatterns, checkSubject, overlap } from "./subject.ts";

const seed = 5_002;

const token = fc.constantFrom("a", "b", "market", "ops", "proposal");
const subject = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join("."));
const pattern = fc
  .tuple(fc.array(fc.oneof(token, fc.constant("*")), { maxLength: 4 }), fc.boolean())
  .filter(([tokens, rest]) => tokens.length > 0 || rest)
  .map(([tokens, rest]) => [...tokens, ...(rest ? [">"] : [])].join("."));

/** The same question, answered by a regular expression. */
function matchesByExpression(wanted: string, given: string): boolean {
  const parts = wanted.split(".").map((part) => {
    if (part === ">") return "[^.]+(?:\\.[^.]+)*";
    return part === "*" ? "[^.]+" : part;
  });
  return new RegExp(`^${parts.join("\\.")}$`).test(given);
}

test("matching agrees with a second reading of the rules", () => {
  fc.assert(
    fc.property(pattern, subject, (wanted, given) => {
      assert.equal(subjectMatches(wanted, given), matchesByExpression(wanted, given));
    }),
    { seed, numRuns: 3000 },
  );
});

test("patterns overlap exactly when some subject matches both", () => {
  const tokens = ["a", "b", "market", "ops", "proposal", "z"];
  const subjects = [1, 2, 3, 4, 5].reduce<string[][]>(
    (lists, length) => {
      const longer = (lists.at(-1) ?? []).flatMap((head) =>
        tokens.map((last) => (head === "" ? last : `${head}.${last}`)),
      );
      return length <= 5 ? [...lists, longer] : lists;
    },
    [[""]],
  );
  const all = subjects.slice(1).flat();
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      const both = all.some((each) => subjectMatches(one, each) && subjectMatches(other, each));
      assert.equal(overlap(one, other), both, `${one} and ${other}`);
      assert.equal(overlap(other, one), both);
      assert.equal(checkPatterns([one, other]).ok, !both);
    }),
    { seed, numRuns: 150 },
  );
});

test("a pattern is looked for in every lane where a subject that matches it can be", () => {
  fc.assert(
    fc.property(pattern, subject, (wanted, given) => {
      if (subjectMatches(wanted, given)) assert.ok(lanesOf(wanted).includes(laneOf(given)));
    }),
    { seed, numRuns: 2000 },
  );
});

test("subjects and names that a server would read otherwise are refused", () => {
  for (const bad of [
    "",
    ".",
    "a.",
    ".a",
    "a..b",
    "a b",
    "a.*",
    "a.>",
    "ä",
    "a\n",
    "x".repeat(201),
  ]) {
    assert.equal(checkSubject(bad).ok, false, JSON.stringify(bad));
  }
  for (const good of ["a", "market.tick.BRK_2EB", "ops.status.strategy-engine"]) {
    assert.equal(checkSubject(good).ok, true, good);
  }
  for (const bad of ["", "-a", "a.b", "a/b", "a b", "x".repeat(65), "a=b"]) {
    assert.equal(checkName(bad).ok, false, JSON.stringify(bad));
  }
  for (const bad of ["", " a", "a ", "a\u0000", "ä", "x".repeat(256)]) {
    assert.equal(checkObjectName(bad).ok, false, JSON.stringify(bad));
  }
  assert.equal(checkObjectName("runs/a b.json").ok, true);
});
