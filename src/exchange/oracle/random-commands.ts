import { createStream } from "#base";
import type { Command, OutsideLevel, PositionSide, Side } from "../api/command.ts";

/** How a stream of commands is drawn. */
export type Mix = Readonly<{
  seed: number;
  accounts: number;
  /** What each account begins with, in units of USDT. */
  units: number;
  /** Whether the last account is in long/short mode. */
  hedge: boolean;
  /** Prices lie within `spread` ticks of `middle`. */
  middle: number;
  spread: number;
  largestLots: number;
  outside: boolean;
  spot: boolean;
  /** How far from the middle the mark may jump, in ticks: large jumps liquidate. */
  markJump: number;
}>;

/** An order that cancels and amends may aim at. */
export type Target = Readonly<{ id: number; account: number }>;

type Draw = Readonly<{
  below: (n: number) => number;
  pick: <T>(list: readonly T[]) => T;
  near: () => number;
  lots: () => number;
  side: () => Side;
  positionSide: (account: number) => PositionSide;
}>;

type By = Readonly<{ timeMs: number; account: number }>;

/**
 * A stream of commands that mean something most of the time. `open` are the orders that rest now,
 * `ids` the number of orders so far.
 */
export function randomCommands(
  mix: Mix,
): (open: readonly Target[], ids: number, timeMs: number) => Command {
  const draw = drawsOf(mix);
  return (open: readonly Target[], ids: number, timeMs: number): Command => {
    const account = draw.below(mix.accounts);
    const instrument = mix.spot && draw.below(5) === 0 ? 1 : 0;
    const any = { id: Math.max(1, ids - draw.below(40)), account };
    const target = open.length > 0 && draw.below(8) !== 0 ? draw.pick(open) : any;
    const aim = { timeMs, account: target.account, orderId: target.id };
    const by = { timeMs, account };
    const kind = draw.below(100);
    if (kind < 50) return placeCommand(draw, by, instrument);
    if (kind < 60) return { ...aim, type: "cancel" };
    if (kind < 76) {
      const price = draw.below(2) === 0 ? { priceTicks: draw.near() } : {};
      const lots = draw.below(2) === 0 ? { lots: draw.lots() } : {};
      const fail = draw.below(8) === 0 ? { cancelOnFail: true } : {};
      return { ...aim, type: "amend", ...price, ...lots, ...fail };
    }
    if (kind < 80) {
      const jump = draw.below(2 * mix.markJump + 1) - mix.markJump;
      const priceTicks = Math.max(1, mix.middle + jump);
      return { timeMs, instrument: 0, type: "set_mark", priceTicks };
    }
    return kind < 90 && mix.outside ? outsideCommand(draw, mix, timeMs) : rareCommand(draw, by);
  };
}

function drawsOf(mix: Mix): Draw {
  const stream = createStream({ seed: mix.seed, stream: "sample", id: 0 });
  const { below } = stream;
  const pick = <T>(list: readonly T[]): T => list[below(list.length)];
  const isHedge = (account: number): boolean => mix.hedge && account === mix.accounts - 1;
  return {
    below,
    pick,
    near: () => mix.middle - mix.spread + below(2 * mix.spread + 1),
    lots: () => 1 + below(mix.largestLots),
    side: () => pick(["buy", "sell"]),
    positionSide: (account) => (isHedge(account) ? pick(["long", "short"]) : "net"),
  };
}

function placeCommand(draw: Draw, by: By, instrument: number): Command {
  const orderType = draw.pick([
    "limit",
    "limit",
    "limit",
    "market",
    "post_only",
    "fok",
    "ioc",
  ] as const);
  const spot = instrument === 1;
  return {
    ...by,
    type: "place",
    instrument,
    side: draw.side(),
    orderType,
    priceTicks: orderType === "market" ? null : draw.near(),
    lots: spot ? draw.lots() * 1000 : draw.lots(),
    marginMode: spot ? "cash" : draw.pick(["cross", "cross", "isolated"]),
    positionSide: spot ? "net" : draw.positionSide(by.account),
    ...(draw.below(6) === 0 ? { reduceOnly: true } : {}),
    ...(draw.below(3) === 0
      ? { stpMode: draw.pick(["cancel_maker", "cancel_taker", "cancel_both"] as const) }
      : {}),
  };
}

/** Prints anywhere; levels on their own side of some price: a feed rarely crosses itself. */
function outsideCommand(draw: Draw, mix: Mix, timeMs: number): Command {
  const on = { timeMs, instrument: 0 };
  if (draw.below(3) === 0) {
    const [side, priceTicks, lots] = [draw.side(), draw.near(), draw.lots()];
    return { ...on, type: "outside_print", side, priceTicks, lots };
  }
  const edge = draw.near();
  const levels: OutsideLevel[] = [];
  const count = 1 + draw.below(5);
  for (let k = 0; k < count; k += 1) {
    const side = draw.side();
    const away = draw.below(mix.spread) + 1;
    const priceTicks = Math.max(1, side === "sell" ? edge + away : edge - away);
    levels.push({ side, priceTicks, lots: draw.below(4) === 0 ? 0 : draw.lots() * 2 });
  }
  return { ...on, type: "set_outside", snapshot: draw.below(6) === 0, levels };
}

function rareCommand(draw: Draw, by: By): Command {
  const position = {
    ...by,
    instrument: 0,
    marginMode: draw.pick(["cross", "isolated"] as const),
    positionSide: draw.positionSide(by.account),
  };
  const { timeMs } = by;
  switch (draw.below(6)) {
    case 0:
      return { ...position, type: "close_position", autoCancel: draw.below(2) === 0 };
    case 1:
      return { ...position, type: "set_leverage", leverageCenti: 100 * (1 + draw.below(100)) };
    case 2:
      return { ...position, type: "adjust_margin", units: (draw.below(2001) - 1000) * 1_000_003 };
    case 3:
      return {
        timeMs,
        instrument: 0,
        type: "settle_funding",
        rateE12: draw.below(600_000_001) - 300_000_000,
      };
    case 4: {
      const units = draw.below(3) === 0 ? -draw.below(1e9) - 1 : 1e9 + draw.below(1e9);
      return { ...by, type: "transfer", currency: draw.pick(["USDT", "BTC"]), units };
    }
    default:
      return draw.below(4) === 0
        ? { ...by, type: "cancel_all" }
        : { ...by, type: "cancel_all", instrument: 0 };
  }
}
