import type { Exchange } from "#exchange";
import type { RequestByEndpoint, RowByEndpoint } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import type { Floor } from "../floor/floor.ts";
import type { SingleHandlers } from "../rest/call.ts";
import { type Refusal, type Reply, refused, rows } from "../rest/reply.ts";
import { moneyText, ppmText } from "../text/decimal-text.ts";
import { unknownInstrument } from "../trade/order-writes.ts";
import { balanceOf } from "./account-queries.ts";

type AccountLimits = Pick<SingleHandlers, "trade_fee" | "max_size" | "max_avail_size">;

/** What an account pays, and how much it could still trade. */
export function createAccountLimits(floor: Floor): AccountLimits {
  const { exchange, catalog } = floor;

  return {
    trade_fee: ({ instType, instId }) => {
      const listing = catalog.listings.find(
        (each) => each.instType === instType && (instId === undefined || each.instId === instId),
      );
      if (listing === undefined) return refused("51001");
      const maker = ppmText(-listing.spec.makerFeePpm);
      const taker = ppmText(-listing.spec.takerFeePpm);
      const isSwap = listing.instType === "SWAP";
      return rows([
        {
          ...feeFields,
          instType: listing.instType,
          maker: isSwap ? "" : maker,
          taker: isSwap ? "" : taker,
          makerU: isSwap ? maker : "",
          takerU: isSwap ? taker : "",
          ts: String(floor.nowMs()),
        },
      ]);
    },

    max_size: (request, { caller }) => maxSize(request, caller.account, floor),

    max_avail_size: ({ instId, tdMode }, { caller }) => {
      const listings = listingsOf(instId, floor);
      if ("type" in listings) return listings;
      const balances = exchange.balances(caller.account);
      const found = [];
      for (const { instId: id, instType, spec } of listings) {
        if ((tdMode === "cash") !== (instType === "SPOT")) return refused("51010");
        const quote = balanceOf(balances, spec.quote);
        const base = balanceOf(balances, spec.base);
        const isSpot = instType === "SPOT";
        const buyUnits = isSpot ? quote?.availableCashUnits : quote?.availableEquityUnits;
        const sellUnits = isSpot ? base?.availableCashUnits : quote?.availableEquityUnits;
        found.push({
          instId: id,
          availBuy: moneyText(buyUnits ?? 0),
          availSell: moneyText(sellUnits ?? 0),
        });
      }
      return rows(found);
    },
  };
}

function maxSize(
  { instId, tdMode, px }: RequestByEndpoint["max_size"],
  account: number,
  floor: Floor,
): Reply<RowByEndpoint["max_size"]> {
  const listings = listingsOf(instId, floor);
  if ("type" in listings) return listings;
  if (tdMode === "spot_isolated") return refused("51000", "tdMode");
  const found: RowByEndpoint["max_size"][] = [];
  for (const listing of listings) {
    if ((tdMode === "cash") !== (listing.instType === "SPOT")) return refused("51010");
    const ticks = px === undefined ? null : listing.readPrice(px);
    if (px !== undefined && ticks === null) return refused("51000", "px");
    const { exchange } = floor;
    const positionSide = sideOf(exchange, account);
    const key = { account, instrument: listing.index, marginMode: tdMode, positionSide };
    const { buyLots, sellLots } = exchange.maxSize(key, ticks);
    const { quote, base } = listing.spec;
    found.push({
      instId: listing.instId,
      ccy: tdMode === "cash" ? base : quote,
      maxBuy: listing.sizeText(buyLots),
      maxSell: listing.sizeText(sellLots),
    });
  }
  return rows(found);
}

/** Up to five instruments, separated by commas. */
function listingsOf(instId: string, floor: Floor): readonly Listing[] | Refusal {
  const ids = instId.split(",");
  if (ids.length > 5) return refused("50025", "instId", "5");
  const found: Listing[] = [];
  for (const id of ids) {
    const listing = floor.catalog.find(id);
    if (listing === null) return unknownInstrument(floor, id);
    found.push(listing);
  }
  return found;
}

/** Both sides of a hedged account draw on the same margin; long stands for both. */
function sideOf(exchange: Exchange, account: number): "net" | "long" {
  return exchange.account(account)?.positionMode === "long_short" ? "long" : "net";
}

const feeFields = {
  category: "1",
  level: "Lv1",
  makerUSDC: "",
  takerUSDC: "",
  delivery: "",
  exercise: "",
  ruleType: "normal",
  fiat: [],
  feeGroup: [],
  settle: "",
} as const;
