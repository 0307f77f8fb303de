import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { philox4x32 } from "./philox.ts";
import { createStream, type Stream, type StreamName, streamNames } from "./stream.ts";

const names = Object.keys(streamNames) as StreamName[];
const address = fc.record({
  seed: fc.maxSafeNat(),
  stream: fc.constantFrom(...names),
  id: fc.maxSafeNat(),
});

test("a stream gives the words of its blocks in order", () => {
  const stream = createStream({ seed: 0x1_0000_0002, stream: "season", id: 0x3_0000_0004 });
  const expected: number[] = [];
  const words = new Uint32Array(4);
  for (let block = 0; block < 3; block++) {
    philox4x32(block, 4, 3, streamNames.season, 2, 1, words);
    expected.push(...words);
  }
  assert.deepEqual(take(stream, 12), expected);
  assert.equal(stream.draws, 12);
});

test("the numbers of the streams are frozen", () => {
  assert.deepEqual(streamNames, {
    founders: 0,
    mutation: 1,
    season: 2,
    bootstrap: 3,
    surrogate: 4,
    sample: 5,
    fault: 6,
    latency: 7,
  });
  const firstDraws = names.map((stream) => createStream({ seed: 2024, stream, id: 7 }).u32());
  assert.deepEqual(
    firstDraws.map((draw) => draw.toString(16)),
    [
      "be75a9bc",
      "be94d265",
      "2fe6dd42",
      "21d0e34c",
      "3c5a1762",
      "9690f8db",
      "d22d0be6",
      "a04c7d07",
    ],
  );
});

test("a stream restarted equals itself, whatever kinds of draws are mixed", () => {
  const kinds = fc.array(fc.constantFrom("u32", "uniform", "below", "gaussian"), { maxLength: 40 });
  fc.assert(
    fc.property(address, kinds, (where, list) => {
      const first = createStream(where);
      const second = createStream(where);
      const raw = createStream(where);
      for (const kind of list) {
        const value = draw(first, kind);
        assert.equal(draw(second, kind), value);
        // Each kind is a function of exactly one word.
        const word = raw.u32();
        if (kind === "u32") assert.equal(value, word);
        if (kind === "uniform") assert.equal(value, (word + 0.5) / 2 ** 32);
        if (kind === "below") assert.equal(value, Number((BigInt(word) * 1000n) >> 32n));
      }
      assert.equal(first.draws, list.length);
    }),
    { seed: 3, numRuns: 200 },
  );
});

test("interleaving streams never changes what each of them gives", () => {
  const order = fc.array(fc.nat({ max: 3 }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.array(address, { minLength: 4, maxLength: 4 }), order, (wheres, turns) => {
      const mixed = wheres.map(createStream);
      const seen: number[][] = wheres.map(() => []);
      for (const turn of turns) seen[turn]?.push(mixed[turn]?.u32() ?? NaN);
      wheres.forEach((where, index) => {
        const alone = createStream(where);
        assert.deepEqual(seen[index], take(alone, seen[index]?.length ?? 0));
      });
    }),
    { seed: 4, numRuns: 100 },
  );
});

test("streams differ as soon as seed, name or id differ", () => {
  fc.assert(
    fc.property(address, address, (one, other) => {
      const same = one.seed === other.seed && one.stream === other.stream && one.id === other.id;
      const equal = String(take(createStream(one), 4)) === String(take(createStream(other), 4));
      assert.equal(equal, same);
    }),
    { seed: 5, numRuns: 300 },
  );
  const near = [0, 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
  const starts = near.flatMap((seed) =>
    near.flatMap((id) =>
      names.map((stream) => String(take(createStream({ seed, stream, id }), 4))),
    ),
  );
  assert.equal(new Set(starts).size, near.length * near.length * names.length);
});

test("below(n) stays in range for every bound up to 2^32", () => {
  const bound = fc.oneof(fc.integer({ min: 1, max: 2 ** 31 }), fc.constantFrom(1, 2, 3, 2 ** 32));
  fc.assert(
    fc.property(address, bound, (where, n) => {
      const word = createStream(where).u32();
      assert.equal(createStream(where).below(n), Number((BigInt(word) * BigInt(n)) >> 32n));
    }),
    { seed: 6, numRuns: 500 },
  );
  const stream = createStream({ seed: 1, stream: "sample", id: 0 });
  for (const wrong of [0, -1, 1.5, NaN, 2 ** 32 + 1]) {
    assert.throws(() => stream.below(wrong), { name: "Defect" });
  }
  assert.equal(stream.draws, 0);
});

test("gaussians have the moments of the normal distribution", () => {
  const stream = createStream({ seed: 11, stream: "mutation", id: 5 });
  const count = 100_000;
  const sums = [0, 0, 0, 0, 0];
  for (let index = 0; index < count; index++) {
    const z = stream.gaussian();
    for (let power = 1; power <= 4; power++) sums[power] = (sums[power] ?? 0) + z ** power;
  }
  // Five standard errors each: of the mean 1, of the powers sqrt(2), sqrt(15) and sqrt(96).
  const [, mean = 0, square = 0, cube = 0, fourth = 0] = sums.map((sum) => sum / count);
  const error = 5 / Math.sqrt(count);
  assert.ok(Math.abs(mean) < error, `mean ${mean}`);
  assert.ok(Math.abs(square - 1) < error * Math.sqrt(2), `square ${square}`);
  assert.ok(Math.abs(cube) < error * Math.sqrt(15), `cube ${cube}`);
  assert.ok(Math.abs(fourth - 3) < error * Math.sqrt(96), `fourth ${fourth}`);
});

test("an address outside its range is a defect", () => {
  for (const wrong of [-1, 0.5, NaN, 2 ** 53]) {
    assert.throws(() => createStream({ seed: wrong, stream: "sample", id: 0 }), /seed must be/);
    assert.throws(() => createStream({ seed: 0, stream: "sample", id: wrong }), /stream id must/);
  }
  const unknown = "weather" as StreamName;
  assert.throws(() => createStream({ seed: 0, stream: unknown, id: 0 }), /unknown stream name/);
});

function take(stream: Stream, count: number): readonly number[] {
  return Array.from({ length: count }, () => stream.u32());
}

function draw(stream: Stream, kind: string): number {
  if (kind === "u32") return stream.u32();
  if (kind === "uniform") return stream.uniform();
  return kind === "below" ? stream.below(1000) : stream.gaussian();
}
