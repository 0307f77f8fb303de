/** A list of numbers that grows: 8 bytes a value, nothing else. */
export type Column = Readonly<{
  readonly length: number;
  push: (value: number) => void;
  /** NaN outside. */
  at: (index: number) => number;
  /** Writes any place; places between become NaN. */
  set: (index: number, value: number) => void;
  /** A view, valid until the next growth. */
  values: () => Float64Array;
}>;

export function createColumn(): Column {
  let room = new Float64Array(256);
  let length = 0;

  function reserve(size: number): void {
    if (size <= room.length) return;
    const grown = new Float64Array(Math.max(room.length * 2, size));
    grown.set(room);
    room = grown;
  }

  return {
    get length(): number {
      return length;
    },
    push(value): void {
      if (length === room.length) reserve(length + 1);
      room[length++] = value;
    },
    at: (index) => (index >= 0 && index < length ? (room[index] ?? Number.NaN) : Number.NaN),
    set(index, value): void {
      if (index >= length) {
        reserve(index + 1);
        room.fill(Number.NaN, length, index);
        length = index + 1;
      }
      room[index] = value;
    },
    values: () => room.subarray(0, length),
  };
}
