import { performance } from "node:perf_hooks";
import type { Result } from "#base";
import {
  type HaltReading,
  type OrderSubject,
  orderSubject,
  type Permit,
  type PermitRefusal,
  spendPermit,
} from "#safety";
import type { NewOrder, OrderChange } from "../port.ts";
import { lookNow } from "./look-now.ts";

/** The last line before the write: an adapter calls `pass` and then sends, with nothing between. */
export type SendGate = Readonly<{
  /** Spends the permit on this subject and reads the switch once more. */
  pass: (permit: Permit, subject: OrderSubject) => Result<void, PermitRefusal>;
}>;

/** `look` reads switch and latch now (HaltWatch.look). */
export function createSendGate(look: () => HaltReading): SendGate {
  return {
    pass(permit, subject) {
      const halt = lookNow(look);
      return spendPermit(permit, { subject, halt, monoMs: performance.now() });
    },
  };
}

/** What a Permit to place this order is for: every field of it. */
export function placeSubject(order: NewOrder): OrderSubject {
  return orderSubject("place", order);
}

export function amendSubject(change: OrderChange): OrderSubject {
  return orderSubject("amend", change);
}
