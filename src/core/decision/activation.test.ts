import assert from "node:assert/strict";
import { test } from "node:test";
import { exp } from "#base";
import { act } from "./activation.ts";

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

function fromBits(word: number): number {
  bits[0] = word;
  return float[0] ?? 0;
}

function toBits(value: number): string {
  float[0] = value;
  return (bits[0] ?? 0).toString(16).padStart(8, "0");
}

/** tanh by exp of our own, good to a few parts in 1e16. */
function tanh(x: number): number {
  const e = exp(-2 * Math.abs(x));
  return (Math.sign(x) * (1 - e)) / (1 + e);
}

/** Every `stride`-th float32 from zero through the subnormals towards infinity. */
function* floats(stride: number): Generator<number> {
  for (let word = 0; word < 0x7f800000; word += stride) yield fromBits(word);
}

test("the activation gives these bits on every machine", () => {
  // The design's formula, each operation rounded to float32, worked once and frozen.
  const frozen: readonly (readonly [string, string])[] = [
    ["00000000", "00000000"],
    ["80000000", "80000000"],
    ["00000001", "00000001"],
    ["322bcc77", "322bcc77"],
    ["3a83126f", "3a83126c"],
    ["3dcccccd", "3dcc1ebb"],
    ["3e800000", "3e7acbf6"],
    ["3f000000", "3eec9a9f"],
    ["bf333333", "bf1ab7d9"],
    ["3f800000", "3f42f7d6"],
    ["3fc00000", "3f67b7cc"],
    ["40000000", "3f76ca83"],
    ["40400000", "3f7ebbf8"],
    ["40800000", "3f7fd506"],
    ["409f0a3c", "3f7ffff7"],
    ["409f0a3d", "3f7ffff6"],
    ["409f0a3e", "3f7ffff6"],
    ["42c80000", "3f7ffff6"],
    ["7f7fffff", "3f7ffff6"],
    ["ff800000", "bf7ffff6"],
  ];
  for (const [x, y] of frozen) assert.equal(toBits(act(fromBits(Number.parseInt(x, 16)))), y, x);
});

test("it stays within 9.7e-5 of tanh", () => {
  let worst = 0;
  for (const x of floats(4999)) worst = Math.max(worst, Math.abs(act(x) - tanh(x)));
  assert.ok(worst <= 9.7e-5 && worst > 9e-5, `${worst}`);
});

test("it is odd to the last bit and never beyond one", () => {
  for (const x of floats(7919)) {
    const y = act(x);
    assert.ok(y >= 0 && y < 1);
    assert.ok(Object.is(act(-x), -y), `${x}`);
  }
});

test("its sign is that of the input: linear genomes open by it", () => {
  for (const x of [fromBits(1), fromBits(0x00800000), 1e-20, 0.5, 4.97, 3e38]) {
    assert.ok(act(x) > 0 && act(-x) < 0);
  }
});
