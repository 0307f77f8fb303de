import { Defect } from "#base";
import { codes } from "../engine/codes.ts";
import { orderFields } from "./order-fields.ts";

const { stateFree, stateOpen } = codes;
const {
  orderAlgo,
  orderCancelCode,
  orderFee,
  orderFilled,
  orderGap,
  orderId,
  orderInts,
  orderLastFill,
  orderLotTicks,
  orderNumbers,
  orderPnl,
  orderQueueNext,
  orderQueuePrevious,
  orderState,
} = orderFields;

/**
 * All orders, open and ended, in one ring of rows: the slot of an order is its id modulo the size
 * of the ring, so finding one takes no index. An id whose slot still holds an open order is
 * skipped. The ring doubles until it holds `retention` orders; then the oldest ended give way.
 */
export class OrderStore {
  numbers: Float64Array;
  ints: Int32Array;
  nextId = 1;
  openCount = 0;
  /** The first order of the current command: it must not give way yet. */
  keepFrom = 1_073_741_823;
  #mask: number;
  readonly #retention: number;

  constructor(retention: number, capacity: number) {
    this.#retention = retention;
    this.#mask = capacity - 1;
    this.numbers = new Float64Array((this.#mask + 2) * orderNumbers);
    this.ints = new Int32Array(this.numbers.buffer);
    // Written once, the pages are there when the first order comes.
    this.numbers.fill(0);
  }

  get capacity(): number {
    return this.#mask + 1;
  }

  /** Whether the next order should wait for `grow`. */
  get isFull(): boolean {
    const capacity = this.#mask + 1;
    if (this.openCount * 4 > capacity) return true;
    if (this.nextId <= capacity) return false;
    return capacity < this.#retention || this.nextId - this.keepFrom > capacity >> 1;
  }

  /**
   * A row with the next id, in state open, without fills; the caller writes the rest. Slots begin
   * at 1: 0 means none.
   */
  allocate(): number {
    const mask = this.#mask;
    let id = this.nextId;
    let slot = 1 + (id & mask);
    while (this.ints[slot * orderInts + orderState] === stateOpen) {
      id += 1;
      slot = 1 + (id & mask);
      // Most of the ring is free: grow() was called before.
      if (id - this.nextId > mask) throw new Defect("no free order row");
    }
    this.nextId = id + 1;
    const at = slot * orderNumbers;
    const { numbers, ints } = this;
    numbers[at + orderId] = id;
    numbers[at + orderFilled] = 0;
    numbers[at + orderLotTicks] = 0;
    numbers[at + orderFee] = 0;
    numbers[at + orderPnl] = 0;
    numbers[at + orderGap] = 0;
    numbers[at + orderLastFill] = 0;
    numbers[at + orderAlgo] = 0;
    ints[slot * orderInts + orderState] = stateOpen;
    ints[slot * orderInts + orderCancelCode] = 0;
    this.openCount += 1;
    return slot;
  }

  /** The slot of this order, or 0 if it was never given or has given way. */
  slotOf(id: number): number {
    const slot = 1 + (id & this.#mask);
    return this.numbers[slot * orderNumbers + orderId] === id && id > 0 ? slot : 0;
  }

  /**
   * Doubles the ring. Two ids that share a slot of the larger ring shared one before, so no row is
   * lost. Links between rows are renewed; the caller renews the ends of the queues and lists.
   */
  grow(): void {
    const { numbers: oldNumbers, ints: oldInts } = this;
    const oldSlots = this.#mask + 1;
    const mask = oldSlots * 2 - 1;
    const renew = (slot: number): number =>
      slot === 0 ? 0 : 1 + (oldNumbers[slot * orderNumbers + orderId] & mask);
    this.#mask = mask;
    this.numbers = new Float64Array((mask + 2) * orderNumbers);
    this.ints = new Int32Array(this.numbers.buffer);
    for (let slot = 1; slot <= oldSlots; slot += 1) {
      if (oldInts[slot * orderInts + orderState] === stateFree) continue;
      const at = slot * orderNumbers;
      const to = renew(slot);
      this.numbers.set(oldNumbers.subarray(at, at + orderNumbers), to * orderNumbers);
      for (const link of links) {
        this.ints[to * orderInts + link] = renew(oldInts[slot * orderInts + link]);
      }
    }
  }
}

const links = [orderQueuePrevious, orderQueueNext];
