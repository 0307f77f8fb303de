import type { Command } from "commander";
import { err, type Fault, isoFromMillis, millisFromIso, ok, type Result } from "#base";
import {
  type CandleSource,
  type FetchProgress,
  type FetchRequest,
  fetchDataset,
  type ImportOutcome,
  openCcxtSource,
} from "#datasets";
import { findInstrument, type Instrument, parseInterval } from "#market";
import { printOutcome } from "./data-import.ts";
import { readAllow, readInstrument } from "./data-options.ts";
import { abortOnSignals } from "./data-signals.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { createProgress, type Progress } from "./progress.ts";
import { defaultRoot, writableRoot } from "./root.ts";
import { endOrValue, type Shell } from "./verb.ts";

type FetchOptions = Readonly<{
  exchange: string;
  symbol: string;
  interval: string;
  from: string;
  to?: string | undefined;
  instrument?: string | undefined;
  funding: boolean;
  name?: string | undefined;
  allow?: string | undefined;
  licence?: string | undefined;
  baseUrl?: string | undefined;
  root: string;
  json: boolean;
}>;

const examples = `
Only public market data is asked for; no key is read or sent. A fetch that ends early keeps its
pages, and the same command continues it.

Examples:
  $ assay data fetch --exchange okx --symbol BTC-USDT-SWAP --interval 15m \\
      --from 2022-01-01 --to 2024-01-01 --name btc-15m
  $ assay data fetch --exchange kraken --symbol BTC/USD --interval 1h --from 2024-01-01 \\
      --instrument btc-usd.json
`;

/** `assay data fetch`: public candles and funding of a venue, imported like any file. */
export function addDataFetch(data: Command, shell: Shell): void {
  data
    .command("fetch")
    .description("fetch public candles and funding from an exchange and import them")
    .requiredOption("--exchange <id>", "exchange as ccxt names it: okx, binance, kraken")
    .requiredOption("--symbol <symbol>", "market: BTC-USDT-SWAP or BTC/USDT:USDT")
    .requiredOption("--interval <length>", "length of a bar: 1m, 15m, 1h, 1d")
    .requiredOption("--from <time>", "UTC date or time of the first bar")
    .option("--to <time>", "UTC date or time that no bar reaches; now by default")
    .option("--instrument <id|file>", "when the symbol names no built-in instrument")
    .option("--no-funding", "leave funding out")
    .option("--name <name>", "a name to find the dataset by")
    .option("--allow <codes>", "kinds of flawed rows to leave out or round")
    .option("--licence <text>", "under which terms, for its record")
    .option("--base-url <url>", "another server that speaks the venue's API")
    .option("--root <dir>", "where datasets live", defaultRoot)
    .option("--json", "one JSON line of data", false)
    .addHelpText("after", examples)
    .action(async (options: FetchOptions) => {
      const output = shell.output(options);
      const fetched = endOrValue(await runFetch(options, output), shell, output);
      if (fetched === null) return;
      printOutcome(fetched, output);
      shell.end(exitCodes.ok);
    });
}

async function runFetch(
  options: FetchOptions,
  output: Output,
): Promise<Result<ImportOutcome, Fault>> {
  const nowMs = Date.now();
  const span = readSpan(options, nowMs);
  if (!span.ok) return span;
  const allow = readAllow(options.allow);
  if (!allow.ok) return allow;
  const given = options.instrument === undefined ? ok(null) : readInstrument(options.instrument);
  if (!given.ok) return given;
  const root = writableRoot(options.root);
  if (!root.ok) return root;

  using stop = abortOnSignals();
  const { exchange, symbol, baseUrl } = options;
  const { intervalMs } = span.value;
  const opened = await openCcxtSource({
    exchange,
    symbol,
    intervalMs,
    baseUrl,
    signal: stop.signal,
  });
  if (!opened.ok) return opened;
  const source = opened.value;
  const instrument = given.value === null ? instrumentOf(source) : ok(given.value);
  if (!instrument.ok) {
    await source.close();
    return instrument;
  }
  const request: FetchRequest = {
    ...span.value,
    root: root.value,
    instrument: instrument.value,
    withFunding: options.funding,
    allow: allow.value,
    name: options.name ?? null,
    licence: options.licence ?? null,
  };
  const view = createView(intervalMs, output);
  const fetched = await fetchDataset(source, request, {
    nowMs,
    signal: stop.signal,
    onProgress: view.update,
  });
  view.end();
  await source.close();
  return fetched;
}

type Span = Readonly<{ intervalMs: number; fromMs: number; toMs: number }>;

function readSpan(options: FetchOptions, nowMs: number): Result<Span, Fault> {
  const interval = parseInterval(options.interval);
  if (!interval.ok) return interval;
  const from = millisFromIso(options.from);
  if (!from.ok) return err({ ...from.fault, message: `--from: ${from.fault.message}` });
  const to = options.to === undefined ? ok(nowMs) : millisFromIso(options.to);
  if (!to.ok) return err({ ...to.fault, message: `--to: ${to.fault.message}` });
  if (from.value >= to.value) {
    const end = isoFromMillis(to.value).slice(0, 10);
    return err({ code: "span_reversed", message: `--from must lie before --to (${end})` });
  }
  // Candles start on the grid: the first one that lies wholly inside.
  const fromMs = Math.ceil(from.value / interval.value) * interval.value;
  return ok({ intervalMs: interval.value, fromMs, toMs: to.value });
}

/** The built-in instrument that a venue's market is, by its id there. */
function instrumentOf(source: CandleSource): Result<Instrument, Fault> {
  const suffix = source.kind === "swap" ? "PERP" : "SPOT";
  for (const id of [source.market_id, `${source.market_id}-${suffix}`]) {
    const instrument = findInstrument(id);
    if (instrument?.venue === source.exchange) return ok(instrument);
  }
  const message =
    `${source.exchange} ${source.market_id} is no built-in instrument; ` +
    "describe it in a JSON file and give it with --instrument";
  return err({ code: "instrument_unknown", message });
}

type View = Readonly<{ update: (step: FetchProgress) => void; end: () => void }>;

/** One progress display for each series in turn. */
function createView(intervalMs: number, output: Output): View {
  const { raw, live, json, columns } = output;
  const stream = { write: raw };
  const views = new Map<FetchProgress["series"], Progress>();
  return {
    update({ series, done_ms, total_ms, rows }): void {
      const label = `fetch ${series}`;
      const view =
        views.get(series) ??
        createProgress({ stream, isTty: live, json, columns, label, unit: "bars" });
      views.set(series, view);
      view.update(Math.floor(done_ms / intervalMs), Math.floor(total_ms / intervalMs), { rows });
    },
    end(): void {
      for (const view of views.values()) view.end();
    },
  };
}
