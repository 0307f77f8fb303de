/**
 * Sums over the last `size` values. The values are integers, so adding and taking away is exact
 * and the sum does not depend on where the series began: windows may start anywhere.
 */
export class RollingSum {
  private readonly ring: Float64Array;
  private next = 0;
  filled = 0;
  sum = 0;

  constructor(size: number) {
    this.ring = new Float64Array(size);
  }

  push(value: number): void {
    const { ring } = this;
    this.sum += value - (ring[this.next] ?? 0);
    ring[this.next] = value;
    this.next = this.next + 1 === ring.length ? 0 : this.next + 1;
    if (this.filled < ring.length) this.filled += 1;
  }

  get full(): boolean {
    return this.filled === this.ring.length;
  }

  clear(): void {
    this.ring.fill(0);
    this.next = 0;
    this.filled = 0;
    this.sum = 0;
  }
}

/** The largest of the last `size` values, by a queue that only keeps candidates. */
export class RollingMax {
  private readonly values: Float64Array;
  private readonly indexes: Float64Array;
  private readonly size: number;
  private head = 0;
  private tail = 0;
  private seen = 0;

  constructor(size: number) {
    this.size = size;
    this.values = new Float64Array(size + 1);
    this.indexes = new Float64Array(size + 1);
  }

  push(value: number): void {
    const { values, indexes, size } = this;
    const room = size + 1;
    while (this.tail !== this.head && (values[(this.tail + room - 1) % room] ?? 0) <= value) {
      this.tail = (this.tail + room - 1) % room;
    }
    values[this.tail] = value;
    indexes[this.tail] = this.seen;
    this.tail = (this.tail + 1) % room;
    this.seen += 1;
    if ((indexes[this.head] ?? 0) <= this.seen - 1 - size) this.head = (this.head + 1) % room;
  }

  get max(): number {
    return this.values[this.head] ?? 0;
  }

  clear(): void {
    this.head = 0;
    this.tail = 0;
    this.seen = 0;
  }
}

/** The last `size` values, newest at distance zero. */
export class History {
  private readonly ring: Float64Array;
  private next = 0;
  count = 0;

  constructor(size: number) {
    this.ring = new Float64Array(size);
  }

  push(value: number): void {
    this.ring[this.next] = value;
    this.next = this.next + 1 === this.ring.length ? 0 : this.next + 1;
    this.count += 1;
  }

  /** The value `distance` pushes ago; the caller has checked `count`. */
  back(distance: number): number {
    const at = this.next - 1 - distance;
    return this.ring[at < 0 ? at + this.ring.length : at] ?? 0;
  }

  clear(): void {
    this.next = 0;
    this.count = 0;
  }
}
