import { eventFields } from "./event-fields.ts";

const { eventNumbers } = eventFields;

/** Rows of the current command: cleared when the next begins. */
export class EventSink {
  numbers: Float64Array = new Float64Array(512 * eventNumbers);
  count = 0;

  push(kind: number, a: number, b: number, c: number): number {
    const at = this.count * eventNumbers;
    if (at === this.numbers.length) this.#grow();
    const { numbers } = this;
    numbers[at] = kind;
    numbers[at + 1] = a;
    numbers[at + 2] = b;
    numbers[at + 3] = c;
    this.count += 1;
    return at;
  }

  #grow(): void {
    const numbers = new Float64Array(this.numbers.length * 2);
    numbers.set(this.numbers);
    this.numbers = numbers;
  }
}
