import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runVenue, type VenueRunConfig, type VenueRunOutcome } from "#execution";
import { createSendGate, openVenue, type StreamEnd, type Venue, type VenueLibrary } from "#venues";
import type { FaultRow } from "./run-faults-table.ts";
import { type Bench, must, openBench, swap } from "./run-venue-bench.ts";

/** What became of a run with a fault in it, and what is on record of it. */
export type FaultedRun = Readonly<{
  /** Of the venue: how often the rules struck. */
  fired: number;
  outcome: VenueRunOutcome | null;
  /** Why there was no run; null when there was one. */
  refused: string | null;
  /** Orders that the venue took: by our name, by theirs. */
  accepted: readonly string[];
  /** Names of orders that the run recorded as leaving. */
  sent: ReadonlySet<string>;
  /** Intents that became more than one order at the venue. */
  doubled: readonly string[];
  /** Lines of errors.jsonl and failures in the basket. */
  errors: number;
  basket: number;
  /** What a stream of orders saw beside the run. */
  pushes: readonly string[];
  streamEnd: StreamEnd | null;
}>;

const timeoutMs = 700;

/** The fault struck, the run came to what it may, and every order is there once and on record. */
export function holdToRow(row: FaultRow, run: FaultedRun): void {
  assert.ok(run.fired > 0, "the fault never struck");
  const { comes, leaves, stream } = row;
  if (typeof comes === "string") {
    const { verdict, reasons } = run.outcome ?? { verdict: run.refused, reasons: [] };
    assert.equal(verdict, comes, reasons.join(", "));
    assert.equal(comes === "PASS", reasons.length === 0, "what is not proven says why");
    assert.ok(run.accepted.length > 0, "a run without an order shows nothing");
  } else {
    assert.deepEqual([run.refused, run.accepted], [comes.refused, []]);
  }
  assert.equal(new Set(run.accepted).size, run.accepted.length, "a name is at the venue twice");
  assert.deepEqual(run.doubled, [], "an intent became two orders");
  assert.deepEqual(
    run.accepted.filter((id) => !run.sent.has(id)),
    [],
    "an order left that was not recorded before",
  );
  if (leaves === "basket" || leaves === "both") assert.ok(run.basket > 0, "no failure on record");
  if (leaves === "errors" || leaves === "both") assert.ok(run.errors > 0, "no error on record");
  const distinct = new Set(run.pushes).size;
  if (stream === "twice") assert.equal(run.pushes.length, 2 * distinct);
  if (stream === "cut") assert.equal(run.streamEnd?.code, "connection_lost");
  // Each order is pushed when it is taken and when it ends.
  if (stream === "lost") assert.ok(distinct < 2 * run.accepted.length, `${distinct} pushes`);
}

/** Runs a short run over HTTP through a library, a stream of its orders beside it, under faults. */
export async function runUnderFault(
  library: VenueLibrary,
  rules: readonly unknown[],
  config: Partial<VenueRunConfig> = {},
): Promise<FaultedRun> {
  await using bench = openBench();
  const { restUrl, streamUrl } = must(await bench.venue.listen({ host: "127.0.0.1", port: 0 }));
  const client = (label: string): Promise<Venue> =>
    clientOf(bench, { library, label, baseUrl: restUrl, streamUrl });
  const [venue, auditor, watcher] = [
    await client("trader"),
    await client("auditor"),
    await client("auditor"),
  ];
  const pushes: string[] = [];
  const over = new AbortController();
  const channels = [{ channel: "orders", instId: swap }] as const;
  let streamEnd: StreamEnd | null = null;
  const streaming = watcher
    .stream(channels, ({ raw }) => pushes.push(JSON.stringify(raw)), over.signal)
    .then((end) => {
      streamEnd = end;
    });
  await until(() => bench.venue.counters.of("streams", "login:0") > 0);
  for (const rule of rules) must(bench.venue.faults.add(rule));
  const asked = bench.request({ ticks: 3, library, ...config }, { venue, auditor });
  const result = await runVenue({ ...asked, address: restUrl });
  const fired = bench.venue.faults.counts().reduce((sum, count) => sum + count.fired, 0);
  over.abort();
  await streaming;
  await Promise.all([venue.close(), auditor.close(), watcher.close()]);
  const orders = bench.venue.oracle.accepted().flatMap(({ cl_ord_id: id }) => id ?? []);
  const outcome = result.ok ? result.value : null;
  return {
    fired,
    outcome,
    refused: result.ok ? null : result.fault.code,
    accepted: orders,
    ...recordOf(outcome?.directory ?? null, orders),
    pushes,
    streamEnd,
  };
}

type Client = Readonly<{
  library: VenueLibrary;
  label: string;
  baseUrl: string;
  streamUrl: string;
}>;

async function clientOf(
  { venue, halt }: Bench,
  { library, label, baseUrl, streamUrl }: Client,
): Promise<Venue> {
  const keys = venue.accounts.flatMap((account) => account.keys);
  const found = keys.find((each) => each.label === label);
  assert.ok(found !== undefined);
  const { apiKey, secretKey: secret, passphrase } = found;
  const key = { apiKey, secret, passphrase };
  const { nowMs } = venue.clock;
  const gate = createSendGate(halt.look);
  return openVenue(library, { baseUrl, streamUrl, key, demo: true, timeoutMs, gate, nowMs });
}

type Row = Readonly<Record<string, unknown>>;
type OnRecord = Pick<FaultedRun, "sent" | "doubled" | "errors" | "basket">;

function recordOf(directory: string | null, accepted: readonly string[]): OnRecord {
  if (directory === null) return { sent: new Set(), doubled: [], errors: 0, basket: 0 };
  const intents = new Map(
    linesOf(directory, "order_attempts.jsonl")
      .filter(({ operation, status }) => operation === "place" && status === "sending")
      .map((row) => [String(row["client_order_id"]), String(row["intent_id"])]),
  );
  const wanted = accepted.map((id) => intents.get(id) ?? id);
  const basket = JSON.parse(
    readFileSync(join(directory, "exchange_error_basket.json"), "utf8"),
  ) as Readonly<{ total: number }>;
  return {
    sent: new Set(intents.keys()),
    doubled: wanted.filter((intent, index) => wanted.indexOf(intent) !== index),
    errors: linesOf(directory, "errors.jsonl").length,
    basket: basket.total,
  };
}

function linesOf(directory: string, name: string): readonly Row[] {
  const text = readFileSync(join(directory, name), "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Row);
}

async function until(isSo: () => boolean): Promise<void> {
  for (let waits = 0; waits < 500 && !isSo(); waits += 1) {
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
  assert.ok(isSo(), "it never came so far");
}
