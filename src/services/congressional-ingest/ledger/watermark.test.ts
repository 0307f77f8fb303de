import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  beginPoll,
  endPoll,
  firstWatermark,
  lookFrom,
  takeBatch,
  type Watermark,
} from "./watermark.ts";

function batch(
  lastRow: number | null,
  latestDisclosure: string | null,
): Parameters<typeof takeBatch>[1] {
  return { lastRow, latestDisclosure, counts: { disclosed: 1, known: 0, refused: 0 } };
}

test("a poll that does not come to its end moves no watermark of disclosure", () => {
  const begun = takeBatch(beginPoll(firstWatermark("quiver")), batch(null, "2023-03-01"));
  assert.equal(begun.disclosedThrough, null);
  const again = beginPoll(begun);
  assert.equal(again.pendingThrough, null);
  const ended = endPoll(takeBatch(again, batch(null, "2023-02-01")), false);
  assert.equal(ended.disclosedThrough, "2023-02-01");
  assert.equal(ended.complete, false);
});

test("a file goes on behind its last row and is complete at its end", () => {
  let mark = takeBatch(beginPoll(firstWatermark("file:a")), batch(250, "2021-01-01"));
  mark = takeBatch(beginPoll(mark), batch(500, "2020-01-01"));
  assert.equal(mark.row, 500);
  assert.deepEqual([endPoll(mark, true).complete, mark.complete], [true, false]);
});

test("the look back reaches behind the watermark, and without one everything is looked at", () => {
  const back = (day: string): string => `7 days before ${day}`;
  const mark: Watermark = { ...firstWatermark("quiver"), disclosedThrough: "2023-03-01" };
  assert.equal(lookFrom(mark, back), "7 days before 2023-03-01");
  assert.equal(lookFrom(firstWatermark("quiver"), back), null);
});

test("whatever happens, a watermark never goes back", () => {
  const step = fc.oneof(
    fc.constant({ type: "begin" } as const),
    fc.constant({ type: "end" } as const),
    fc.record({
      type: fc.constant("batch" as const),
      row: fc.nat(1000),
      day: fc.constantFrom("2020-01-01", "2021-06-30", "2022-10-31", null),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let mark = firstWatermark("quiver");
      for (const each of steps) {
        const before = mark;
        if (each.type === "begin") mark = beginPoll(mark);
        else if (each.type === "end") mark = endPoll(mark, false);
        else mark = takeBatch(mark, batch(each.row, each.day));
        assert.ok(mark.row >= before.row);
        assert.ok((mark.disclosedThrough ?? "") >= (before.disclosedThrough ?? ""));
        if (each.type !== "end") assert.equal(mark.disclosedThrough, before.disclosedThrough);
      }
    }),
    { seed: 17, numRuns: 300 },
  );
});
