import type { PlaceIntent, PositionSide, Ticker, WantedOrder } from "#venues";
import { at } from "../colony/colony.ts";
import type { Wish } from "../colony/decide.ts";
import { rounded } from "../quality/percentiles.ts";
import type { OrderStyle } from "../run/run-config.ts";
import type { RunState } from "./run-state.ts";

/** What an agent's wish becomes, or why it becomes nothing. */
export type WishedOrder =
  | Readonly<{ type: "order"; intent: PlaceIntent; lots: number }>
  | Readonly<{ type: "none"; reason: "no_wish" | "below_smallest_order" | "no_price_to_join" }>;

/** The order that carries a wish out, in the style of the run. */
export function orderOfWish(
  state: RunState,
  wish: Wish,
  {
    tick,
    slot,
    marked,
    ticker,
  }: Readonly<{
    tick: number;
    slot: number;
    marked: boolean;
    ticker: Ticker | null;
  }>,
): WishedOrder {
  const { sizes, world } = state.colony;
  if (wish.lots === 0) return { type: "none", reason: "no_wish" };
  if (Math.abs(wish.lots) < sizes.minLots) return { type: "none", reason: "below_smallest_order" };
  const { config } = state.session.request;
  const side = wish.lots > 0 ? "buy" : "sell";
  const priced = priceOf(config.orderStyle, side, ticker);
  if (priced === null) return { type: "none", reason: "no_price_to_join" };
  const order: WantedOrder = {
    instId: config.instId,
    tdMode: config.marginMode,
    side,
    posSide: positionSide(state, side, at(world.position, slot)),
    ...priced,
    sz: sizes.fromLots(Math.abs(wish.lots)),
    // The account's net position is not the agent's: what closes his may open the account's.
    reduceOnly: false,
  };
  const intent: PlaceIntent = {
    intentId: `t${tick}:${wish.member.id}`,
    owner: { type: "agent", agentIdHash: wish.member.hash },
    kind: kindByAction[wish.action],
    tick,
    tickReason: null,
    oneshot: marked,
    leverageTarget: { value: rounded(wish.leverage), reason: null },
    leverageApplied: appliedLeverage(state),
    order,
  };
  return { type: "order", intent, lots: wish.lots };
}

const kindByAction = {
  open_long: "agent_intent_open",
  open_short: "agent_intent_open",
  close_to_flat: "agent_intent_close",
  hold: "agent_intent_hold",
} as const;

function appliedLeverage({ session }: RunState): PlaceIntent["leverageApplied"] {
  const { leverage } = session.probed;
  return leverage === null
    ? { value: null, reason: "missing_leverage_truth" }
    : { value: Number(leverage), reason: null };
}

/** Long and short sides are kept apart only where the account does so. */
export function positionSide(
  { session }: RunState,
  side: "buy" | "sell",
  heldLots: number,
): PositionSide {
  if (session.probed.account.posMode === "net_mode") return "net";
  if (heldLots !== 0) return heldLots > 0 ? "long" : "short";
  return side === "buy" ? "long" : "short";
}

function priceOf(
  style: OrderStyle,
  side: "buy" | "sell",
  ticker: Ticker | null,
): Pick<WantedOrder, "ordType" | "px"> | null {
  if (style === "market") return { ordType: "market", px: null };
  if (ticker === null) return null;
  const { bidPx, askPx } = ticker;
  const buys = side === "buy";
  const px = style === "limit" ? (buys ? askPx : bidPx) : buys ? bidPx : askPx;
  if (!(Number(px) > 0)) return null;
  return { ordType: style === "limit" ? "limit" : "post_only", px };
}
