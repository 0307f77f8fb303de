import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluateSwitch, type HaltReading, maxReadingAgeMs } from "#safety";
import { lookNow } from "./look-now.ts";

function bench(words: readonly string[], delays: readonly number[]) {
  let clock = 0;
  let looks = 0;
  const look = (): HaltReading => {
    const source = {
      name: "file",
      reading: { state: "text", text: words[looks] ?? "off" },
    } as const;
    const verdict = evaluateSwitch([source], { wallMs: 0, monoMs: clock });
    clock += delays[looks] ?? 0;
    looks += 1;
    return { verdict, latch: { state: "clear" } };
  };
  return { look, now: () => clock, looks: () => looks };
}

test("a reading that grew old before it was judged is taken again, three times at most", () => {
  const late = maxReadingAgeMs + 1;
  const calm = bench([], [maxReadingAgeMs]);
  lookNow(calm.look, calm.now);
  assert.equal(calm.looks(), 1);
  const once = bench([], [late, 1]);
  assert.equal(lookNow(once.look, once.now).verdict.at.monoMs, late);
  assert.equal(once.looks(), 2);
  const always = bench([], [late, late, late, late]);
  const last = lookNow(always.look, always.now);
  assert.equal(always.looks(), 3);
  assert.ok(always.now() - last.verdict.at.monoMs > maxReadingAgeMs, "and is refused for its age");
});

test("a switch that halts is believed at once, and so is one that halts at the second look", () => {
  const late = maxReadingAgeMs + 1;
  const first = bench(["1"], [late]);
  assert.equal(lookNow(first.look, first.now).verdict.allowed, false);
  assert.equal(first.looks(), 1);
  const second = bench(["off", "1"], [late, late]);
  assert.equal(lookNow(second.look, second.now).verdict.allowed, false);
  assert.equal(second.looks(), 2);
});
