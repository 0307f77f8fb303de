import type { Trail } from "../api/command.ts";
import { rejectCodes } from "../api/reject.ts";
import { codes } from "../engine/codes.ts";
import type { Market } from "../engine/market.ts";
import type { Leg } from "./algo-board.ts";

const { buy } = codes;

/** A trailing stop as it goes along: replaced, never changed. */
export type TrailState = Trail &
  Readonly<{
    /** The best last price since it began to follow; 0: it waits for `activeTicks`. */
    extremeTicks: number;
  }>;

const million = 1_000_000;

/**
 * A trail that begins at once, or waits for a price that lies where the profit does: above the
 * market for a sell, below it for a buy. Or a reject code.
 */
export function beginTrail(market: Market, side: number, trail: Trail): TrailState | number {
  const { activeTicks, ratioPpm, spreadTicks } = trail;
  if ((ratioPpm === null) === (spreadTicks === null)) return rejectCodes.trail_malformed;
  if (ratioPpm !== null && !isWhole(ratioPpm, million - 1)) return rejectCodes.trail_malformed;
  const { maxPriceTicks } = market.spec;
  if (spreadTicks !== null && !isWhole(spreadTicks, maxPriceTicks)) {
    return rejectCodes.trail_malformed;
  }
  const now = market.lastTicks !== 0 ? market.lastTicks : market.markTicks;
  if (now === 0) return rejectCodes.no_reference_price;
  // A retreat below nothing would never be reached.
  if (side !== buy && spreadTicks !== null && spreadTicks >= now)
    return rejectCodes.trail_malformed;
  if (activeTicks === null) return { ...trail, extremeTicks: now };
  if (!isWhole(activeTicks, maxPriceTicks)) return rejectCodes.price_out_of_range;
  const isAhead = side === buy ? activeTicks < now : activeTicks > now;
  if (!isAhead) {
    return side === buy ? rejectCodes.trail_active_not_below : rejectCodes.trail_active_not_above;
  }
  return { ...trail, extremeTicks: 0 };
}

/** Where the trail stands after the last price was this; the same object where nothing moved. */
export function followTrail(trail: TrailState, side: number, lastTicks: number): TrailState {
  if (lastTicks === 0) return trail;
  const { activeTicks, extremeTicks } = trail;
  if (extremeTicks === 0) {
    const isActive =
      activeTicks !== null && (side === buy ? lastTicks <= activeTicks : lastTicks >= activeTicks);
    return isActive ? { ...trail, extremeTicks: lastTicks } : trail;
  }
  const isBetter = side === buy ? lastTicks < extremeTicks : lastTicks > extremeTicks;
  return isBetter ? { ...trail, extremeTicks: lastTicks } : trail;
}

/**
 * The price that fires it now, a whole retreat away from the best one, rounded away from it; null
 * while it waits.
 */
export function trailTicks(trail: TrailState, side: number): number | null {
  const { extremeTicks: best, ratioPpm, spreadTicks } = trail;
  if (best === 0) return null;
  if (ratioPpm === null)
    return side === buy ? best + (spreadTicks ?? 0) : best - (spreadTicks ?? 0);
  return side === buy
    ? Math.ceil((best * (million + ratioPpm)) / million)
    : Math.floor((best * (million - ratioPpm)) / million);
}

/** The order that a trail sends: at market, when the last price has come back so far. */
export function trailLegs(trail: TrailState, side: number): readonly Leg[] {
  const triggerTicks = trailTicks(trail, side);
  if (triggerTicks === null) return [];
  const watched = { source: "last", onMark: false, isUp: side === buy } as const;
  return [{ name: "trail", triggerTicks, orderTicks: null, ...watched }];
}

function isWhole(value: number, most: number): boolean {
  return Number.isSafeInteger(value) && value > 0 && value <= most;
}
