/**
 * Rows of float64 numbers, numbered from 1, the latest `retention` of them kept, and always those
 * from `keepFrom`. It doubles until then, so that a steady state allocates nothing. A row is found
 * by its number alone.
 */
export class RowRing {
  numbers: Float64Array;
  nextId = 1;
  /** The first row that must not give way: what the current command has written. */
  keepFrom = 1_073_741_823;
  readonly width: number;
  #mask: number;
  readonly #retention: number;

  constructor(width: number, retention: number, capacity: number = smallest(retention)) {
    this.width = width;
    this.#retention = retention;
    this.#mask = capacity - 1;
    this.numbers = new Float64Array((this.#mask + 1) * width);
  }

  /** The oldest row that is still there; equal to nextId when there is none. */
  get firstId(): number {
    const first = this.nextId - this.#mask - 1;
    return first < 1 ? 1 : first;
  }

  /** Takes the next row and returns where it begins; the caller fills all of it. */
  append(): number {
    const id = this.nextId;
    const { keepFrom } = this;
    // The row that stands where the next one goes is old: id - size.
    if (id > this.#mask + 1 && (this.#mask + 1 < this.#retention || id - this.#mask > keepFrom)) {
      this.#grow();
    }
    this.nextId = id + 1;
    return ((id - 1) & this.#mask) * this.width;
  }

  /** Where row `id` begins, or -1 if it is not there. */
  find(id: number): number {
    if (!(id >= this.firstId && id < this.nextId)) return -1;
    return ((id - 1) & this.#mask) * this.width;
  }

  #grow(): void {
    const { numbers: old, width, firstId, nextId } = this;
    const mask = this.#mask * 2 + 1;
    const numbers = new Float64Array(old.length * 2);
    for (let id = firstId; id < nextId; id += 1) {
      const at = ((id - 1) & this.#mask) * width;
      numbers.set(old.subarray(at, at + width), ((id - 1) & mask) * width);
    }
    this.numbers = numbers;
    this.#mask = mask;
  }
}

function smallest(retention: number): number {
  return Math.min(retention, 1024);
}
