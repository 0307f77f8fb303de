import { codes } from "../engine/codes.ts";
import { TagTimers } from "./tag-timers.ts";

const { positionsNet, stpMaker } = codes;

/** What belongs to an account as a whole. */
export class AccountStore {
  count = 0;
  positionMode: Int32Array = new Int32Array(16);
  stpMode: Int32Array = new Int32Array(16);
  /** Slots of the open orders of each account, `openOrders` of them, in no order. */
  readonly openSlots: Int32Array[] = [];
  openOrders: Int32Array = new Int32Array(16);
  /** By account * markets + market. */
  openOrdersOfMarket: Int32Array;
  /** When all its orders are cancelled; Infinity: never. */
  cancelAllAtMs: Float64Array = new Float64Array(16).fill(Infinity);
  /** When its orders of one tag are. */
  readonly tagTimers: TagTimers = new TagTimers();
  readonly #markets: number;

  constructor(markets: number) {
    this.#markets = markets;
    this.openOrdersOfMarket = new Int32Array(16 * markets);
  }

  open(positionMode: number = positionsNet, stpMode: number = stpMaker): number {
    const account = this.count;
    if (account === this.positionMode.length) this.#grow(account * 2);
    this.count = account + 1;
    this.openSlots.push(new Int32Array(32));
    this.positionMode[account] = positionMode;
    this.stpMode[account] = stpMode;
    return account;
  }

  growOpenSlots(account: number): void {
    const slots = this.openSlots[account];
    this.openSlots[account] = grown(slots, slots.length * 2);
  }

  #grow(length: number): void {
    this.positionMode = grown(this.positionMode, length);
    this.stpMode = grown(this.stpMode, length);
    this.openOrders = grown(this.openOrders, length);
    this.openOrdersOfMarket = grown(this.openOrdersOfMarket, length * this.#markets);
    const timers = new Float64Array(length).fill(Infinity);
    timers.set(this.cancelAllAtMs);
    this.cancelAllAtMs = timers;
  }
}

function grown(old: Int32Array, length: number): Int32Array {
  const numbers = new Int32Array(length);
  numbers.set(old);
  return numbers;
}
