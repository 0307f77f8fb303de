export { type OkxAnswer, parseAnswer } from "./answer.ts";
export { type Bar, findBar } from "./bars.ts";
export { bookChecksum } from "./book-checksum.ts";
export { type BookFollower, createBookFollower, type FollowedBook } from "./book-follower.ts";
export { isClientOrderId, isOrderTag, isRequestId } from "./client-ids.ts";
export { type CancelSource, cancelSourceName, cancelSources } from "./codes/cancel-sources.ts";
export type { CodeKind } from "./codes/code.ts";
export { codeMessage, findCode, type VenueCode, venueCodes } from "./codes/table.ts";
export {
  type CodeMeaning,
  codeMeaning,
  type ErrorClass,
  isOutcomeUnsure,
  type L1Class,
} from "./codes/taxonomy.ts";
export type {
  Endpoint,
  EndpointAuth,
  LimitScope,
  Paging,
  RateLimit,
} from "./endpoints/endpoint.ts";
export { endpointOf, endpoints, findEndpoint } from "./endpoints/table.ts";
export type { EndpointName, RequestByEndpoint, RowByEndpoint } from "./endpoints/types.ts";
export type { Columns, Fields, RawLevel, Row, Whole } from "./fields.ts";
export { createGrid, type Grid, moneyFromText, moneyScale, moneyText, trimmed } from "./numbers.ts";
export { parseBatch, parseRequest, type RequestFault } from "./request.ts";
export type {
  AccountConfigRow,
  BalanceDetailRow,
  BalanceRow,
  LeverageInfoRow,
  TradeFeeRow,
} from "./rows/account.ts";
export type { AlgoRow } from "./rows/algo.ts";
export type { BillRow } from "./rows/bill.ts";
export type { FillRow, FillUpdateRow } from "./rows/fill.ts";
export type { InstrumentRow, PositionTierRow, PriceLimitRow } from "./rows/instrument.ts";
export type {
  BookRow,
  BookUpdateRow,
  CandleRow,
  FundingHistoryRow,
  FundingRateRow,
  MarkPriceRow,
  PriceCandleRow,
  StatusRow,
  TickerRow,
  TradeRow,
} from "./rows/market.ts";
export type { OrderAckRow, OrderRow, OrderUpdateRow } from "./rows/order.ts";
export type { PositionHistoryRow, PositionRow } from "./rows/position.ts";
export {
  authHeaders,
  isSignedBy,
  loginPrehash,
  type OkxKey,
  queryText,
  restPrehash,
  type SignedRequest,
  sign,
} from "./signing.ts";
export {
  type Channel,
  type ChannelFamily,
  channels,
  findChannel,
  type RowByChannel,
  type StreamSide,
} from "./ws/channels.ts";
export {
  type ChannelArg,
  type ClientFrame,
  endpointByWriteOp,
  type Login,
  parseClientFrame,
  type WriteOp,
} from "./ws/client-frame.ts";
export {
  type Push,
  parseServerFrame,
  pushedRows,
  readServerFrame,
  type ServerFrame,
} from "./ws/server-frame.ts";
