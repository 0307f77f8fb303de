import type { AttachedLegs, MarginMode, OrderView, PositionSide } from "#exchange";
import type { Catalog } from "../catalog/listing.ts";
import type { VenueIds } from "../catalog/venue-ids.ts";

/** What every row needs to turn the engine's numbers into the venue's words. */
export type RowTexts = Readonly<{
  catalog: Catalog;
  ids: VenueIds;
  /** The text a client tagged an order with. */
  tagText: (tag: number) => string;
  /** The legs that an order brought along; null: none. */
  attachedTo: (orderId: number) => AttachedLegs | null;
}>;

/** Leverage is counted in hundredths; spot has none. */
export function leverText(marginMode: MarginMode, leverageCenti: number): string {
  return marginMode === "cash" ? "" : String(leverageCenti / 100);
}

/** OKX writes `net` for spot as well. */
export function posSideText(side: PositionSide): "long" | "short" | "net" {
  return side;
}

export function execType(liquidity: "maker" | "taker"): "M" | "T" {
  return liquidity === "maker" ? "M" : "T";
}

/** `normal` unless the venue itself sent the order. */
export function categoryText({ origin }: OrderView): string {
  return origin === "liquidation" ? "full_liquidation" : "normal";
}
