import { parseDecimal } from "#base";
import type { AmendAlgo, PlaceAlgo, Trail, TriggerLeg } from "#exchange";
import { isClientOrderId, isOrderTag, type RequestByEndpoint } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import type { Order } from "../floor/floor.ts";
import { type Refusal, refused } from "../rest/reply.ts";
import { readLeg } from "./read-leg.ts";
import { type OrderPlace, positionSide, readLots } from "./read-order.ts";

type AlgoRequest = RequestByEndpoint["place_algo"];
type AlgoChange = RequestByEndpoint["amend_algo"];

/** An algo order in the engine's words, or the first of OKX's refusals that it meets. */
export function readAlgo(
  request: AlgoRequest,
  { listing, account, tag }: OrderPlace,
): Order<PlaceAlgo> | Refusal {
  const { algoClOrdId, tdMode, ordType, side, reduceOnly } = request;
  if (algoClOrdId !== undefined && !isClientOrderId(algoClOrdId)) {
    return refused("51000", "algoClOrdId");
  }
  if (request.tag !== undefined && !isOrderTag(request.tag)) return refused("51000", "tag");
  if (tdMode === "spot_isolated") return refused("51000", "tdMode");
  if ((tdMode === "cash") !== (listing.instType === "SPOT")) return refused("51010");
  // Chasing, iceberg and time-weighted orders are not traded here.
  if (ordType === "chase" || ordType === "iceberg" || ordType === "twap") {
    return refused("51000", "ordType");
  }
  const lots = readAlgoSize(request, listing);
  if (typeof lots === "object" && lots !== null) return lots;
  const legs =
    ordType === "move_order_stop"
      ? readTrail(request, listing)
      : readLegs(request, ordType, listing);
  if ("type" in legs) return legs;
  return {
    type: "place_algo",
    account,
    instrument: listing.index,
    algoType: ordType,
    side,
    lots,
    marginMode: tdMode,
    positionSide: positionSide(request.posSide),
    tag,
    ...legs,
    ...(reduceOnly === undefined ? {} : { reduceOnly }),
    ...(algoClOrdId === undefined ? {} : { clientId: algoClOrdId }),
  };
}

/** `closeFraction` 1 is the whole position at the moment of the trigger; no other part is taken. */
function readAlgoSize(
  { sz, closeFraction }: AlgoRequest,
  listing: Listing,
): number | null | Refusal {
  if (closeFraction !== undefined) {
    if (sz !== undefined) return refused("50024", "sz", "closeFraction");
    return closeFraction === "1" ? null : refused("51000", "closeFraction");
  }
  return sz === undefined ? refused("50014", "sz") : readLots(sz, listing);
}

/** A tenth of a per cent, and less than everything: OKX's bounds of the ratio, in millionths. */
const leastRatioPpm = 1000;
const mostRatioPpm = 999_999;

/** How far the price may come back: a ratio or a distance, from a first price on or from now. */
function readTrail(
  { callbackRatio, callbackSpread, activePx }: AlgoRequest,
  listing: Listing,
): Readonly<{ trail: Trail }> | Refusal {
  if (callbackRatio !== undefined && callbackSpread !== undefined) {
    return refused("50024", "callbackRatio", "callbackSpread");
  }
  const activeTicks = activePx === undefined ? null : listing.readPrice(activePx);
  if (activePx !== undefined && activeTicks === null) return refused("51000", "activePx");
  if (callbackSpread !== undefined) {
    const spreadTicks = listing.readPrice(callbackSpread);
    if (spreadTicks === null) return refused("51257");
    return { trail: { activeTicks, ratioPpm: null, spreadTicks } };
  }
  if (callbackRatio === undefined) return refused("50015", "callbackRatio", "callbackSpread");
  const ratio = parseDecimal(callbackRatio, 6);
  if (!ratio.ok || ratio.value < leastRatioPpm || ratio.value > mostRatioPpm) {
    return refused("51257");
  }
  return { trail: { activeTicks, ratioPpm: ratio.value, spreadTicks: null } };
}

