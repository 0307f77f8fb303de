import type { RequestByEndpoint } from "#okx";
import type { PermitRefusal } from "#safety";
import type {
  Answer,
  CancelTimer,
  NewOrder,
  OrderAck,
  OrderChange,
  Venue,
  VenueFailure,
} from "../port.ts";
import { amendSubject, placeSubject, type SendGate } from "../switch/send-gate.ts";
import { leverageOf } from "./account-rows.ts";
import { mapped, noRow, single } from "./answers.ts";
import type { Caller } from "./caller.ts";
import { keyOf } from "./order-reads.ts";

export type OrderWrites = Pick<
  Venue,
  "place" | "amend" | "cancel" | "cancelAlgo" | "cancelAllAfter" | "setLeverage"
>;

/** Placing and amending pass the gate at the last line before they leave; cancels are free. */
export function orderWrites({ ask, notSent }: Caller, gate: SendGate): OrderWrites {
  return {
    async place(permit, order) {
      const request = placeRequest(order);
      const passed = gate.pass(permit, placeSubject(order));
      if (!passed.ok) return notSent("place_order", request, stopped(passed.fault));
      return acknowledged(await ask("place_order", request, order.expTimeMs));
    },
    async amend(permit, change) {
      const request = amendRequest(change);
      const passed = gate.pass(permit, amendSubject(change));
      if (!passed.ok) return notSent("amend_order", request, stopped(passed.fault));
      return acknowledged(await ask("amend_order", request, change.expTimeMs));
    },
    async cancel(instId, by) {
      return acknowledged(await ask("cancel_order", { instId, ...keyOf(by) }));
    },
    async cancelAlgo(instId, algoId) {
      const answer = await ask("cancel_algos", { instId, algoId });
      return single(answer, ({ algoId }) => ({ ordId: algoId, clOrdId: "" }), noVerdict);
    },
    async cancelAllAfter(timeoutSeconds) {
      const answer = await ask("cancel_all_after", { timeOut: String(timeoutSeconds) });
      return single(answer, ({ triggerTime }) => timerOf(triggerTime), noVerdict);
    },
    async setLeverage({ instId, marginMode, lever, posSide }) {
      // Only isolated margin with both sides knows a leverage for each side.
      const side = marginMode === "isolated" && posSide !== "net" ? { posSide } : {};
      const answer = await ask("set_leverage", { instId, lever, mgnMode: marginMode, ...side });
      return mapped(answer, (rows) => rows.map(leverageOf));
    },
  };
}

function placeRequest(order: NewOrder): RequestByEndpoint["place_order"] {
  const { instId, tdMode, clOrdId, side, posSide, ordType, sz, px, reduceOnly } = order;
  return {
    instId,
    tdMode,
    clOrdId,
    side,
    ordType,
    sz,
    ...(tdMode === "cash" ? {} : { posSide }),
    ...(px === null ? {} : { px }),
    ...(reduceOnly ? { reduceOnly } : {}),
    ...(order.stpMode === null ? {} : { stpMode: order.stpMode }),
    ...(order.tag === null ? {} : { tag: order.tag }),
    // The size of a spot market order counts the base currency, as every size of the port does.
    ...(tdMode === "cash" && ordType === "market" ? { tgtCcy: "base_ccy" } : {}),
  };
}

function amendRequest({ instId, by, newSz, newPx }: OrderChange): RequestByEndpoint["amend_order"] {
  return {
    instId,
    ...keyOf(by),
    ...(newSz === null ? {} : { newSz }),
    ...(newPx === null ? {} : { newPx }),
  };
}

function stopped({ code, message }: PermitRefusal): VenueFailure {
  return { kind: "not_sent", code, message };
}

function acknowledged(
  answer: Answer<readonly Readonly<{ ordId: string; clOrdId: string }>[]>,
): Answer<OrderAck> {
  return single(answer, ({ ordId, clOrdId }) => ({ ordId, clOrdId }), noVerdict);
}

function timerOf(triggerTime: string): CancelTimer {
  return { triggerMs: triggerTime === "0" ? null : Number(triggerTime) };
}

const noVerdict = noRow("what became of the request");
