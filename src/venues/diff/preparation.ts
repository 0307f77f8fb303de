import type { RequestByEndpoint } from "#okx";
import { isRecord } from "./compare/read-path.ts";
import type { DirectClient } from "./direct-client.ts";
import type { SeatMarket } from "./seat.ts";

/** The states in which acts begin; each is made by the same requests, whoever acts then. */
export type Preparation =
  | "flat"
  | "resting"
  | "long"
  | "short"
  | "traded"
  | "own_offer"
  | "prevented"
  | "algo"
  | "both_sides";

/** Ids that a preparation left behind, by name. */
export type Left = Readonly<Record<string, string>>;

export type Preparing = Readonly<{
  desk: DirectClient;
  market: SeatMarket;
  /** What the names of its orders end in. */
  suffix: string;
  /** Moves the venue's clock; null where it moves by itself. */
  advance: ((ms: number) => void) | null;
}>;

/** Names of orders of preparations; those of acts begin with `dx` too, and differ. */
const preparedName = "dxprepared";

export async function prepare(
  what: Preparation,
  { desk, market, suffix, advance }: Preparing,
): Promise<Left> {
  const { instId, size, restPx } = market;
  const order = orderMaker(market);
  switch (what) {
    case "flat":
      return {};
    case "resting": {
      const clOrdId = `${preparedName}${suffix}`;
      const placed = await desk.call("place_order", order({ px: restPx, clOrdId }));
      return { ordId: idOf(placed, "ordId"), clOrdId };
    }
    case "long":
    case "short": {
      const side = what === "long" ? "buy" : "sell";
      const placed = await desk.call(
        "place_order",
        order({ side, sz: size(50), ordType: "market" }),
      );
      advance?.(betweenTradesMs);
      // A second price, and sevenths: an average that has no end.
      await desk.call("place_order", order({ side, sz: size(20), ordType: "market" }));
      return { ordId: idOf(placed, "ordId") };
    }
    case "traded":
      return trade(desk, market);
    case "own_offer":
    case "prevented": {
      const sell = order({ side: "sell", px: market.insidePx, clOrdId: preparedName });
      const placed = await desk.call("place_order", sell);
      const left = { ordId: idOf(placed, "ordId"), clOrdId: preparedName };
      if (what === "own_offer") return left;
      const taker = { px: market.insidePx, clOrdId: "dxtaker", stpMode: "cancel_maker" } as const;
      await desk.call("place_order", order({ ...taker, ordType: "ioc" }));
      return left;
    }
    case "algo": {
      const placed = await desk.call("place_algo", {
        ...{ instId, tdMode: "cross", side: "sell", ordType: "conditional", sz: size(100) },
        ...{ slTriggerPx: restPx, slOrdPx: "-1", algoClOrdId: preparedName },
      });
      return { algoId: idOf(placed, "algoId") };
    }
    case "both_sides":
      await desk.call("set_position_mode", { posMode: "long_short_mode" });
      return {};
  }
}

const betweenTradesMs = 2000;

type PlaceOrder = RequestByEndpoint["place_order"];

function orderMaker({ instId, size }: SeatMarket): (change: Partial<PlaceOrder>) => PlaceOrder {
  const common = { instId, tdMode: "cross", side: "buy", ordType: "limit", sz: size(100) } as const;
  return (change) => ({ ...common, ...change });
}

/** Fills on both sides, one order that rested and was cancelled: something for every history. */
async function trade(desk: DirectClient, market: SeatMarket): Promise<Left> {
  const { instId, size, restPx } = market;
  const order = orderMaker(market);
  const left: Record<string, string> = {};
  for (const [turn, side] of (["buy", "sell", "buy", "sell", "buy"] as const).entries()) {
    const clOrdId = `dxtrade${turn}`;
    const sz = size(3 + turn);
    const placed = await desk.call("place_order", order({ side, sz, ordType: "market", clOrdId }));
    left["ordId"] = idOf(placed, "ordId");
    left["clOrdId"] = clOrdId;
  }
  for (const clOrdId of ["dxrest0", "dxrest1", "dxrest2"]) {
    await desk.call("place_order", order({ px: restPx, clOrdId }));
  }
  await desk.call("cancel_order", { instId, clOrdId: "dxrest0" });
  return left;
}

function idOf(rows: readonly unknown[], name: string): string {
  const [row] = rows;
  const value = isRecord(row) ? row[name] : undefined;
  return typeof value === "string" ? value : "";
}
