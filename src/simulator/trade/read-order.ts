import { parseDecimal } from "#base";
import type { OrderType, PlaceOrder, PositionSide, StpMode } from "#exchange";
import { moneyScale } from "#exchange";
import { isClientOrderId, isOrderTag, type RequestByEndpoint } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import type { Order } from "../floor/floor.ts";
import { type Refusal, refused } from "../rest/reply.ts";
import { readAttached } from "./read-attached.ts";

type PlaceRequest = RequestByEndpoint["place_order"];

/** What stands in an order besides its own fields. */
export type OrderPlace = Readonly<{
  listing: Listing;
  account: number;
  tag: number;
}>;

/** An order in the engine's words, or the first of OKX's refusals that it meets. */
export function readOrder(
  request: PlaceRequest,
  { listing, account, tag }: OrderPlace,
): Order<PlaceOrder> | Refusal {
  const badText = checkTexts(request);
  if (badText !== null) return badText;
  const { tdMode, reduceOnly, clOrdId, stpMode } = request;
  if (tdMode === "spot_isolated") return refused("51000", "tdMode");
  if ((tdMode === "cash") !== (listing.instType === "SPOT")) return refused("51010");
  const orderType = orderTypes[request.ordType];
  if (orderType === undefined) return refused("51000", "ordType");

  const price = readOrderPrice(request.px, orderType, listing);
  if (typeof price === "object" && price !== null) return price;
  const size = readOrderSize(request, orderType, listing);
  if ("type" in size) return size;
  const legs = readAttached(request.attachAlgoOrds, listing);
  if (legs !== null && "type" in legs) return legs;
  return {
    type: "place",
    account,
    instrument: listing.index,
    side: request.side,
    orderType,
    priceTicks: price,
    ...size,
    marginMode: tdMode,
    positionSide: positionSide(request.posSide),
    tag,
    ...legs,
    ...(reduceOnly === undefined ? {} : { reduceOnly }),
    ...(stpMode === undefined ? {} : { stpMode: stpMode satisfies StpMode }),
    ...(clOrdId === undefined ? {} : { clientId: clOrdId }),
  };
}

/** Ids and tags of the forms that OKX takes; what this venue cannot do is said, never ignored. */
function checkTexts(request: PlaceRequest): Refusal | null {
  const { clOrdId, tag, pxUsd, pxVol } = request;
  if (clOrdId !== undefined && !isClientOrderId(clOrdId)) return refused("51000", "clOrdId");
  if (tag !== undefined && !isOrderTag(tag)) return refused("51000", "tag");
  return pxUsd === undefined && pxVol === undefined ? null : refused("51000", "pxUsd");
}

/** Absent means net; the engine refuses it where the account holds both ways. */
export function positionSide(text: PositionSide | undefined): PositionSide {
  return text ?? "net";
}

function readOrderPrice(
  text: string | undefined,
  orderType: OrderType,
  listing: Listing,
): number | null | Refusal {
  // OKX ignores a price that comes with a market order; clients send "0" or the last price.
  if (orderType === "market") return null;
  if (text === undefined) return refused("51000", "px");
  return listing.readPrice(text) ?? refused("51000", "px");
}

type Size = Readonly<{ lots: number | null; quoteUnits?: number }>;

function readOrderSize(
  { sz, tgtCcy, side }: PlaceRequest,
  orderType: OrderType,
  listing: Listing,
): Size | Refusal {
  const isSpotMarket = listing.instType === "SPOT" && orderType === "market";
  // A spot market buy is sized in quote currency unless it says otherwise, a sell in base.
  const target = tgtCcy ?? (side === "buy" ? "quote_ccy" : "base_ccy");
  if (isSpotMarket && target === "quote_ccy") {
    const units = parseDecimal(sz, moneyScale);
    if (!units.ok || units.value <= 0) return refused("51000", "sz");
    return { lots: null, quoteUnits: units.value };
  }
  const lots = readLots(sz, listing);
  return typeof lots === "number" ? { lots } : lots;
}

/** Whole lots, or why not: no positive number, or not a multiple of the lot. */
export function readLots(text: string, listing: Listing, field = "sz"): number | Refusal {
  const lots = listing.readSize(text);
  if (lots !== null) return lots;
  return /^0*(\.0*)?$/.test(text) || text.startsWith("-")
    ? refused("51000", field)
    : refused("51121");
}

const orderTypes: Partial<Record<string, OrderType>> = {
  market: "market",
  limit: "limit",
  post_only: "post_only",
  fok: "fok",
  ioc: "ioc",
};
