import {
  balanceTable,
  billTable,
  configTable,
  feeTable,
  leverageTable,
  positionTable,
  setLeverageTable,
} from "./account-tables.ts";
import {
  bookTable,
  candleTable,
  fundingHistoryTable,
  fundingTable,
  instrumentTable,
  markTable,
  tickerTable,
  timeTable,
  tradeTable,
} from "./market-tables.ts";
import { type Operation, operation } from "./operation.ts";
import { fillTable, orderTable } from "./order-tables.ts";

const publicGroup = { group: "public" } as const;
const account = { group: "account" } as const;
const orders = { group: "orders" } as const;

/** Acts that ask and change nothing, or change settings of the account only. */
export const readingOperations: readonly Operation[] = [
  operation({ ...publicGroup, id: "time", title: "read the venue's clock", rows: timeTable }),
  operation({
    ...{ ...publicGroup, id: "instruments", title: "load the instruments" },
    ...{ rows: instrumentTable, sameQuestions: false },
  }),
  operation({
    ...{ ...publicGroup, id: "ticker", title: "read a ticker", rows: tickerTable },
    headers: "all",
  }),
  operation({ ...publicGroup, id: "book", title: "read five levels of the book", rows: bookTable }),
  operation({ ...publicGroup, id: "candles", title: "read five candles", rows: candleTable }),
  operation({ ...publicGroup, id: "mark_price", title: "read the mark price", rows: markTable }),
  operation({
    ...{ ...publicGroup, id: "funding_rate", title: "read the funding rate" },
    rows: fundingTable,
  }),
  operation({
    ...{ ...publicGroup, id: "funding_history", title: "read three past funding rates" },
    rows: fundingHistoryTable,
  }),
  operation({ ...publicGroup, id: "trades", title: "read public trades", rows: tradeTable }),
  operation({ ...publicGroup, id: "status", title: "ask for maintenance" }),
  operation({
    ...{ ...publicGroup, id: "public_after_private", title: "a ticker after something signed" },
  }),
  operation({
    ...{ ...account, id: "account_config", title: "read the account's modes" },
    rows: configTable,
  }),
  operation({
    ...{ ...account, id: "balance", title: "read the balance", begins: "long" },
    ...{ rows: balanceTable, headers: "all" },
  }),
  operation({
    ...{ ...account, id: "positions_none", title: "read positions when there is none" },
    rows: positionTable,
  }),
  operation({
    ...{ ...account, id: "positions_long", title: "read a long position", begins: "long" },
    rows: positionTable,
  }),
  operation({
    ...{ ...account, id: "positions_short", title: "read a short position", begins: "short" },
    rows: positionTable,
  }),
  operation({ ...account, id: "leverage", title: "read the leverage", rows: leverageTable }),
  operation({
    ...{ ...account, id: "set_leverage", title: "set the leverage to 5", effect: "writes" },
    rows: setLeverageTable,
  }),
  operation({
    ...{ ...account, id: "set_position_mode", title: "hold long and short apart" },
    effect: "writes",
  }),
  operation({ ...account, id: "fee_rates", title: "read the fee rates", rows: feeTable }),
  operation({
    ...{ ...orders, id: "order_by_id", title: "ask for a resting order by its id" },
    ...{ begins: "resting", rows: orderTable },
  }),
  operation({
    ...{ ...orders, id: "order_by_name", title: "ask for a resting order by our name" },
    ...{ begins: "resting", rows: orderTable },
  }),
  operation({
    ...{ ...orders, id: "order_filled", title: "ask for a filled order" },
    ...{ begins: "long", rows: orderTable },
  }),
  operation({
    ...{ ...orders, id: "order_prevented", title: "ask for an order that a self trade ended" },
    ...{ begins: "prevented", rows: orderTable },
  }),
  operation({
    ...{ ...orders, id: "orders_pending", title: "list resting orders" },
    ...{ begins: "traded", rows: orderTable },
  }),
  operation({
    ...{ ...orders, id: "orders_history", title: "list ended orders" },
    ...{ begins: "traded", rows: orderTable },
  }),
  operation({
    ...{ ...orders, id: "fills", title: "list fills", begins: "traded", rows: fillTable },
  }),
  operation({
    ...{ ...orders, id: "bills", title: "list bills", begins: "traded", rows: billTable },
  }),
  operation({
    ...{ group: "paging", id: "pages_of_orders", title: "page through ended orders, two a page" },
    ...{ begins: "traded", rows: orderTable },
  }),
  operation({
    ...{ group: "paging", id: "pages_of_fills", title: "page through fills, two a page" },
    ...{ begins: "traded", rows: fillTable },
  }),
  operation({
    ...{ group: "paging", id: "pages_of_bills", title: "page through bills, two a page" },
    ...{ begins: "traded", rows: billTable },
  }),
];
