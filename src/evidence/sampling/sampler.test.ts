import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SampleTrigger } from "../artifacts/orders/raw-samples.ts";
import { createSampler, type RawOffer, type SampleEffect, type Sampler } from "./sampler.ts";
import { isBaseline } from "./select.ts";

const runId = "HF_0123456789abcdef";
const policy = { baseline_one_in: 10, budget_bytes: 300_000, part_bytes: 20_000 };

test("every event is kept, and of the rest one in N by the hash of its id", () => {
  const sampler = make(policy);
  const offers = Array.from({ length: 400 }, (_, at) => offer(at, at % 50 === 0 ? "reject" : null));
  const kept = offers.filter((one) => sampler.offer(one).length > 0).map(({ record_id: id }) => id);
  const due = offers.filter((one) => one.event !== null || isBaseline(one.record_id, 10));
  assert.deepEqual(
    kept,
    due.map(({ record_id: id }) => id),
  );
  assert.ok(kept.length > 20 && kept.length < 120, String(kept.length));
});

test("the draw depends on the id alone and takes about one in N", () => {
  const drawn = Array.from({ length: 20_000 }, (_, at) => `c${at}`).filter((id) =>
    isBaseline(id, 100),
  );
  assert.ok(drawn.length > 140 && drawn.length < 260, String(drawn.length));
  assert.ok(Array.from({ length: 50 }, (_, at) => `c${at}`).every((id) => isBaseline(id, 1)));
});

test("a full budget lets the baseline go before any event, and the account tells of it", () => {
  const sampler = make(policy);
  for (let at = 0; at < 3000; at += 1) sampler.offer(offer(at, null, 400));
  const before = sampler.account();
  assert.ok(rowOf(before, "baseline").kept.bytes > 0);
  for (let at = 0; at < 2000; at += 1) sampler.offer(offer(10_000 + at, "timeout", 400));
  const account = sampler.account();
  assert.equal(rowOf(account, "baseline").kept.records, 0);
  assert.ok(rowOf(account, "timeout").rotated_out.records > 0);
  assert.ok(account.rotated_parts.length > 0);
  assert.equal(account.rotated_parts[0]?.lane, "baseline");
});

test("a record larger than a part is counted and not written", () => {
  const sampler = make(policy);
  assert.deepEqual(sampler.offer(offer(1, "error", 30_000)), []);
  assert.equal(rowOf(sampler.account(), "error").too_large.records, 1);
});

test("whatever is offered, the bytes on disk stay within budget and the account adds up", () => {
  const trigger = fc.constantFrom<SampleTrigger | null>(null, "error", "collapse", "baseline");
  const offered = fc.array(fc.tuple(trigger, fc.nat({ max: 9000 })), { maxLength: 400 });
  fc.assert(
    fc.property(offered, (records) => {
      const sampler = make({ ...policy, baseline_one_in: 2 });
      const disk = new Map<string, number>();
      for (const [at, [event, size]] of records.entries()) {
        apply(disk, sampler.offer(offer(at, event === "baseline" ? null : event, size)));
        const total = [...disk.values()].reduce((sum, bytes) => sum + bytes, 0);
        assert.ok(total <= policy.budget_bytes);
      }
      const account = sampler.account();
      const parts = new Map(account.parts.map((part) => [part.file, part.bytes]));
      assert.deepEqual(disk, parts);
      let selected = 0;
      for (const row of account.triggers) {
        selected += row.selected.records;
        const told = row.kept.records + row.rotated_out.records + row.too_large.records;
        assert.equal(told, row.selected.records);
      }
      assert.equal(account.offered.records, selected + account.not_selected.records);
      assert.equal(account.offered.records, records.length);
    }),
    { seed: 5, numRuns: 60 },
  );
});

test("the sampler is a function of its offers", () => {
  const run = (): string => {
    const sampler = make(policy);
    const effects = Array.from({ length: 500 }, (_, at) => sampler.offer(offer(at, null)));
    return JSON.stringify([effects, sampler.account()]);
  };
  assert.equal(run(), run());
});

test("a policy that cannot be kept is refused", () => {
  for (const wrong of [
    { ...policy, baseline_one_in: 0 },
    { ...policy, budget_bytes: 1000 },
    { ...policy, part_bytes: 200_000 },
    { ...policy, part_bytes: 10 },
    { ...policy, baseline_one_in: 1.5 },
  ]) {
    const made = createSampler(runId, wrong);
    assert.ok(!made.ok);
    assert.equal(made.fault.code, "sampling_policy_invalid");
  }
});

function make(chosen: Parameters<typeof createSampler>[1]): Sampler {
  const made = createSampler(runId, chosen);
  assert.ok(made.ok);
  return made.value;
}

function offer(at: number, event: RawOffer["event"], size = 50): RawOffer {
  const record = JSON.stringify({ at, body: "x".repeat(size) });
  return { record_id: `c${at}`, ts_utc: "2026-01-05T00:00:00.000Z", event, record };
}

function apply(disk: Map<string, number>, effects: readonly SampleEffect[]): void {
  for (const effect of effects) {
    if (effect.type === "delete") assert.ok(disk.delete(effect.file));
    else {
      const bytes = Buffer.byteLength(effect.line) + 1;
      disk.set(effect.file, (disk.get(effect.file) ?? 0) + bytes);
    }
  }
}

function rowOf(
  account: ReturnType<Sampler["account"]>,
  trigger: SampleTrigger,
): ReturnType<Sampler["account"]>["triggers"][number] {
  const row = account.triggers.find((one) => one.trigger === trigger);
  assert.ok(row);
  return row;
}