type Legs = Readonly<{ takeProfit?: TriggerLeg; stopLoss?: TriggerLeg; trigger?: TriggerLeg }>;

function readLegs(
  request: AlgoRequest,
  algoType: "conditional" | "oco" | "trigger",
  listing: Listing,
): Legs | Refusal {
  if (algoType === "trigger") {
    const { triggerPx, orderPx, triggerPxType } = request;
    if (triggerPx === undefined) return refused("50014", "triggerPx");
    const names = { triggerField: "triggerPx", orderField: "orderPx" };
    const leg = readLeg({ triggerPx, ordPx: orderPx, source: triggerPxType }, listing, names);
    return "type" in leg ? leg : { trigger: leg };
  }
  const legs: { takeProfit?: TriggerLeg; stopLoss?: TriggerLeg } = {};
  for (const kind of ["tp", "sl"] as const) {
    const triggerPx = request[`${kind}TriggerPx`];
    if (triggerPx === undefined) continue;
    const source = request[`${kind}TriggerPxType`];
    const names = { triggerField: `${kind}TriggerPx`, orderField: `${kind}OrdPx` };
    const leg = readLeg({ triggerPx, ordPx: request[`${kind}OrdPx`], source }, listing, names);
    if ("type" in leg) return leg;
    legs[kind === "tp" ? "takeProfit" : "stopLoss"] = leg;
  }
  const count = Object.keys(legs).length;
  if (count === (algoType === "oco" ? 2 : 1)) return legs;
  return count === 0 ? refused("50014", "tpTriggerPx") : refused("51000", "ordType");
}

/** What a request leaves out stays as it was. */
export function readAlgoChange(
  request: AlgoChange,
  before: Readonly<{
    algoId: number;
    account: number;
    takeProfit: TriggerLeg | null;
    stopLoss: TriggerLeg | null;
    trigger: TriggerLeg | null;
  }>,
  listing: Listing,
): Order<AmendAlgo> | Refusal {
  const { algoId, account } = before;
  const lots = request.newSz === undefined ? null : readLots(request.newSz, listing, "newSz");
  if (lots !== null && typeof lots !== "number") return lots;
  const texts = {
    takeProfit: changed(request, "newTp", "newTpOrdPx"),
    stopLoss: changed(request, "newSl", "newSlOrdPx"),
    trigger: changed(request, "new", "newOrdPx"),
  };
  const change: { takeProfit?: TriggerLeg; stopLoss?: TriggerLeg; trigger?: TriggerLeg } = {};
  for (const name of ["takeProfit", "stopLoss", "trigger"] as const) {
    const text = texts[name];
    if (text === null) continue;
    const leg = before[name];
    if (leg === null) return refused("51000", text.triggerField);
    const merged = {
      triggerPx: text.triggerPx ?? listing.priceText(leg.triggerTicks),
      ordPx: text.ordPx ?? (leg.orderTicks === null ? "-1" : listing.priceText(leg.orderTicks)),
      source: text.source ?? leg.source,
    };
    const read = readLeg(merged, listing, text);
    if ("type" in read) return read;
    change[name] = read;
  }
  if (lots === null && Object.keys(change).length === 0) return refused("51500");
  return { type: "amend_algo", account, algoId, ...change, ...(lots === null ? {} : { lots }) };
}

type ChangedLeg = Readonly<{
  triggerPx: string | undefined;
  ordPx: string | undefined;
  source: "last" | "index" | "mark" | undefined;
  triggerField: string;
  orderField: string;
}>;

/** The three texts of a leg that a change may name; null when it names none. */
function changed(
  request: AlgoChange,
  prefix: "newTp" | "newSl" | "new",
  orderField: "newTpOrdPx" | "newSlOrdPx" | "newOrdPx",
): ChangedLeg | null {
  const triggerField = `${prefix}TriggerPx` as const;
  const triggerPx = request[triggerField];
  const ordPx = request[orderField];
  const source = request[`${prefix}TriggerPxType`];
  if (triggerPx === undefined && ordPx === undefined && source === undefined) return null;
  return { triggerPx, ordPx, source, triggerField, orderField };
}
