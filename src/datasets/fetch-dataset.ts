import { err, type Fault, isoFromMillis, ok, type Result } from "#base";
import { type Instrument, intervalText } from "#market";
import type {
  Candle,
  CandleSource,
  FundingRate,
  PageRequest,
  SourceFault,
} from "./candle-source.ts";
import {
  defaultBarColumns,
  defaultFundingColumns,
  parseBarColumns,
  parseFundingColumns,
} from "./columns.ts";
import { type AskPage, type PageRow, walkPages } from "./fetch-pages.ts";
import type { FlawCode } from "./flaws.ts";
import { type ImportOutcome, type ImportRequest, importDataset } from "./import-dataset.ts";
import { openPartial, type PartialFetch } from "./partial-fetch.ts";
import { askWithRetry, defaultRetry, type RetryPolicy } from "./retry.ts";

/** What to fetch: [from, to) of one market, as bars of one instrument. */
export type FetchRequest = Readonly<{
  root: string;
  instrument: Instrument;
  intervalMs: number;
  fromMs: number;
  toMs: number;
  withFunding: boolean;
  allow: ReadonlySet<FlawCode>;
  name: string | null;
  licence: string | null;
}>;

export type FetchHooks = Readonly<{
  /** The time when it starts: candles that have not ended by then are left out. */
  nowMs: number;
  retry?: RetryPolicy | undefined;
  onProgress?: ((progress: FetchProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}>;

/** Market time covered so far of one series, and the rows it gave. */
export type FetchProgress = Readonly<{
  series: "candles" | "funding";
  done_ms: number;
  total_ms: number;
  rows: number;
}>;

/**
 * Fetches candles, and funding where the instrument pays it, page by page into a partial store
 * that a later run continues, then imports them with the checks of any other file. Faults: those
 * of the source and of importDataset, fetch_failed, fetch_interrupted, fetch_busy, fetch_nothing.
 */
export async function fetchDataset(
  source: CandleSource,
  request: FetchRequest,
  hooks: FetchHooks,
): Promise<Result<ImportOutcome, Fault>> {
  const lastEnd = Math.floor(hooks.nowMs / request.intervalMs) * request.intervalMs;
  const toMs = Math.min(request.toMs, lastEnd);
  if (request.fromMs >= toMs) {
    const message = "no candle has ended between --from and --to";
    return err({ code: "fetch_nothing", message });
  }
  const opened = openPartial(request.root, {
    exchange: source.exchange,
    market: source.market_id,
    instrument: request.instrument,
    interval_ms: request.intervalMs,
    from_ms: request.fromMs,
    to_ms: toMs,
  });
  if (!opened.ok) return opened;
  const partial = opened.value;
  let landed = false;
  try {
    const outcome = await fetchAndImport(source, { ...request, toMs }, hooks, partial);
    landed = outcome.ok;
    return outcome.ok ? outcome : err(withAdvice(outcome.fault));
  } finally {
    partial.close(landed);
  }
}

async function fetchAndImport(
  source: CandleSource,
  request: FetchRequest,
  hooks: FetchHooks,
  partial: PartialFetch,
): Promise<Result<ImportOutcome, Fault>> {
  const fundingStep = request.withFunding ? request.instrument.funding.interval_ms : null;
  const stem = fileStem(source, request);
  const bars: Series = {
    file: `${stem}.csv`,
    header: defaultBarColumns,
    kind: "candles",
    stepMs: request.intervalMs,
    nextMs: request.intervalMs,
    limit: source.candle_page,
    ask: async (page) => rowsOf(await source.candles(page), candleRow),
  };
  const fetchedBars = await fetchSeries(bars, request, hooks, partial);
  if (!fetchedBars.ok) return fetchedBars;

  const funding: Series = {
    file: `${stem}_funding.csv`,
    header: defaultFundingColumns,
    kind: "funding",
    stepMs: fundingStep ?? 1,
    // Payments are stamped a little early or late: look from half an interval on.
    nextMs: Math.floor((fundingStep ?? 2) / 2),
    limit: source.funding_page,
    ask: async (page) => rowsOf(await source.funding(page), fundingRow),
  };
  let hasFunding = false;
  if (fundingStep !== null) {
    const fetched = await fetchSeries(funding, request, hooks, partial);
    if (!fetched.ok) return fetched;
    hasFunding = fetched.value;
  }
  return importFetched(source, request, hooks, partial, {
    bars: bars.file,
    funding: hasFunding ? funding.file : null,
  });
}

type SourceAnswer<T> = Result<readonly T[], SourceFault>;

type Series = Readonly<{
  file: string;
  header: string;
  kind: FetchProgress["series"];
  stepMs: number;
  nextMs: number;
  limit: number;
  ask: (page: PageRequest) => Promise<SourceAnswer<PageRow>>;
}>;

/** Appends the rows of one series to its partial file; whether the file holds any now. */
async function fetchSeries(
  series: Series,
  request: FetchRequest,
  hooks: FetchHooks,
  partial: PartialFetch,
): Promise<Result<boolean, Fault>> {
  const { fromMs, toMs } = request;
  const state = partial.state(series.file);
  if (state === null) {
    const start = { next_ms: fromMs, last_ts_ms: null };
    const fault = partial.append(series.file, [series.header], start);
    if (fault !== null) return err(fault);
  }
  let last = state?.last_ts_ms ?? null;
  let rows = 0;
  const report = (nextMs: number): void => {
    const done = Math.min(nextMs, toMs) - fromMs;
    hooks.onProgress?.({ series: series.kind, done_ms: done, total_ms: toMs - fromMs, rows });
  };

  const from = state?.next_ms ?? fromMs;
  report(from);
  const ask: AskPage = async (page) =>
    askWithRetry(() => series.ask(page), hooks.retry ?? defaultRetry, hooks.signal);
  const walked = await walkPages({
    from_ms: from,
    to_ms: toMs,
    step_ms: series.stepMs,
    next_ms: series.nextMs,
    limit: series.limit,
    ask,
    onStretch(stretch, nextMs): Fault | null {
      const lines = withoutRepeats(stretch, last);
      last = stretch.at(-1)?.ts_ms ?? last;
      rows += lines.length;
      report(nextMs);
      return partial.append(series.file, lines, { next_ms: nextMs, last_ts_ms: last });
    },
  });
  if (!walked.ok) return walked;
  return ok(last !== null);
}

/**
 * A venue may repeat a row inside a page or at its edge. Equal rows are one row; rows of one time
 * that differ stay, for the import checks to refuse.
 */
function withoutRepeats(stretch: readonly PageRow[], last: number | null): readonly string[] {
  const lines: string[] = [];
  stretch.forEach(({ ts_ms, line }, index) => {
    const before = stretch[index - 1];
    const isRepeat = before?.ts_ms === ts_ms && before.line === line;
    if (!isRepeat && (last === null || ts_ms > last)) lines.push(line);
  });
  return lines;
}

async function importFetched(
  source: CandleSource,
  request: FetchRequest,
  hooks: FetchHooks,
  partial: PartialFetch,
  files: Readonly<{ bars: string; funding: string | null }>,
): Promise<Result<ImportOutcome, Fault>> {
  const columns = parseBarColumns(defaultBarColumns);
  const fundingColumns = parseFundingColumns(defaultFundingColumns);
  if (!columns.ok) return columns;
  if (!fundingColumns.ok) return fundingColumns;
  const funding =
    files.funding === null
      ? null
      : {
          path: partial.path(files.funding),
          columns: fundingColumns.value,
          venue: source.exchange,
        };
  const importRequest: ImportRequest = {
    root: request.root,
    path: partial.path(files.bars),
    columns: columns.value,
    instrument: request.instrument,
    intervalMs: request.intervalMs,
    stamp: "start",
    allow: request.allow,
    name: request.name,
    funding,
    source: `${source.exchange} public API`,
    licence: request.licence,
    fetched: {
      exchange: source.exchange,
      symbol: source.market_id,
      client: source.client,
      from_utc: isoFromMillis(request.fromMs),
      to_utc: isoFromMillis(request.toMs),
    },
  };
  return importDataset(importRequest, { signal: hooks.signal });
}

function candleRow(candle: Candle): PageRow {
  const { ts_ms, open, high, low, close, volume } = candle;
  return { ts_ms, line: [ts_ms, open, high, low, close, volume].join(",") };
}

function fundingRow({ ts_ms, rate }: FundingRate): PageRow {
  return { ts_ms, line: `${ts_ms},${rate}` };
}

function rowsOf<T>(answer: SourceAnswer<T>, toRow: (item: T) => PageRow): SourceAnswer<PageRow> {
  return answer.ok ? { ok: true, value: answer.value.map(toRow) } : answer;
}

function fileStem(source: CandleSource, request: FetchRequest): string {
  const from = isoFromMillis(request.fromMs).slice(0, 10);
  const to = isoFromMillis(request.toMs).slice(0, 10);
  const market = source.market_id.replaceAll(/[^A-Za-z0-9-]/g, "-");
  return `${source.exchange}_${market}_${intervalText(request.intervalMs)}_${from}_${to}`;
}

/** Says that the pages are kept wherever running the same command again would help. */
function withAdvice(fault: Fault): Fault {
  const resumable = new Set(["fetch_failed", "fetch_interrupted", "disk_full"]);
  if (!resumable.has(fault.code)) return fault;
  const advice = "what was fetched is kept; the same command continues";
  return { ...fault, message: `${fault.message}; ${advice}` };
}
