import type { AmendOrder, OrderView, PlaceOrder, RejectReason } from "#exchange";
import type { RequestByEndpoint, RowByEndpoint } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import type { Floor, Order } from "../floor/floor.ts";
import type { Call, EntryHandler } from "../rest/call.ts";
import { rejectToRefusal } from "../rest/reject-codes.ts";
import { type Refusal, refusalText, refused } from "../rest/reply.ts";
import { readLots, readOrder } from "./read-order.ts";

type AckRow = RowByEndpoint["place_order"];
type KeyRequest = RequestByEndpoint["cancel_order"];
type AmendRequest = RequestByEndpoint["amend_order"];

export type OrderWrites = Readonly<{
  place: EntryHandler<"place_orders">;
  cancel: EntryHandler<"cancel_orders">;
  amend: EntryHandler<"amend_orders">;
}>;

/** Place, cancel and amend: each answers a row that says what became of it. */
export function createOrderWrites(floor: Floor): OrderWrites {
  const { ids, exchange } = floor;

  function ack(parts: Partial<AckRow>, refusal: Refusal | null): AckRow {
    return {
      clOrdId: "",
      ordId: "",
      ...parts,
      sCode: refusal?.code ?? "0",
      sMsg: refusal === null ? (parts.sMsg ?? "") : refusalText(refusal),
      ts: String(floor.nowMs()),
    };
  }

  function isLate({ expiresMs }: Call): boolean {
    return expiresMs !== null && floor.nowMs() > expiresMs;
  }

  /** The order that is meant: ordId wins, and only one's own orders of this instrument are found. */
  function find(
    { ordId, clOrdId }: KeyRequest,
    listing: Listing,
    account: number,
  ): OrderView | null {
    const count = ordId === undefined ? null : ids.count("order", ordId);
    const order =
      ordId === undefined
        ? exchange.orderByClientId(account, clOrdId ?? "")
        : count === null
          ? null
          : exchange.order(count);
    const isOwn = order?.account === account && order.instrument === listing.index;
    return isOwn ? order : null;
  }

  return {
    place: (request, call) => {
      const { tag = "", clOrdId = "" } = request;
      const listing = floor.catalog.find(request.instId);
      const refuse = (refusal: Refusal): AckRow => ack({ clOrdId, tag, subCode: "" }, refusal);
      if (isLate(call)) return refuse(refused("50037"));
      if (listing === null) return refuse(unknownInstrument(floor, request.instId));
      const place = { listing, account: call.caller.account, tag: 0 };
      const order = readOrder(request, place);
      if (order.type === "refused") return refuse(order);
      const outcome = floor.execute(tag === "" ? order : { ...order, tag: floor.tags.number(tag) });
      if (outcome.reject !== null)
        return refuse(placeRefusal(outcome.reject, order, listing, floor));
      const ordId = ids.text("order", outcome.orderId ?? 0);
      return ack({ clOrdId, ordId, tag, sMsg: placedWords, subCode: "" }, null);
    },

    cancel: (request, call) => {
      const { ordId = "", clOrdId = "" } = request;
      const refuse = (refusal: Refusal): AckRow => ack({ ordId, clOrdId }, refusal);
      if (ordId === "" && clOrdId === "") return refuse(refused("51407"));
      const listing = floor.catalog.find(request.instId);
      if (listing === null) return refuse(unknownInstrument(floor, request.instId));
      const { account } = call.caller;
      const order = find(request, listing, account);
      if (order === null) return refuse(refused("51400"));
      const outcome = floor.execute({ type: "cancel", account, orderId: order.id });
      if (outcome.reject !== null) return refuse(rejectToRefusal(outcome.reject, "cancel"));
      return ack({ ordId: ids.text("order", order.id), clOrdId: order.clientId ?? "" }, null);
    },

    amend: (request, call) => {
      const { ordId = "", clOrdId = "", reqId = "" } = request;
      const refuse = (refusal: Refusal): AckRow =>
        ack({ ordId, clOrdId, reqId, subCode: "" }, refusal);
      if (isLate(call)) return refuse(refused("50037"));
      if (ordId === "" && clOrdId === "") return refuse(refused("51003"));
      const listing = floor.catalog.find(request.instId);
      if (listing === null) return refuse(unknownInstrument(floor, request.instId));
      const { account } = call.caller;
      const order = find(request, listing, account);
      if (order === null) return refuse(refused("51503"));
      const change = readChange(request, order.id, account, listing);
      if (change.type === "refused") return refuse(change);
      const outcome = floor.execute(change);
      if (outcome.reject !== null) return refuse(rejectToRefusal(outcome.reject, "amend"));
      const own = { ordId: ids.text("order", order.id), clOrdId: order.clientId ?? "" };
      return ack({ ...own, reqId, subCode: "" }, null);
    },
  };
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
  switch (reason) {
    case "size_above_limit":
      return orderType === "market"
        ? refused("51202", sizeText(spec.maxMarketLots))
        : refused("51203", sizeText(spec.maxLimitLots));
    case "price_outside_band": {
      const band = exchange.priceBand(index);
      if (band === null) return refused("51006", "", "");
      return refused("51006", priceText(band.high), priceText(band.low));
    }
    case "insufficient_balance":
    case "insufficient_margin":
      return refused("51008", spec.kind === "spot" && side === "sell" ? spec.base : spec.quote);
    default:
      return rejectToRefusal(reason, "place");
  }
}

function readChange(
  { newPx, newSz, cxlOnFail }: AmendRequest,
  orderId: number,
  account: number,
  listing: Listing,
): Order<AmendOrder> | Refusal {
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
