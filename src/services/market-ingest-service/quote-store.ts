import { type Fault, ok, type Result } from "#base";
import type { Migration, Store, Tables } from "#mesh";
import type { Heartbeat, Tick } from "#protocol";

/** The newest of a symbol as the store keeps it; prices are decimal text, times epoch ms. */
export type QuoteRow = Readonly<{
  symbol: string;
  bid: string | null;
  ask: string | null;
  bid_size: string | null;
  ask_size: string | null;
  quote_ts_ms: number | null;
  price: string | null;
  size: string | null;
  trade_ts_ms: number | null;
  source: string;
  received_ts_ms: number;
  updated_ts_ms: number;
}>;

export type HeartbeatRow = Readonly<{
  name: string;
  heartbeat_ts: string;
  last_tick_ts: string | null;
  last_tick_symbol: string | null;
  last_tick_ms: number | null;
  stream_state: string;
  status: string;
  /** 1 when downstream may count on the ticks, 0 otherwise. */
  fresh: number;
  reason: string;
  sequence: number;
}>;

type IngestTables = {
  market_ingest_service_quotes: QuoteRow;
  market_ingest_service_heartbeat: HeartbeatRow;
};

export type SymbolTicks = Readonly<{ symbol: string; quote: Tick | null; trade: Tick | null }>;

export type WriteReport = Readonly<{
  written: readonly SymbolTicks[];
  /** Symbols of which the store has what is newer, or the same. */
  already: number;
}>;

export type QuoteStore = Readonly<{
  /**
   * Writes all or nothing. A tick that is not newer than the stored one changes nothing, so doing
   * it again, after a doubt or by a second writer, is harmless. Faults: those of the store.
   */
  write: (ticks: readonly SymbolTicks[], nowMs: number) => Promise<Result<WriteReport, Fault>>;
  writeHeartbeat: (
    heartbeat: Heartbeat,
    freshness: Readonly<{ fresh: boolean; reason: string }>,
    lastTickMs: number | null,
  ) => Promise<Result<void, Fault>>;
  read: () => Promise<Result<readonly QuoteRow[], Fault>>;
  readHeartbeat: () => Promise<Result<HeartbeatRow | null, Fault>>;
}>;

export async function openQuoteStore(store: Store): Promise<Result<QuoteStore, Fault>> {
  const opened = await store.open<IngestTables>(migrations);
  if (!opened.ok) return opened;
  const tables = opened.value;
  return ok({
    write: async (ticks, nowMs) => writeTicks(tables, ticks, nowMs),
    writeHeartbeat: async (heartbeat, freshness, lastTickMs) => {
      return writeBeat(tables, beatRow(heartbeat, freshness, lastTickMs));
    },
    read: async () =>
      tables.read(async (db) => {
        const rows = db.selectFrom("market_ingest_service_quotes").selectAll().orderBy("symbol");
        return ok(await rows.execute());
      }),
    readHeartbeat: async () =>
      tables.read(async (db) => {
        const rows = await db.selectFrom("market_ingest_service_heartbeat").selectAll().execute();
        return ok(rows[0] ?? null);
      }),
  });
}

const migrations: readonly Migration[] = [
  {
    id: "0001_quotes",
    tables: [
      {
        name: "market_ingest_service_quotes",
        columns: {
          symbol: "text",
          bid: "text null",
          ask: "text null",
          bid_size: "text null",
          ask_size: "text null",
          quote_ts_ms: "integer null",
          price: "text null",
          size: "text null",
          trade_ts_ms: "integer null",
          source: "text",
          received_ts_ms: "integer",
          updated_ts_ms: "integer",
        },
        key: ["symbol"],
      },
      {
        name: "market_ingest_service_heartbeat",
        columns: {
          name: "text",
          heartbeat_ts: "text",
          last_tick_ts: "text null",
          last_tick_symbol: "text null",
          last_tick_ms: "integer null",
          stream_state: "text",
          status: "text",
          fresh: "integer",
          reason: "text",
          sequence: "integer",
        },
        key: ["name"],
      },
    ],
  },
];

