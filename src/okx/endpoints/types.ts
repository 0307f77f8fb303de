import type {
  BillsQuery,
  CurrencyQuery,
  LeverageInfoQuery,
  MaxAvailableQuery,
  MaxSizeQuery,
  PositionsHistoryQuery,
  PositionsQuery,
  SetLeverage,
  SetPositionMode,
  TradeFeeQuery,
} from "../requests/account.ts";
import type {
  AlgoQuery,
  AlgosHistoryQuery,
  AmendAlgo,
  CancelAlgo,
  PendingAlgosQuery,
  PlaceAlgo,
} from "../requests/algo.ts";
import type {
  BooksQuery,
  CandlesQuery,
  FundingHistoryQuery,
  HistoryTradesQuery,
  IndexTickersQuery,
  InstIdQuery,
  InstrumentsQuery,
  MarkPriceQuery,
  NoQuery,
  OpenInterestQuery,
  PositionTiersQuery,
  StatusQuery,
  TickersQuery,
  TradesQuery,
} from "../requests/public.ts";
import type {
  AmendOrder,
  CancelAllAfter,
  ClosePosition,
  FillsHistoryQuery,
  FillsQuery,
  OrderKeyRequest,
  OrdersHistoryQuery,
  PendingOrdersQuery,
  PlaceOrder,
} from "../requests/trade.ts";
import type {
  AccountConfigRow,
  BalanceRow,
  LeverageInfoRow,
  MaxAvailableRow,
  MaxSizeRow,
  PositionModeRow,
  TradeFeeRow,
} from "../rows/account.ts";
import type { AlgoAckRow, AlgoRow } from "../rows/algo.ts";
import type { AssetBalanceRow, CurrencyRow } from "../rows/asset.ts";
import type { BillRow } from "../rows/bill.ts";
import type { FillRow } from "../rows/fill.ts";
import type { InstrumentRow, PositionTierRow, PriceLimitRow } from "../rows/instrument.ts";
import type {
  BookRow,
  CandleRow,
  FundingHistoryRow,
  FundingRateRow,
  IndexTickerRow,
  MarkPriceRow,
  OpenInterestRow,
  PriceCandleRow,
  StatusRow,
  TickerRow,
  TimeRow,
  TradeRow,
} from "../rows/market.ts";
import type {
  AccountRateLimitRow,
  CancelAfterRow,
  CloseAckRow,
  OrderAckRow,
  OrderRow,
} from "../rows/order.ts";
import type { PositionHistoryRow, PositionRow } from "../rows/position.ts";

/** What each endpoint takes: the query, or the body (each entry of a list). */
export type RequestByEndpoint = Readonly<{
  time: NoQuery;
  status: StatusQuery;
  instruments: InstrumentsQuery;
  tickers: TickersQuery;
  ticker: InstIdQuery;
  books: BooksQuery;
  candles: CandlesQuery;
  history_candles: CandlesQuery;
  mark_price_candles: CandlesQuery;
  index_candles: CandlesQuery;
  trades: TradesQuery;
  history_trades: HistoryTradesQuery;
  mark_price: MarkPriceQuery;
  index_tickers: IndexTickersQuery;
  funding_rate: InstIdQuery;
  funding_rate_history: FundingHistoryQuery;
  open_interest: OpenInterestQuery;
  price_limit: InstIdQuery;
  position_tiers: PositionTiersQuery;
  account_instruments: InstrumentsQuery;
  account_config: NoQuery;
  balance: CurrencyQuery;
  positions: PositionsQuery;
  positions_history: PositionsHistoryQuery;
  bills: BillsQuery;
  bills_archive: BillsQuery;
  leverage_info: LeverageInfoQuery;
  set_leverage: SetLeverage;
  set_position_mode: SetPositionMode;
  trade_fee: TradeFeeQuery;
  max_size: MaxSizeQuery;
  max_avail_size: MaxAvailableQuery;
  asset_currencies: CurrencyQuery;
  asset_balances: CurrencyQuery;
  place_order: PlaceOrder;
  place_orders: PlaceOrder;
  cancel_order: OrderKeyRequest;
  cancel_orders: OrderKeyRequest;
  amend_order: AmendOrder;
  amend_orders: AmendOrder;
  close_position: ClosePosition;
  order: OrderKeyRequest;
  orders_pending: PendingOrdersQuery;
  orders_history: OrdersHistoryQuery;
  orders_history_archive: OrdersHistoryQuery;
  fills: FillsQuery;
  fills_history: FillsHistoryQuery;
  cancel_all_after: CancelAllAfter;
  account_rate_limit: NoQuery;
  place_algo: PlaceAlgo;
  cancel_algos: CancelAlgo;
  amend_algo: AmendAlgo;
  algo_order: AlgoQuery;
  algos_pending: PendingAlgosQuery;
  algos_history: AlgosHistoryQuery;
}>;

/** One row of what each endpoint answers. */
export type RowByEndpoint = Readonly<{
  time: TimeRow;
  status: StatusRow;
  instruments: InstrumentRow;
  tickers: TickerRow;
  ticker: TickerRow;
  books: BookRow;
  candles: CandleRow;
  history_candles: CandleRow;
  mark_price_candles: PriceCandleRow;
  index_candles: PriceCandleRow;
  trades: TradeRow;
  history_trades: TradeRow;
  mark_price: MarkPriceRow;
  index_tickers: IndexTickerRow;
  funding_rate: FundingRateRow;
  funding_rate_history: FundingHistoryRow;
  open_interest: OpenInterestRow;
  price_limit: PriceLimitRow;
  position_tiers: PositionTierRow;
  account_instruments: InstrumentRow;
  account_config: AccountConfigRow;
  balance: BalanceRow;
  positions: PositionRow;
  positions_history: PositionHistoryRow;
  bills: BillRow;
  bills_archive: BillRow;
  leverage_info: LeverageInfoRow;
  set_leverage: LeverageInfoRow;
  set_position_mode: PositionModeRow;
  trade_fee: TradeFeeRow;
  max_size: MaxSizeRow;
  max_avail_size: MaxAvailableRow;
  asset_currencies: CurrencyRow;
  asset_balances: AssetBalanceRow;
  place_order: OrderAckRow;
  place_orders: OrderAckRow;
  cancel_order: OrderAckRow;
  cancel_orders: OrderAckRow;
  amend_order: OrderAckRow;
  amend_orders: OrderAckRow;
  close_position: CloseAckRow;
  order: OrderRow;
  orders_pending: OrderRow;
  orders_history: OrderRow;
  orders_history_archive: OrderRow;
  fills: FillRow;
  fills_history: FillRow;
  cancel_all_after: CancelAfterRow;
  account_rate_limit: AccountRateLimitRow;
  place_algo: AlgoAckRow;
  cancel_algos: AlgoAckRow;
  amend_algo: AlgoAckRow;
  algo_order: AlgoRow;
  algos_pending: AlgoRow;
  algos_history: AlgoRow;
}>;

export type EndpointName = keyof RowByEndpoint;
