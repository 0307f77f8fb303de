import type {
  MarginMode,
  OrderType,
  PositionMode,
  PositionSide,
  Side,
  StpMode,
} from "../api/command.ts";
import type { InstrumentSpec } from "../api/instrument-spec.ts";
import type { CancelReason } from "../api/reject.ts";

/**
 * The slow twin of the engine: lists, BigInt, and every sum computed anew whenever it is asked
 * for. Nothing is shared with the engine but the words of the door.
 */
export type NaiveOrder = {
  id: number;
  account: number;
  instrument: number;
  side: Side;
  type: OrderType;
  mode: MarginMode;
  positionSide: PositionSide;
  closes: boolean;
  stp: StpMode;
  price: number;
  lots: number;
  filled: number;
  /** Sum of lots * ticks, for spot's rounding over a whole order. */
  lotTicks: bigint;
  state: "open" | "filled" | "canceled";
};

/** A place in the queue of a price: an order of ours, or so many lots of the outside market. */
export type Entry = { order: NaiveOrder } | { outside: number };

export type Level = { price: number; queue: Entry[] };

export type NaivePosition = {
  account: number;
  instrument: number;
  mode: MarginMode;
  side: PositionSide;
  lots: number;
  cost: bigint;
  margin: bigint;
  leverage: number;
};

export type NaiveMarket = {
  spec: InstrumentSpec;
  index: number;
  live: boolean;
  mark: number;
  last: number;
  /** Best first. */
  bids: Level[];
  asks: Level[];
};

export type NaiveAccount = {
  positionMode: PositionMode;
  stp: StpMode;
  cash: Map<string, bigint>;
  /** Open orders in the order of their ids. */
  open: NaiveOrder[];
};

/** What both twins report of a command, in order. */
export type Happening =
  | Readonly<{
      type: "fill";
      order: number;
      price: number;
      lots: number;
      fee: bigint;
      pnl: bigint;
    }>
  | Readonly<{ type: "cancel"; order: number; reason: CancelReason }>
  | Readonly<{ type: "stp"; taker: number; maker: number; lots: number }>;

export function ceilDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b > 0n ? quotient + 1n : quotient;
}

export function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

/** A fee of so many millionths: up when paid, down when received. */
export function feeOf(value: bigint, ppm: number): bigint {
  return ppm >= 0
    ? ceilDiv(value * BigInt(ppm), 1_000_000n)
    : -floorDiv(value * BigInt(-ppm), 1_000_000n);
}

export function absolute(n: bigint): bigint {
  return n < 0n ? -n : n;
}

export function largest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
