import { assert, Defect } from "../defect.ts";
import { normalInverse } from "../math/normal-inverse.ts";
import { multiplyHigh, philox4x32 } from "./philox.ts";

/** One stream per purpose. Append only: a number is part of every recorded run. */
export const streamNames = {
  founders: 0,
  mutation: 1,
  season: 2,
  bootstrap: 3,
  surrogate: 4,
  sample: 5,
  fault: 6,
  latency: 7,
} as const;

export type StreamName = keyof typeof streamNames;

/** `id` tells apart the users of one purpose, for example agents. Both are safe integers >= 0. */
export type StreamAddress = Readonly<{ seed: number; stream: StreamName; id: number }>;

/** Every method takes exactly one draw, so the position never depends on the values drawn. */
export type Stream = Readonly<{
  /** A whole number in [0, 2^32). */
  u32: () => number;
  /** (u32 + 1/2) * 2^-32, strictly inside (0, 1). */
  uniform: () => number;
  /** A whole number in [0, n), n in [1, 2^32]. Lemire without rejection: bias <= n * 2^-32. */
  below: (n: number) => number;
  /** A standard normal by inversion; the tails end at 6.34 standard deviations. */
  gaussian: () => number;
  /** How many draws were taken since creation. */
  readonly draws: number;
}>;

/**
 * The stream at this address: a pure function of the address and the draw index, so neither
 * other streams nor the order of use can change it. Key = seed; counter = (block, id, stream).
 */
export function createStream({ seed, stream, id }: StreamAddress): Stream {
  assertWord53(seed, "seed");
  assertWord53(id, "stream id");
  assert(Object.hasOwn(streamNames, stream), `unknown stream name: ${stream}`);
  const number = streamNames[stream];
  const key1 = Math.floor(seed / wordSize);
  const idHigh = Math.floor(id / wordSize);

  const words = new Uint32Array(4);
  let block = 0;
  let used = 4;

  function u32(): number {
    if (used === 4) {
      if (block === wordSize) throw new Defect(`stream ${stream}/${id} is used up`);
      philox4x32(block, id, idHigh, number, seed, key1, words);
      block += 1;
      used = 0;
    }
    return words[used++] ?? 0;
  }

  function uniform(): number {
    return (u32() + 0.5) * 2.3283064365386963e-10;
  }

  return {
    u32,
    uniform,
    below(n: number): number {
      if (n === wordSize) return u32();
      if (!(n >= 1 && n < wordSize && Number.isInteger(n))) {
        throw new Defect(`below(${n}): the bound must be a whole number in [1, 2^32]`);
      }
      return multiplyHigh(u32(), n) >>> 0;
    },
    gaussian: (): number => normalInverse(uniform()),
    get draws(): number {
      return block * 4 - (4 - used);
    },
  };
}

const wordSize = 4294967296;

function assertWord53(value: number, what: string): void {
  assert(
    Number.isSafeInteger(value) && value >= 0,
    `${what} must be a whole number in [0, 2^53): ${value}`,
  );
}
