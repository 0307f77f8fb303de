export type {
  AdjustMargin,
  AmendAlgo,
  AmendOrder,
  AttachedLegs,
  CancelAlgo,
  CancelAll,
  CancelAllAfter,
  CancelOrder,
  ClosePosition,
  Command,
  MarginMode,
  OpenAccount,
  OrderType,
  OutsideLevel,
  OutsidePrint,
  PlaceAlgo,
  PlaceOrder,
  PositionMode,
  PositionSide,
  SetInstrumentState,
  SetLeverage,
  SetMark,
  SetOutside,
  SetPositionMode,
  SetStpMode,
  SettleFunding,
  Side,
  StpMode,
  Tick,
  Trail,
  Transfer,
  TriggerLeg,
  TriggerSource,
} from "./api/command.ts";
export type { ExchangeConfig, QueueModel } from "./api/config.ts";
export { createExchange } from "./api/create-exchange.ts";
export type { ExchangeEvent } from "./api/event.ts";
export type { Exchange, HotExchange, Outcome, PositionKey } from "./api/exchange.ts";
export {
  type InstrumentSpec,
  moneyScale,
  type SpecKind,
  type SpecState,
  type SpecText,
  type SpecTier,
  specFromText,
} from "./api/instrument-spec.ts";
export { type CancelReason, cancelCodes, type RejectReason, rejectCodes } from "./api/reject.ts";
export type {
  AccountView,
  AlgoState,
  AlgoView,
  BalanceView,
  BillSubtype,
  BillType,
  BillView,
  BookLevelView,
  BookView,
  FillView,
  Liquidity,
  OrderOrigin,
  OrderState,
  OrderView,
  Page,
  PositionView,
  TradeView,
} from "./api/view.ts";
export { commandFields, commandKinds } from "./engine/command-row.ts";
export { eventFields } from "./engine/event-fields.ts";
export {
  type BarFeedOptions,
  createBarFeed,
  type FeedBar,
  type PathModel,
} from "./feeds/bar-feed.ts";
export { type DepthModel, levelsAround, type SyntheticBook } from "./feeds/depth.ts";
export { type Feed, feedOf, type MarketCommand, mergeFeeds } from "./feeds/feed.ts";
export { type Delay, delayOf, type LatencyModel } from "./feeds/latency.ts";
export {
  createDepthFeed,
  createFundingFeed,
  createMarkFeed,
  createQuoteFeed,
  createTradeFeed,
  type FeedDepth,
  type FeedQuote,
  type FeedTrade,
} from "./feeds/recorded-feeds.ts";
export { createTimeline, type Delivery, type Sent, type Timeline } from "./feeds/timeline.ts";
