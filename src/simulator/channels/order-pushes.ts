import type { AlgoView, FillView, OrderView } from "#exchange";
import type { RowByChannel } from "#okx";
import type { Floor } from "../floor/floor.ts";
import { orderUpdateRow } from "../rows/order-update-row.ts";
import { execType } from "../rows/row-texts.ts";
import { rowOf } from "../trade/algo-rows.ts";
import type { Hub } from "./hub.ts";
import { isOfInstrument } from "./selection.ts";

export type OrderPushParts = Readonly<{ floor: Floor; hub: Hub }>;

/** Channel `orders`: the order as it is after the change. */
export function pushOrder(
  order: OrderView,
  { fill, wasAmended }: Readonly<{ fill: FillView | null; wasAmended: boolean }>,
  { floor, hub }: OrderPushParts,
): void {
  const all = [...hub.ofAccount("orders", order.account)];
  if (all.length === 0) return;
  const lastTicks = floor.exchange.lastTicks(order.instrument);
  const row = orderUpdateRow({ order, fill, wasAmended, lastTicks }, floor.texts);
  const text = `[${JSON.stringify(row)}]`;
  const facts = { instId: row.instId, clOrdIds: idsOf(order) };
  for (const to of all) {
    if (isOfInstrument(to, order.instrument, floor.catalog)) hub.push(to, text, facts);
  }
}

/** Channel `fills`. */
export function pushFill(fill: FillView, { floor, hub }: OrderPushParts): void {
  const { catalog, ids } = floor;
  const listing = catalog.at(fill.instrument);
  const row: RowByChannel["fills"] = {
    instId: listing.instId,
    fillSz: listing.sizeText(fill.lots),
    fillPx: listing.priceText(fill.priceTicks),
    side: fill.side,
    ts: String(fill.timeMs),
    ordId: ids.text("order", fill.orderId),
    clOrdId: fill.clientId ?? "",
    tradeId: ids.text("trade", fill.tradeId),
    execType: execType(fill.liquidity),
    count: "1",
  };
  const facts = { instId: row.instId, clOrdIds: idsOf(fill) };
  for (const to of hub.ofAccount("fills", fill.account)) {
    if (!isOfInstrument(to, fill.instrument, catalog)) continue;
    hub.push(to, `[${JSON.stringify(row)}]`, facts);
  }
}

/** Channel `orders-algo`. */
export function pushAlgo(algo: AlgoView, { floor, hub }: OrderPushParts): void {
  for (const to of hub.ofAccount("orders-algo", algo.account)) {
    if (!isOfInstrument(to, algo.instrument, floor.catalog)) continue;
    hub.push(to, `[${JSON.stringify(rowOf(algo, floor))}]`, { clOrdIds: idsOf(algo) });
  }
}

function idsOf({ clientId }: Readonly<{ clientId: string | null }>): readonly string[] {
  return clientId === null ? [] : [clientId];
}
