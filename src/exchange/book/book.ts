import { BitLadder } from "./bit-ladder.ts";
import { levelFields } from "./level-fields.ts";

const { levelCount, levelOutside, levelNumbers, levelInts } = levelFields;

const pageBits = 8;
const pageLevels = 1 << pageBits;

/**
 * The levels of one instrument, bids and asks in one ladder since they never overlap. Levels live
 * in pages of 256 neighbouring ticks, taken when a page is first needed and given back empty, so
 * that the ladder costs memory only where the market is. An empty level is all zeros.
 *
 * `bestBid` and `bestAsk` are ticks, -1 where the side is empty. `version` counts changes.
 */
export class Book {
  numbers: Float64Array;
  ints: Int32Array;
  bestBid = -1;
  bestAsk = -1;
  version = 0;
  readonly #bits = new BitLadder(0);
  #pageByIndex = new Int32Array(64);
  #usedByPage: Int32Array;
  #freePages: Int32Array;
  #freeCount = 0;
  #pageCount = 1;

  constructor() {
    const pages = 4;
    this.numbers = new Float64Array(pages * pageLevels * levelNumbers);
    this.ints = new Int32Array(this.numbers.buffer);
    this.#usedByPage = new Int32Array(pages);
    this.#freePages = new Int32Array(pages);
  }

  /** The level of this tick, or 0 if nothing stands in its page. Page 0 is never used. */
  levelAt(tick: number): number {
    const index = tick >> pageBits;
    if (index >= this.#pageByIndex.length) return 0;
    const page = this.#pageByIndex[index];
    return page === 0 ? 0 : (page << pageBits) + (tick & (pageLevels - 1));
  }

  /** The level of this tick, with a page under it. */
  openLevel(tick: number): number {
    const level = this.levelAt(tick);
    return level === 0 ? this.#openPage(tick) : level;
  }

  /** Call when a level that was empty is no more. */
  noteUsed(tick: number, isBid: boolean): void {
    this.#bits.reserve(tick);
    this.#bits.set(tick);
    this.#usedByPage[this.#pageByIndex[tick >> pageBits]] += 1;
    if (isBid) {
      if (tick > this.bestBid) this.bestBid = tick;
    } else if (this.bestAsk < 0 || tick < this.bestAsk) this.bestAsk = tick;
  }

  /** Call when a level has become empty. */
  noteEmpty(tick: number): void {
    this.#bits.clear(tick);
    if (tick === this.bestAsk) this.bestAsk = this.#bits.above(tick);
    else if (tick === this.bestBid) this.bestBid = this.#bits.below(tick);
    const index = tick >> pageBits;
    const page = this.#pageByIndex[index];
    if ((this.#usedByPage[page] -= 1) === 0) {
      this.#pageByIndex[index] = 0;
      this.#freePages[this.#freeCount++] = page;
    }
  }

  isEmpty(level: number): boolean {
    return (
      this.ints[level * levelInts + levelCount] === 0 &&
      this.numbers[level * levelNumbers + levelOutside] === 0
    );
  }

  /** The next level that holds something, away from the middle of the book; -1: none. */
  worse(tick: number, isBid: boolean): number {
    return isBid ? this.#bits.below(tick) : this.#bits.above(tick);
  }

  #openPage(tick: number): number {
    const index = tick >> pageBits;
    if (index >= this.#pageByIndex.length) this.#growIndex(index);
    let page: number;
    if (this.#freeCount > 0) page = this.#freePages[--this.#freeCount];
    else {
      page = this.#pageCount;
      this.#pageCount += 1;
      if (page >= this.#usedByPage.length) this.#growPages();
    }
    this.#pageByIndex[index] = page;
    return (page << pageBits) + (tick & (pageLevels - 1));
  }

  #growIndex(index: number): void {
    let length = this.#pageByIndex.length;
    while (length <= index) length *= 2;
    const grown = new Int32Array(length);
    grown.set(this.#pageByIndex);
    this.#pageByIndex = grown;
  }

  #growPages(): void {
    const pages = this.#usedByPage.length * 2;
    const numbers = new Float64Array(pages * pageLevels * levelNumbers);
    numbers.set(this.numbers);
    this.numbers = numbers;
    this.ints = new Int32Array(numbers.buffer);
    const used = new Int32Array(pages);
    used.set(this.#usedByPage);
    this.#usedByPage = used;
    const free = new Int32Array(pages);
    free.set(this.#freePages);
    this.#freePages = free;
  }
}
