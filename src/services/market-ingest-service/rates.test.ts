import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createCoalescer } from "./coalescer.ts";
import { available, fullBucket, refill, spend } from "./token-bucket.ts";

const seed = 20_240_305;

test("in any span a bucket grants no more than its burst and its rate", () => {
  const spec = { perSecond: 20, burst: 40 };
  const steps = fc.array(
    fc.record({ waitMs: fc.double({ min: 0, max: 3000, noNaN: true }), want: fc.nat(60) }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (asked) => {
      let bucket = fullBucket(spec, 0);
      let now = 0;
      const grants: { at: number; taken: number }[] = [];
      for (const { waitMs, want } of asked) {
        now += waitMs;
        bucket = refill(bucket, spec, now);
        const taken = Math.min(want, available(bucket));
        bucket = spend(bucket, taken);
        grants.push({ at: now, taken });
      }
      for (const [from, first] of grants.entries()) {
        let sum = 0;
        for (const { at, taken } of grants.slice(from)) {
          sum += taken;
          // One whole ms of slack: times are cut to whole ms.
          const bound = spec.burst + ((at - first.at + 1) * spec.perSecond) / 1000;
          assert.ok(sum <= bound, `${sum} in ${at - first.at} ms`);
        }
      }
    }),
    { seed, numRuns: 200 },
  );
});

test("asking often grants as much as asking once, and a clock set back grants nothing", () => {
  const spec = { perSecond: 7, burst: 10 };
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 100 }), (waits) => {
      const empty = spend(fullBucket(spec, 0), 10);
      const total = waits.reduce((sum, wait) => sum + wait, 0);
      let now = 0;
      let often = empty;
      for (const wait of waits) {
        now += wait;
        often = refill(often, spec, now);
      }
      assert.deepEqual(often, refill(empty, spec, total));
      assert.equal(refill(often, spec, now - 1000), often);
    }),
    { seed },
  );
});

type Op = Readonly<
  | { type: "put"; key: string }
  | { type: "wait"; ms: number }
  | { type: "take"; limit: number; fails: boolean; between: string | null }
>;

/** What comes in while a write is under way. */
const between = fc.constantFrom(null, "A", "B");

const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ type: fc.constant("put" as const), key: fc.constantFrom("A", "B", "C", "D") }),
  fc.record({ type: fc.constant("wait" as const), ms: fc.nat(1500) }),
  fc.record({ type: fc.constant("take" as const), limit: fc.nat(5), fails: fc.boolean(), between }),
);

test("a coalescer loses nothing, keeps the order, and keeps each key's interval", () => {
  fc.assert(
    fc.property(fc.array(op, { maxLength: 120 }), (ops) => {
      const coalescer = createCoalescer<readonly number[]>({
        minIntervalMs: 1000,
        merge: (older, newer) => [...older, ...newer],
      });
      const written = new Map<string, { numbers: number[]; atMs: number[] }>();
      let now = 0;
      let next = 0;
      const put = new Map<string, number[]>();
      function putNext(key: string): void {
        next += 1;
        put.set(key, [...(put.get(key) ?? []), next]);
        coalescer.put(key, [next], now);
      }
      for (const step of ops) {
        if (step.type === "wait") now += step.ms;
        if (step.type === "put") putNext(step.key);
        if (step.type !== "take") continue;
        const due = coalescer.takeDue(now, step.limit);
        assert.ok(due.length <= step.limit);
        if (step.between !== null) putNext(step.between);
        if (step.fails) coalescer.putBack(due);
        else for (const { key, item } of due) note(written, { key, numbers: item, now });
      }
      for (const { key, item } of coalescer.takeAll(now)) {
        note(written, { key, numbers: item, now: null });
      }
      for (const [key, numbers] of put) assert.deepEqual(written.get(key)?.numbers, numbers);
      for (const { atMs } of written.values()) {
        for (const [index, at] of atMs.entries()) {
          const before = atMs[index - 1];
          if (before !== undefined) assert.ok(at - before >= 1000, `${before} then ${at}`);
        }
      }
    }),
    { seed, numRuns: 300 },
  );
});

function note(
  written: Map<string, { numbers: number[]; atMs: number[] }>,
  { key, numbers, now }: Readonly<{ key: string; numbers: readonly number[]; now: number | null }>,
): void {
  const entry = written.get(key) ?? { numbers: [], atMs: [] };
  entry.numbers.push(...numbers);
  if (now !== null) entry.atMs.push(now);
  written.set(key, entry);
}
