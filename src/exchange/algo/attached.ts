import type { AttachedLegs, PlaceOrder, TriggerLeg } from "../api/command.ts";
import { rejectCodes } from "../api/reject.ts";
import { orderFields } from "../book/order-fields.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import type { Algo, Leg } from "./algo-board.ts";
import { reportAlgo } from "./report-algo.ts";

const {
  orderAccount,
  orderFilled,
  orderInstrument,
  orderInts,
  orderMode,
  orderNumbers,
  orderPositionSide,
  orderSide,
  orderState,
} = orderFields;
const { buy, sell, stateOpen } = codes;

/** What an order brings with it: set when the order has ended, for as much of it as was filled. */
export type Attachment = Readonly<{ orderId: number; clientKey: number; legs: AttachedLegs }>;

/** As many are told of after their order ended. */
const keptAttachments = 10_000;

/** What orders brought along, by their ids, and which of it still waits for its order to end. */
export class Attachments {
  /** How many wait; asked with every command. */
  openCount = 0;
  readonly waiting: Set<Attachment> = new Set();
  readonly #byOrder: Map<number, Attachment> = new Map();

  add(attachment: Attachment): void {
    this.waiting.add(attachment);
    this.openCount += 1;
    this.#byOrder.set(attachment.orderId, attachment);
    if (this.#byOrder.size <= keptAttachments) return;
    for (const [orderId, old] of this.#byOrder) {
      if (this.waiting.has(old)) continue;
      this.#byOrder.delete(orderId);
      return;
    }
  }

  find(orderId: number): Attachment | null {
    return this.#byOrder.get(orderId) ?? null;
  }
}

/** Whether an order may bring these legs: each on its own side of the price of the order. */
export function checkAttached(engine: Engine, command: PlaceOrder): number {
  const { attached, instrument, priceTicks, reduceOnly, side } = command;
  if (attached === undefined) return 0;
  const market = engine.markets[instrument];
  if (market === undefined) return rejectCodes.unknown_instrument;
  const { takeProfit, stopLoss } = attached;
  // Spot pays its fee out of what it bought, so the size to sell would not be there.
  if (market.isSpot || reduceOnly === true) return rejectCodes.attached_not_allowed;
  if (takeProfit === undefined && stopLoss === undefined) return rejectCodes.attached_not_allowed;
  for (const leg of [takeProfit, stopLoss]) {
    if (leg !== undefined && !isPriced(market, leg)) return rejectCodes.price_out_of_range;
  }
  const now = market.lastTicks !== 0 ? market.lastTicks : market.markTicks;
  const from = priceTicks ?? now;
  if (from === 0) return rejectCodes.no_reference_price;
  const profit = takeProfit?.triggerTicks ?? null;
  const loss = stopLoss?.triggerTicks ?? null;
  if (side === "buy") {
    if (profit !== null && profit <= from) return rejectCodes.attached_profit_not_above;
    return loss !== null && loss >= from ? rejectCodes.attached_loss_not_below : 0;
  }
  if (profit !== null && profit >= from) return rejectCodes.attached_profit_not_below;
  return loss !== null && loss <= from ? rejectCodes.attached_loss_not_above : 0;
}

function isPriced(market: Market, { triggerTicks, orderTicks }: TriggerLeg): boolean {
  return [triggerTicks, orderTicks ?? triggerTicks].every(
    (ticks) => Number.isSafeInteger(ticks) && ticks > 0 && ticks <= market.spec.maxPriceTicks,
  );
}

/**
 * Sets what orders brought with them that have ended now; what was never filled brings nothing.
 * Whether anything was set.
 */
export function settleAttached(engine: Engine): boolean {
  const { attachments, orders } = engine;
  const before = engine.algos.nextId;
  for (const attachment of attachments.waiting) {
    const slot = orders.slotOf(attachment.orderId);
    if (slot !== 0 && orders.ints[slot * orderInts + orderState] === stateOpen) continue;
    attachments.waiting.delete(attachment);
    attachments.openCount -= 1;
    const filled = slot === 0 ? 0 : orders.numbers[slot * orderNumbers + orderFilled];
    if (filled > 0) set(engine, slot, filled, attachment);
  }
  return engine.algos.nextId !== before;
}

/** The price may be past a leg by now: then it fires at once. */
function set(engine: Engine, slot: number, lots: number, attachment: Attachment): void {
  const { ints } = engine.orders;
  const whole = slot * orderInts;
  const side = ints[whole + orderSide] === buy ? sell : buy;
  const legs = legsOf(attachment.legs, side);
  const algo: Algo = {
    id: engine.algos.nextId,
    account: ints[whole + orderAccount],
    market: ints[whole + orderInstrument],
    clientKey: attachment.clientKey,
    tag: 0,
    algoType: legs.length === 2 ? "oco" : "conditional",
    side,
    mode: ints[whole + orderMode],
    positionSide: ints[whole + orderPositionSide],
    reduceOnly: true,
    lots,
    legs,
    trail: null,
    state: "live",
    fired: null,
    orderId: 0,
    failCode: 0,
    createdMs: engine.nowMs,
    updatedMs: engine.nowMs,
    triggeredMs: 0,
  };
  engine.algos.add(algo);
  reportAlgo(engine, algo);
}

function legsOf({ takeProfit, stopLoss }: AttachedLegs, side: number): readonly Leg[] {
  const leg = (name: Leg["name"], given: TriggerLeg | undefined, isUp: boolean): readonly Leg[] => {
    if (given === undefined) return [];
    return [{ name, ...given, onMark: given.source !== "last", isUp }];
  };
  return [
    ...leg("take_profit", takeProfit, side === sell),
    ...leg("stop_loss", stopLoss, side === buy),
  ];
}
