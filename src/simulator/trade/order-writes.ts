import type { AmendOrder, OrderView, PlaceOrder, RejectReason } from "#exchange";
import type { RequestByEndpoint, RowByEndpoint } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import type { Floor, Order } from "../floor/floor.ts";
import type { Call, EntryHandler } from "../rest/call.ts";
import { rejectToRefusal } from "../rest/reject-codes.ts";
import { type Refusal, refusalText, refused } from "../rest/reply.ts";
import { findOrder } from "./find-order.ts";
import { readLots, readOrder } from "./read-order.ts";

type AckRow = RowByEndpoint["place_order"];
type AmendRequest = RequestByEndpoint["amend_order"];

export type OrderWrites = Readonly<{
  place: EntryHandler<"place_orders">;
  cancel: EntryHandler<"cancel_orders">;
  amend: EntryHandler<"amend_orders">;
}>;

/** Place, cancel and amend: each answers a row that says what became of it. */
export function createOrderWrites(floor: Floor): OrderWrites {
  const { ids, catalog } = floor;

  return {
    place: (request, call) => {
      const { tag = "", clOrdId = "" } = request;
      const refuse = (refusal: Refusal): AckRow =>
        ack({ clOrdId, tag, subCode: "" }, refusal, floor);
      if (isLate(call, floor)) return refuse(refused("50037"));
      const listing = catalog.find(request.instId);
      if (listing === null) return refuse(unknownInstrument(floor, request.instId));
      const order = readOrder(request, { listing, account: call.caller.account, tag: 0 });
      if (order.type === "refused") return refuse(order);
      const outcome = floor.execute(tag === "" ? order : { ...order, tag: floor.tags.number(tag) });
      if (outcome.reject !== null)
        return refuse(placeRefusal(outcome.reject, order, listing, floor));
      const ordId = ids.text("order", outcome.orderId ?? 0);
      return ack({ clOrdId, ordId, tag, sMsg: placedWords, subCode: "" }, null, floor);
    },

    cancel: (request, { caller: { account } }) => {
      const { ordId = "", clOrdId = "" } = request;
      const refuse = (refusal: Refusal): AckRow => ack({ ordId, clOrdId }, refusal, floor);
      if (ordId === "" && clOrdId === "") return refuse(refused("51407"));
      const listing = catalog.find(request.instId);
      if (listing === null) return refuse(unknownInstrument(floor, request.instId));
      const order = findOrder(request, listing, account, floor);
      if (order === null) return refuse(refused("51400"));
      const outcome = floor.execute({ type: "cancel", account, orderId: order.id });
      if (outcome.reject !== null) return refuse(rejectToRefusal(outcome.reject, "cancel"));
      return ack(idsOf(order, floor), null, floor);
    },

    amend: (request, call) => {
      const { ordId = "", clOrdId = "", reqId = "" } = request;
      const refuse = (refusal: Refusal): AckRow =>
        ack({ ordId, clOrdId, reqId, subCode: "" }, refusal, floor);
      if (isLate(call, floor)) return refuse(refused("50037"));
      if (ordId === "" && clOrdId === "") return refuse(refused("51003"));
      const listing = catalog.find(request.instId);
      if (listing === null) return refuse(unknownInstrument(floor, request.instId));
      const { account } = call.caller;
      const order = findOrder(request, listing, account, floor);
      if (order === null) return refuse(refused("51503"));
      const change = readChange(request, order.id, account, listing);
      if (change.type === "refused") return refuse(change);
      const outcome = floor.execute(change);
      if (outcome.reject !== null) return refuse(rejectToRefusal(outcome.reject, "amend"));
      return ack({ ...idsOf(order, floor), reqId, subCode: "" }, null, floor);
    },
  };
}

function ack(parts: Partial<AckRow>, refusal: Refusal | null, { nowMs }: Floor): AckRow {
  return {
    clOrdId: "",
    ordId: "",
    ...parts,
    sCode: refusal?.code ?? "0",
    sMsg: refusal === null ? (parts.sMsg ?? "") : refusalText(refusal),
    ts: String(nowMs()),
  };
}

function idsOf(
  { id, clientId }: OrderView,
  { ids }: Floor,
): Readonly<{ ordId: string; clOrdId: string }> {
  return { ordId: ids.text("order", id), clOrdId: clientId ?? "" };
}

function isLate({ expiresMs }: Call, { nowMs }: Floor): boolean {
  return expiresMs !== null && nowMs() > expiresMs;
}

const placedWords = "Order placed";

/** Not listed at all, or listed and closed to trading. */
export function unknownInstrument(floor: Floor, instId: string): Refusal {
  return refused(floor.catalog.isShown(instId) ? "51022" : "51001");
}

/** Some refusals name a bound or a currency, and the bound of a market order is another one. */
function placeRefusal(
  reason: RejectReason,
  { orderType, side }: Order<PlaceOrder>,
  { index, spec, sizeText, priceText }: Listing,
  { exchange }: Floor,
): Refusal {
  if (reason === "size_above_limit") {
    return orderType === "market"
      ? refused("51202", sizeText(spec.maxMarketLots))
      : refused("51203", sizeText(spec.maxLimitLots));
  }
  if (reason === "price_outside_band") {
    const band = exchange.priceBand(index);
    if (band !== null) return refused("51006", priceText(band.high), priceText(band.low));
  }
  if (reason === "insufficient_balance" || reason === "insufficient_margin") {
    return refused("51008", spec.kind === "spot" && side === "sell" ? spec.base : spec.quote);
  }
  return rejectToRefusal(reason, "place");
}

function readChange(
  { newPx, newSz, cxlOnFail, attachAlgoOrds }: AmendRequest,
  orderId: number,
  account: number,
  listing: Listing,
): Order<AmendOrder> | Refusal {
  if (attachAlgoOrds !== undefined && attachAlgoOrds.length > 0) {
    return refused("51000", "attachAlgoOrds");
  }
  if (newPx === undefined && newSz === undefined) return refused("51500");
  const lots = newSz === undefined ? null : readLots(newSz, listing, "newSz");
  if (lots !== null && typeof lots !== "number") return lots;
  const priceTicks = newPx === undefined ? null : listing.readPrice(newPx);
  if (newPx !== undefined && priceTicks === null) return refused("51000", "newPx");
  return {
    type: "amend",
    account,
    orderId,
    ...(priceTicks === null ? {} : { priceTicks }),
    ...(lots === null ? {} : { lots }),
    ...(cxlOnFail === undefined ? {} : { cancelOnFail: cxlOnFail }),
  };
}