async function writeTicks(
  tables: Tables<IngestTables>,
  ticks: readonly SymbolTicks[],
  nowMs: number,
): Promise<Result<WriteReport, Fault>> {
  if (ticks.length === 0) return ok({ written: [], already: 0 });
  return tables.change(async (db, record) => {
    const symbols = ticks.map(({ symbol }) => symbol);
    const stored = await db
      .selectFrom("market_ingest_service_quotes")
      .selectAll()
      .where("symbol", "in", symbols)
      .execute();
    const rowBySymbol = new Map(stored.map((row) => [row.symbol, row]));
    const written: SymbolTicks[] = [];
    const rows: QuoteRow[] = [];
    for (const tick of ticks) {
      const row = newerRow(rowBySymbol.get(tick.symbol) ?? null, tick, Math.floor(nowMs));
      if (row === null) continue;
      rows.push(row);
      written.push(tick);
      const { symbol: _symbol, ...values } = row;
      await db
        .insertInto("market_ingest_service_quotes")
        .values(row)
        .onConflict((conflict) => conflict.column("symbol").doUpdateSet(values))
        .execute();
    }
    if (rows.length > 0) record({ type: "quotes_written", body: { rows } });
    return ok({ written, already: ticks.length - written.length });
  });
}

/** The row after these ticks; null when it would be as it is. */
function newerRow(before: QuoteRow | null, ticks: SymbolTicks, nowMs: number): QuoteRow | null {
  const quote = isNews(ticks.quote, before, before?.quote_ts_ms ?? null) ? ticks.quote : null;
  const trade = isNews(ticks.trade, before, before?.trade_ts_ms ?? null) ? ticks.trade : null;
  const newest = trade ?? quote;
  if (newest === null) return null;
  return {
    symbol: ticks.symbol,
    bid: quote === null ? (before?.bid ?? null) : quote.bid,
    ask: quote === null ? (before?.ask ?? null) : quote.ask,
    bid_size: quote === null ? (before?.bid_size ?? null) : quote.bid_size,
    ask_size: quote === null ? (before?.ask_size ?? null) : quote.ask_size,
    quote_ts_ms: quote?.exchange_ts_ms ?? before?.quote_ts_ms ?? null,
    price: trade?.price ?? before?.price ?? null,
    size: trade?.size ?? before?.size ?? null,
    trade_ts_ms: trade?.exchange_ts_ms ?? before?.trade_ts_ms ?? null,
    source: newest.source,
    received_ts_ms: newest.received_ts_ms,
    updated_ts_ms: nowMs,
  };
}

/** Of several in one millisecond the one that came in last here is the newest. */
function isNews(tick: Tick | null, before: QuoteRow | null, storedMs: number | null): boolean {
  if (tick === null) return false;
  if (before === null || storedMs === null) return true;
  if (tick.exchange_ts_ms !== storedMs) return tick.exchange_ts_ms > storedMs;
  const { bid, ask, bid_size, ask_size, price, size } = tick;
  const isQuote = tick.kind === "quote";
  const told = isQuote ? [bid, ask, bid_size, ask_size] : [price, size];
  const kept = isQuote
    ? [before.bid, before.ask, before.bid_size, before.ask_size]
    : [before.price, before.size];
  const differs = told.some((value, index) => value !== kept[index]);
  return differs && tick.received_ts_ms >= before.received_ts_ms;
}

const heartbeatName = "market-ingest-service";

function beatRow(
  heartbeat: Heartbeat,
  { fresh, reason }: Readonly<{ fresh: boolean; reason: string }>,
  lastTickMs: number | null,
): HeartbeatRow {
  const { heartbeat_ts, last_tick_ts, last_tick_symbol, stream_state, status } = heartbeat;
  return {
    name: heartbeatName,
    heartbeat_ts,
    last_tick_ts,
    last_tick_symbol,
    last_tick_ms: lastTickMs,
    stream_state,
    status,
    fresh: fresh ? 1 : 0,
    reason,
    sequence: heartbeat.sequence,
  };
}

async function writeBeat(
  tables: Tables<IngestTables>,
  row: HeartbeatRow,
): Promise<Result<void, Fault>> {
  return tables.change(async (db, record) => {
    const { name: _name, ...values } = row;
    await db
      .insertInto("market_ingest_service_heartbeat")
      .values(row)
      .onConflict((conflict) => conflict.column("name").doUpdateSet(values))
      .execute();
    record({ type: "heartbeat_written", body: row });
    return ok(undefined);
  });
}
