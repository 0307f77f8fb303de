import { orderFields } from "../book/order-fields.ts";
import {
  codes,
  liquidityNames,
  marginModeNames,
  orderTypeNames,
  originNames,
  positionSideNames,
  sideNames,
  stpModeNames,
} from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import { billFields } from "../ledger/history-fields.ts";
import type { ClientIds } from "./client-ids.ts";
import { billOfFill } from "./decode-history.ts";
import { type CancelReason, cancelCodes } from "./reject.ts";
import type { OrderState, OrderView } from "./view.ts";

const f = orderFields;

/** An order as it is now. */
export function orderNow(engine: Engine, ids: ClientIds, slot: number): OrderView {
  const { numbers, ints } = engine.orders;
  const state = ints[slot * f.orderInts + f.orderState];
  const at = slot * f.orderNumbers;
  return {
    ...orderAfter(engine, ids, slot, numbers[at + f.orderLastFill]),
    state: stateName(state, numbers[at + f.orderFilled], numbers[at + f.orderLots]),
    cancelReason:
      state === codes.stateCanceled
        ? cancelReasonOf(ints[slot * f.orderInts + f.orderCancelCode])
        : null,
    updatedMs: numbers[at + f.orderUpdatedMs],
  };
}

/** An order as it was right after its fill `lastFill` (0: before any), not cancelled. */
export function orderAfter(
  engine: Engine,
  ids: ClientIds,
  slot: number,
  lastFill: number,
): OrderView {
  const { numbers, ints } = engine.orders;
  const at = slot * f.orderNumbers;
  const whole = slot * f.orderInts;
  const market = engine.markets[ints[whole + f.orderInstrument]];
  const side = ints[whole + f.orderSide];
  const sums = sumsAfter(engine, slot, lastFill);
  const lots = numbers[at + f.orderLots];
  return {
    id: numbers[at + f.orderId],
    account: ints[whole + f.orderAccount],
    instrument: market.index,
    clientId: ids.nameOf(numbers[at + f.orderClientKey]),
    tag: numbers[at + f.orderTag],
    side: sideNames[side],
    orderType: orderTypeNames[ints[whole + f.orderType]],
    marginMode: marginModeNames[ints[whole + f.orderMode]],
    positionSide: positionSideNames[ints[whole + f.orderPositionSide]],
    reduceOnly: (ints[whole + f.orderFlags] & codes.flagReduceOnly) !== 0,
    stpMode: stpModeNames[ints[whole + f.orderStp]],
    origin: originNames[ints[whole + f.orderOrigin]],
    algoId: numbers[at + f.orderAlgo] === 0 ? null : numbers[at + f.orderAlgo],
    priceTicks: ints[whole + f.orderPrice] === 0 ? null : ints[whole + f.orderPrice],
    lots,
    quoteUnits: numbers[at + f.orderQuoteUnits] === 0 ? null : numbers[at + f.orderQuoteUnits],
    state: stateName(codes.stateOpen, sums.filledLots, lots),
    ...sums,
    feeCurrency:
      engine.currencies[market.isSpot && side === codes.buy ? market.base : market.quote],
    leverageCenti: ints[whole + f.orderLeverage],
    cancelReason: null,
    createdMs: numbers[at + f.orderCreatedMs],
    updatedMs: sums.lastFill?.timeMs ?? numbers[at + f.orderCreatedMs],
  };
}

type Sums = Pick<OrderView, "filledLots" | "filledLotTicks" | "feeUnits" | "pnlUnits" | "lastFill">;

function sumsAfter(engine: Engine, slot: number, lastFill: number): Sums {
  if (lastFill === 0) {
    return { filledLots: 0, filledLotTicks: 0, feeUnits: 0, pnlUnits: 0, lastFill: null };
  }
  const row = billOfFill(engine, lastFill);
  if (row < 0) {
    // History has let the fill go; the order itself still knows its sums.
    const { numbers } = engine.orders;
    const at = slot * f.orderNumbers;
    return {
      filledLots: numbers[at + f.orderFilled],
      filledLotTicks: numbers[at + f.orderLotTicks],
      feeUnits: 0 - numbers[at + f.orderFee],
      pnlUnits: numbers[at + f.orderPnl],
      lastFill: null,
    };
  }
  const bill = engine.bills.numbers;
  const b = billFields;
  return {
    filledLots: bill[row + b.billOrderLots],
    filledLotTicks: bill[row + b.billOrderLotTicks],
    feeUnits: 0 - bill[row + b.billOrderFee],
    pnlUnits: bill[row + b.billOrderPnl],
    lastFill: {
      tradeId: bill[row + b.billTrade],
      priceTicks: bill[row + b.billTicks],
      lots: bill[row + b.billLots],
      feeUnits: 0 - bill[row + b.billFee],
      pnlUnits: bill[row + b.billPnl],
      liquidity: liquidityNames[(bill[row + b.billMeta] >> 5) & 1],
      timeMs: bill[row + b.billTimeMs],
    },
  };
}

function stateName(state: number, filled: number, lots: number): OrderState {
  if (state === codes.stateCanceled) return "canceled";
  if (filled === 0) return "live";
  return filled < lots ? "partially_filled" : "filled";
}

export function cancelReasonOf(code: number): CancelReason | null {
  return reasons.get(code) ?? null;
}

const reasons: ReadonlyMap<number, CancelReason> = new Map(
  (Object.keys(cancelCodes) as CancelReason[]).map((reason) => [cancelCodes[reason], reason]),
);
