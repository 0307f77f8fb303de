import type { Millis } from "#base";
import type { StpMode } from "./command.ts";
import type { CancelReason } from "./reject.ts";
import type {
  AlgoView,
  BalanceView,
  BillView,
  FillView,
  OrderView,
  PositionView,
  TradeView,
} from "./view.ts";

/**
 * What a command did, in the order in which it happened. Orders are shown as they were at that
 * moment; positions and balances once, at the end of the command, if they changed.
 */
export type ExchangeEvent =
  | Readonly<{ type: "order_accepted"; order: OrderView }>
  | Readonly<{ type: "order_amended"; order: OrderView }>
  | Readonly<{ type: "order_canceled"; order: OrderView; reason: CancelReason }>
  | Readonly<{ type: "fill"; order: OrderView; fill: FillView }>
  | Readonly<{ type: "trade"; trade: TradeView }>
  | Readonly<{
      type: "self_trade_prevented";
      account: number;
      instrument: number;
      mode: StpMode;
      takerOrderId: number;
      makerOrderId: number;
      /** What would have traded. */
      lots: number;
      priceTicks: number;
    }>
  | Readonly<{ type: "bill"; bill: BillView }>
  | Readonly<{ type: "position"; position: PositionView }>
  | Readonly<{ type: "balance"; balance: BalanceView }>
  | Readonly<{
      type: "liquidation";
      account: number;
      instrument: number;
      positionId: number;
      /** Signed lots before and after. */
      lotsBefore: number;
      lotsAfter: number;
      takeoverTicks: number;
      full: boolean;
    }>
  | Readonly<{ type: "algo"; algo: AlgoView }>
  | Readonly<{ type: "mark"; instrument: number; priceTicks: number; timeMs: Millis }>
  | Readonly<{ type: "funding"; instrument: number; rateE12: number; timeMs: Millis }>
  | Readonly<{ type: "book"; instrument: number; version: number }>;
