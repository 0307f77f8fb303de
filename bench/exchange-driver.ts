import {
  commandFields,
  commandKinds,
  createExchange,
  type Exchange,
  type InstrumentSpec,
  specFromText,
} from "#exchange";

const accounts = 72;

/**
 * 64 accounts take turns, so that self-trade prevention has work in the crossing stream. What takes
 * at once has eight of its own, because the peer forgets whose an order is when it is moved.
 */
export function accountOf(kind: number, order: number): number {
  return kind === 1 ? 64 + (order & 7) : order & 63;
}

/** Operations of a stream as rows of the exchange's hot interface. */
export type Driver = Readonly<{
  exchange: Exchange;
  /** 0, or the reject code. */
  apply: (kind: number, order: number, side: number, ticks: number, lots: number) => number;
  openLots: (order: number) => number;
  sideOf: (order: number) => number;
  ticksOf: (order: number) => number;
  idOf: (order: number) => number;
}>;

const f = commandFields;

/** An exchange with rich accounts at 100x, a mark, and histories as short as they can be. */
export function createDriver(keptOrders: number): Driver {
  const exchange = benchExchange(keptOrders);
  const { hot } = exchange;
  const row = new Float64Array(f.commandWidth);
  row[f.commandMode] = 1;
  row[f.commandStp] = -1;
  let ids = new Float64Array(1024);
  let accountByOrder = new Float64Array(1024);
  let timeMs = 0;
  const { commandKind, commandTimeMs, commandAccount, commandSide, commandType } = f;
  const { commandTicks, commandLots, commandTarget } = f;
  const { kindPlace, kindAmend, kindCancel } = commandKinds;
  const view = (order: number): ReturnType<Exchange["order"]> => exchange.order(ids[order] ?? 0);
  return {
    exchange,
    idOf: (order) => ids[order] ?? 0,
    apply(kind, order, side, ticks, lots): number {
      timeMs += 1;
      row[commandTimeMs] = timeMs;
      row[commandTicks] = ticks;
      if (kind <= 1) {
        row[commandAccount] = accountOf(kind, order);
        row[commandKind] = kindPlace;
        row[commandSide] = side;
        row[commandType] = kind === 0 ? 0 : 4;
        row[commandLots] = lots;
        const code = hot.apply(row, 0);
        if (order >= ids.length) {
          ids = doubled(ids);
          accountByOrder = doubled(accountByOrder);
        }
        ids[order] = hot.orderId();
        accountByOrder[order] = row[commandAccount] ?? 0;
        return code;
      }
      row[commandAccount] = accountByOrder[order] ?? 0;
      row[commandTarget] = ids[order] ?? 0;
      row[commandLots] = 0;
      row[commandKind] = kind === 2 ? kindCancel : kindAmend;
      return hot.apply(row, 0);
    },
    openLots(order): number {
      const found = view(order);
      const isOpen = found?.state === "live" || found?.state === "partially_filled";
      return found === null || !isOpen ? 0 : found.lots - found.filledLots;
    },
    ticksOf: (order) => view(order)?.priceTicks ?? 0,
    sideOf: (order) => (view(order)?.side === "sell" ? 1 : 0),
  };
}

function doubled(old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(old.length * 2);
  grown.set(old);
  return grown;
}

function benchExchange(keptOrders: number): Exchange {
  const rows = 4096;
  const made = createExchange({
    instruments: [benchSpec()],
    maxOpenOrders: 1_000_000,
    maxOpenOrdersPerInstrument: 1_000_000,
    history: { orders: keptOrders, fills: rows, bills: rows, trades: rows },
    preallocate: true,
  });
  if (!made.ok) throw new Error(made.fault.message);
  const exchange = made.value;
  const at = { timeMs: 0, instrument: 0 } as const;
  for (let account = 0; account < accounts; account += 1) {
    exchange.apply({ type: "open_account", timeMs: 0 });
    exchange.apply({ type: "transfer", timeMs: 0, account, currency: "USDT", units: 1e15 });
    exchange.apply({
      ...at,
      type: "set_leverage",
      account,
      marginMode: "cross",
      positionSide: "net",
      leverageCenti: 10_000,
    });
  }
  exchange.apply({ ...at, type: "set_mark", priceTicks: 1887 });
  return exchange;
}

function benchSpec(): InstrumentSpec {
  const spec = specFromText({
    id: "BTC-USDT-SWAP",
    kind: "swap",
    base: "BTC",
    quote: "USDT",
    tickSize: "0.1",
    lotSize: "0.01",
    minSize: "0.01",
    maxLimitSize: "100000",
    maxMarketSize: "100000",
    contractValue: "0.01",
    takerFeePpm: 500,
    makerFeePpm: 200,
    priceBandPpm: 500_000,
    tiers: [
      { maxSize: "1000", mmrPpm: 4000, imrPpm: 10_000, maxLeverageCenti: 10_000 },
      { maxSize: "600000", mmrPpm: 5000, imrPpm: 10_000, maxLeverageCenti: 10_000 },
    ],
  });
  if (!spec.ok) throw new Error(spec.fault.message);
  return spec.value;
}
