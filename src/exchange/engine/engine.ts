import { AccountStore } from "../accounts/account-store.ts";
import { BalanceStore } from "../accounts/balance-store.ts";
import { PositionStore } from "../accounts/position-store.ts";
import { AlgoBoard } from "../algo/algo-board.ts";
import { Attachments } from "../algo/attached.ts";
import type { ExchangeConfig } from "../api/config.ts";
import { OrderStore } from "../book/order-store.ts";
import { billFields, fillFields, tradeFields } from "../ledger/history-fields.ts";
import { RowRing } from "../ledger/row-ring.ts";
import { VenueMoney } from "../ledger/venue-money.ts";
import { queueModelNames } from "./codes.ts";
import { EventSink } from "./event-sink.ts";
import { Market } from "./market.ts";

const { billNumbers } = billFields;
const { fillNumbers } = fillFields;
const { tradeNumbers } = tradeFields;

/**
 * Everything the exchange knows. Its state is a function of the commands applied so far and of
 * nothing else: ids are counters, time comes with the commands, and no container is walked in an
 * order that history does not determine.
 */
export class Engine {
  readonly currencies: readonly string[];
  readonly markets: readonly Market[];
  readonly orders: OrderStore;
  readonly accounts: AccountStore;
  readonly rows: PositionStore;
  readonly balances: BalanceStore;
  readonly fills: RowRing;
  readonly bills: RowRing;
  readonly trades: RowRing;
  readonly money: VenueMoney;
  readonly algos: AlgoBoard;
  readonly attachments: Attachments = new Attachments();
  readonly events: EventSink = new EventSink();
  readonly queueModel: number;
  readonly maxMakersPerTaker: number;
  readonly maxOpenOrders: number;
  readonly maxOpenOrdersPerMarket: number;
  nowMs = 0;
  /** Something happened that may leave a position or a balance short. */
  isLookDue = false;
  nextPositionId = 1;
  nextTimerMs: number = Infinity;
  /** Of the order that the current command placed, amended or cancelled; 0: none. */
  resultOrderId = 0;
  resultAlgoId = 0;
  /** Answer of the latest walk through a book. */
  readonly walk: Float64Array = new Float64Array(4);
  walkCount = 0;

  constructor(config: ExchangeConfig) {
    const names = new Set(config.currencies ?? []);
    for (const spec of config.instruments) names.add(spec.base).add(spec.quote);
    this.currencies = [...names];
    this.markets = config.instruments.map(
      (spec, index) =>
        new Market(index, spec, {
          base: this.currencies.indexOf(spec.base),
          quote: this.currencies.indexOf(spec.quote),
        }),
    );
    const keep = (rows: number | undefined): number => powerOfTwo(rows ?? 262_144);
    const first = (kept: number): number => (config.preallocate === true ? kept : 1024);
    const ring = (width: number, rows: number | undefined): RowRing =>
      new RowRing(width, keep(rows), first(keep(rows)));
    this.orders = new OrderStore(keep(config.history?.orders), first(keep(config.history?.orders)));
    this.fills = ring(fillNumbers, config.history?.fills);
    this.bills = ring(billNumbers, config.history?.bills);
    this.trades = ring(tradeNumbers, config.history?.trades);
    this.accounts = new AccountStore(this.markets.length);
    this.rows = new PositionStore(this.markets.length);
    this.balances = new BalanceStore(this.currencies.length);
    this.money = new VenueMoney(this.currencies.length);
    this.algos = new AlgoBoard(this.markets.length);
    this.queueModel = queueModelNames.indexOf(config.queueModel ?? "back");
    this.maxMakersPerTaker = config.maxMakersPerTaker ?? 1000;
    this.maxOpenOrders = config.maxOpenOrders ?? 4000;
    this.maxOpenOrdersPerMarket = config.maxOpenOrdersPerInstrument ?? 500;
  }
}

function powerOfTwo(rows: number): number {
  let size = 1024;
  while (size < rows && size < 1_073_741_824) size *= 2;
  return size;
}
