import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { createStream } from "../rng/stream.ts";
import { erf, erfc, normalCdf } from "./erf.ts";
import { exp } from "./exp.ts";
import { highWord, lowWord } from "./float-bits.ts";
import { lgamma } from "./lgamma.ts";
import { ln } from "./ln.ts";
import { normalInverse } from "./normal-inverse.ts";
import { cos, sin } from "./sin-cos.ts";

/**
 * Recorded runs depend on every bit of these functions. A change here means that old runs do not
 * replay: it is a new version of the world, never a repair of this table.
 */
type Frozen = Readonly<{
  own: (x: number) => number;
  /** Draws an argument from the function's working range. */
  sample: (u: number) => number;
  /** sha256 over the big-endian bits of 20 000 results. */
  digest: string;
  /** Argument and result. */
  bits: readonly (readonly [number, string])[];
}>;

const frozen: Readonly<Record<string, Frozen>> = {
  ln: {
    own: ln,
    sample: (u) => u * 4,
    digest: "ec055f9717da6b2e727a94595d767deaab2119b8c2894dc30d6ac2aa0af67316",
    bits: [
      [0.1, "c0026bb1bbb55515"],
      [2, "3fe62e42fefa39ef"],
      [3, "3ff193ea7aad030a"],
      [100, "40126bb1bbb55516"],
    ],
  },
  exp: {
    own: exp,
    sample: (u) => (u - 0.5) * 100,
    digest: "e104842b9898fbff71b8bccf4bfd3d98a1d47022a2cd0f5dd104321e2fb789cd",
    bits: [
      [-1, "3fd78b56362cef38"],
      [0.1, "3ff1aec7b35a00d4"],
      [1, "4005bf0a8b14576a"],
      [10, "40d5829dcf950560"],
    ],
  },
  sin: {
    own: sin,
    sample: (u) => (u - 0.5) * 1000,
    digest: "8b40141e8e7f1a42b9b3612af9bc649676533ae6e47841ccecd78cbd434a66dc",
    bits: [
      [0.1, "3fb98eaecb8bcb2c"],
      [1, "3feaed548f090cee"],
      [3, "3fc210386db6d55b"],
      [1000, "3fea75cc150a206b"],
    ],
  },
  cos: {
    own: cos,
    sample: (u) => (u - 0.5) * 1000,
    digest: "5bbc84ec9e5ff493d69ce44bcbf0fe8095ea9d3f5022408b4576dadfaabc2716",
    bits: [
      [0.1, "3fefd712f9a817c1"],
      [1, "3fe14a280fb5068c"],
      [3, "bfefae04be85e5d2"],
      [1000, "3fe1ff026793f1bc"],
    ],
  },
  erf: {
    own: erf,
    sample: (u) => (u - 0.5) * 10,
    digest: "263de45fc75185d1cfbc806d20141ec593caff9f77c2d8de888946d22229892c",
    bits: [
      [0.1, "3fbcca5ea24fb334"],
      [0.5, "3fe0a7ef5c18edd2"],
      [1, "3feaf767a741088a"],
      [3, "3fefffd1ac4135f9"],
    ],
  },
  erfc: {
    own: erfc,
    sample: (u) => u * 26,
    digest: "b02cf0f8fb4ce09e53ac5a4ec359ab5d27f18e29791f089a16b44917070d1ddd",
    bits: [
      [0.1, "3fec66b42bb6099a"],
      [0.5, "3fdeb02147ce245c"],
      [1, "3fc4226162fbddd6"],
      [10, "36a7d8a7f2a8a2d1"],
    ],
  },
  normalCdf: {
    own: normalCdf,
    sample: (u) => (u - 0.5) * 60,
    digest: "a37b53e0a3bf57c61836156ff90368245ba3edb255638611dad265723e483073",
    bits: [
      [-9, "3c00a7afbb1ee67c"],
      [-1, "3fc44ed0bb7cb20b"],
      [0.3, "3fe3c5ee2cc40b79"],
      [2, "3fef45a183e9b13d"],
    ],
  },
  normalInverse: {
    own: normalInverse,
    sample: (u) => u,
    digest: "3a8b5146b7b375ff162684421c6af3d77501890051106079c73b92296aa8eb50",
    bits: [
      [1e-9, "c017fdc11f44b5a7"],
      [0.001, "c008b8cbb7204470"],
      [0.25, "bfe5956b87528a49"],
      [0.9, "3ff4813c36e26d34"],
    ],
  },
  lgamma: {
    own: lgamma,
    sample: (u) => u * 50,
    digest: "29309dab9b716be7c0f4a9b2b679f61ed4452266eaabaff009fe97d88fa14859",
    bits: [
      [0.1, "4002058e35f3deee"],
      [1.5, "bfbeeb95b094c191"],
      [4.2, "40006371234641e9"],
      [100, "40767225b4879463"],
    ],
  },
};

for (const [name, { own, sample, digest, bits }] of Object.entries(frozen)) {
  test(`every bit of ${name} is frozen`, () => {
    for (const [x, expected] of bits) assert.equal(bitsText(own(x)), expected, `${name}(${x})`);
    const draw = createStream({ seed: 777, stream: "sample", id: 0 });
    const hash = createHash("sha256");
    const results = new DataView(new ArrayBuffer(8 * 20_000));
    for (let index = 0; index < 20_000; index++) {
      results.setFloat64(8 * index, own(sample(draw.uniform())));
    }
    assert.equal(hash.update(results).digest("hex"), digest);
  });
}

test("bits are read and written exactly", () => {
  assert.equal(bitsText(1), "3ff0000000000000");
  assert.equal(bitsText(-0), "8000000000000000");
  assert.equal(bitsText(5e-324), "0000000000000001");
});

function bitsText(x: number): string {
  return [highWord(x), lowWord(x)].map((word) => word.toString(16).padStart(8, "0")).join("");
}
