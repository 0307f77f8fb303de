import type { Fault } from "#base";
import { type Log, type MeshClock, type Metrics, momentOf } from "#mesh";
import { noTicks, observeTick, type TickWatch } from "#safety";
import type { Waiting } from "./coalescer.ts";
import type { PendingTicks } from "./pending-ticks.ts";
import type { QuoteStore, SymbolTicks } from "./quote-store.ts";

export type RowWriterOptions = Readonly<{
  store: Pick<QuoteStore, "write">;
  clock: MeshClock;
  log: Log;
  metrics: Metrics;
  /** In [0, 1), from a seeded stream. */
  chance: () => number;
}>;

/** Writes rows and remembers how that goes. */
export type RowWriter = Readonly<{
  /** True when the items are durable and their givers told; false leaves them to the caller. */
  write: (items: readonly Waiting<PendingTicks>[]) => Promise<boolean>;
  /** After a failure: not before the pause is over. */
  mayTry: () => boolean;
  isFailing: () => boolean;
  /** The ticks that are durable. */
  stored: () => Readonly<{ watch: TickWatch; lastSymbol: string | null }>;
}>;

const backoffFloorMs = 1000;
const backoffCeilingMs = 60_000;

export function createRowWriter({
  store,
  clock,
  log,
  metrics,
  chance,
}: RowWriterOptions): RowWriter {
  const count = createCounters(metrics);
  let watch: TickWatch = noTicks;
  let lastSymbol: string | null = null;
  let failures = 0;
  let retryAtMs = 0;

  function noteStored(ticks: readonly SymbolTicks[]): void {
    const each = ticks.flatMap(({ quote, trade }) => [quote, trade]);
    for (const tick of each) {
      if (tick === null) continue;
      const before = watch.lastTickMs;
      watch = observeTick(watch, tick.exchange_ts_ms, momentOf(clock));
      if (watch.lastTickMs !== before) lastSymbol = tick.symbol;
    }
  }

  function failed(fault: Fault): void {
    failures += 1;
    const pauseMs = backoffMs(failures, chance);
    retryAtMs = clock.monotonicMs() + pauseMs;
    count.failed();
    const fields = { reason_code: fault.code, msg: fault.message, retry_in_ms: pauseMs };
    log.warn("ingest.write_failed", { ...fields, outcome: "failed" });
  }

  return {
    async write(items): Promise<boolean> {
      if (items.length === 0) return true;
      const ticks = items.map(({ key, item }) => {
        return { symbol: key, quote: item.quote, trade: item.trade };
      });
      const report = await store.write(ticks, clock.nowMs());
      if (!report.ok) {
        failed(report.fault);
        return false;
      }
      if (failures > 0) log.info("ingest.write_recovered", { failures, outcome: "ok" });
      failures = 0;
      noteStored(report.value.written);
      count.written(report.value.written.length, report.value.already);
      for (const { item } of items) for (const giver of item.givers) giver.acknowledge();
      return true;
    },
    mayTry: () => clock.monotonicMs() >= retryAtMs,
    isFailing: () => failures > 0,
    stored: () => ({ watch, lastSymbol }),
  };
}

/** Full jitter below a ceiling that doubles from one second to sixty. */
function backoffMs(failures: number, chance: () => number): number {
  let ceiling = backoffFloorMs;
  for (let n = 1; n < failures && ceiling < backoffCeilingMs; n += 1) ceiling *= 2;
  return Math.floor(chance() * Math.min(ceiling, backoffCeilingMs));
}

type Counters = Readonly<{
  written: (rows: number, already: number) => void;
  failed: () => void;
}>;

function createCounters(metrics: Metrics): Counters {
  const rows = metrics.counter({
    name: "assay_ingest_rows_total",
    help: "Rows that were due, by what became of them.",
    labels: ["outcome"],
  });
  const failures = metrics.counter({
    name: "assay_ingest_write_failures_total",
    help: "Writes that the store refused.",
  });
  return {
    written(count, already): void {
      if (count > 0) rows.add({ outcome: "written" }, count);
      if (already > 0) rows.add({ outcome: "already" }, already);
    },
    failed: () => failures.add({}),
  };
}
