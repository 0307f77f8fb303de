/**
 * A set of price ticks that finds its neighbours in a handful of word operations, however far
 * apart they lie: four layers of 32-bit words, each bit of a layer telling whether a word of the
 * layer below holds anything. It grows to the highest tick that was ever set.
 */
export class BitLadder {
  #layer0: Int32Array;
  #layer1: Int32Array;
  #layer2: Int32Array;
  #layer3: Int32Array;
  #capacity: number;

  constructor(highestTick: number) {
    this.#capacity = 0;
    this.#layer0 = new Int32Array(0);
    this.#layer1 = this.#layer0;
    this.#layer2 = this.#layer0;
    this.#layer3 = this.#layer0;
    this.reserve(highestTick);
  }

  /** Makes room for this tick; ticks below it stay as they are. */
  reserve(tick: number): void {
    if (tick < this.#capacity) return;
    let capacity = this.#capacity === 0 ? 32_768 : this.#capacity;
    while (capacity <= tick) capacity *= 2;
    this.#layer0 = grown(this.#layer0, capacity >> 5);
    this.#layer1 = grown(this.#layer1, capacity >> 10);
    this.#layer2 = grown(this.#layer2, capacity >> 15);
    this.#layer3 = grown(this.#layer3, (capacity >> 20) + 1);
    this.#capacity = capacity;
  }

  set(tick: number): void {
    const before = this.#layer0[tick >> 5];
    this.#layer0[tick >> 5] = before | (1 << tick);
    if (before !== 0) return;
    this.#layer1[tick >> 10] |= 1 << (tick >> 5);
    this.#layer2[tick >> 15] |= 1 << (tick >> 10);
    this.#layer3[tick >> 20] |= 1 << (tick >> 15);
  }

  clear(tick: number): void {
    if ((this.#layer0[tick >> 5] &= ~(1 << tick)) !== 0) return;
    if ((this.#layer1[tick >> 10] &= ~(1 << (tick >> 5))) !== 0) return;
    if ((this.#layer2[tick >> 15] &= ~(1 << (tick >> 10))) !== 0) return;
    this.#layer3[tick >> 20] &= ~(1 << (tick >> 15));
  }

  has(tick: number): boolean {
    return tick < this.#capacity && ((this.#layer0[tick >> 5] >> tick) & 1) === 1;
  }

  /** The lowest member above `tick`, or -1. */
  above(tick: number): number {
    const at0 = tick + 1;
    if (at0 >= this.#capacity) return -1;
    const word0 = this.#layer0[at0 >> 5] & (-1 << at0);
    if (word0 !== 0) return (at0 & ~31) + lowestBit(word0);
    const at1 = (at0 >> 5) + 1;
    if (at1 >= this.#layer0.length) return -1;
    const word1 = this.#layer1[at1 >> 5] & (-1 << at1);
    if (word1 !== 0) return this.#lowIn0((at1 & ~31) + lowestBit(word1));
    const at2 = (at1 >> 5) + 1;
    if (at2 >= this.#layer1.length) return -1;
    const word2 = this.#layer2[at2 >> 5] & (-1 << at2);
    if (word2 !== 0) return this.#lowIn1((at2 & ~31) + lowestBit(word2));
    const at3 = (at2 >> 5) + 1;
    if (at3 >= this.#layer2.length) return -1;
    const word3 = this.#layer3[at3 >> 5] & (-1 << at3);
    if (word3 !== 0) return this.#lowIn2((at3 & ~31) + lowestBit(word3));
    for (let word = (at3 >> 5) + 1; word < this.#layer3.length; word += 1) {
      const bits = this.#layer3[word];
      if (bits !== 0) return this.#lowIn2((word << 5) + lowestBit(bits));
    }
    return -1;
  }

  /** The highest member below `tick`, or -1. */
  below(tick: number): number {
    const at0 = (tick < this.#capacity ? tick : this.#capacity) - 1;
    if (at0 < 0) return -1;
    const word0 = this.#layer0[at0 >> 5] & (-1 >>> (31 - (at0 & 31)));
    if (word0 !== 0) return (at0 & ~31) + highestBit(word0);
    const at1 = (at0 >> 5) - 1;
    if (at1 < 0) return -1;
    const word1 = this.#layer1[at1 >> 5] & (-1 >>> (31 - (at1 & 31)));
    if (word1 !== 0) return this.#highIn0((at1 & ~31) + highestBit(word1));
    const at2 = (at1 >> 5) - 1;
    if (at2 < 0) return -1;
    const word2 = this.#layer2[at2 >> 5] & (-1 >>> (31 - (at2 & 31)));
    if (word2 !== 0) return this.#highIn1((at2 & ~31) + highestBit(word2));
    const at3 = (at2 >> 5) - 1;
    if (at3 < 0) return -1;
    const word3 = this.#layer3[at3 >> 5] & (-1 >>> (31 - (at3 & 31)));
    if (word3 !== 0) return this.#highIn2((at3 & ~31) + highestBit(word3));
    for (let word = (at3 >> 5) - 1; word >= 0; word -= 1) {
      const bits = this.#layer3[word];
      if (bits !== 0) return this.#highIn2((word << 5) + highestBit(bits));
    }
    return -1;
  }

  #lowIn0(word: number): number {
    return (word << 5) + lowestBit(this.#layer0[word]);
  }

  #lowIn1(word: number): number {
    return this.#lowIn0((word << 5) + lowestBit(this.#layer1[word]));
  }

  #lowIn2(word: number): number {
    return this.#lowIn1((word << 5) + lowestBit(this.#layer2[word]));
  }

  #highIn0(word: number): number {
    return (word << 5) + highestBit(this.#layer0[word]);
  }

  #highIn1(word: number): number {
    return this.#highIn0((word << 5) + highestBit(this.#layer1[word]));
  }

  #highIn2(word: number): number {
    return this.#highIn1((word << 5) + highestBit(this.#layer2[word]));
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

function highestBit(word: number): number {
  return 31 - Math.clz32(word);
}

function grown(old: Int32Array, length: number): Int32Array {
  const words = new Int32Array(length);
  words.set(old);
  return words;
}
