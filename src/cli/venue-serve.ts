import { resolve } from "node:path";
import type { Command } from "commander";
import { err, type Fault, isoFromMillis, ok, type Result } from "#base";
import { type Lock, machineProcesses, nodeFileSystem, takeLock } from "#evidence";
import { openVenue, type SimulatedVenue, type VenueAddress } from "#simulator";
import { abortOnSignals } from "./data-signals.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { defaultRoot, writableRoot } from "./root.ts";
import { planServe, type ServeOptions, type ServePlan } from "./venue-options.ts";
import { endOrValue, type Shell } from "./verb.ts";

const examples = `
Any client of OKX v5 trades on it by address alone: ccxt with urls.api.rest and urls.api.ws, okx-api
with baseUrl and wsUrl. For streams without TLS ccxt wants loadHttpProxyAgent() called first.
Practice keys for a trader, a read-only auditor and a second trader are made once, in
ROOT/venue/keys.json; requests need the header x-simulated-trading: 1.

Examples:
  $ assay venue                                      a synthetic market in real time
  $ assay venue --dataset btc-15m --clock x60        recorded bars, an hour in a minute
  $ assay venue --feed session.txt.gz                recorded books, as they came
  $ assay venue --faults plan.json --admin-port 8766 what the plan says breaks, and it is counted
  $ assay venue --journal venue.jsonl                goes on where it stopped, whatever stopped it

Ctrl-C finishes what is under way and ends with exit code 0.
`;

/** `assay venue` and `assay venue serve`. */
export function addVenueServe(venue: Command, shell: Shell): void {
  venue
    .command("serve", { isDefault: true })
    .description("serve OKX v5 over HTTP and WebSocket until it is stopped")
    .option("--host <address>", "address to listen at", "127.0.0.1")
    .option("--port <number>", "port of HTTP and WebSocket; 0 takes a free one", "8765")
    .option("--admin-port <number>", "port of counters, faults and what really happened")
    .option("--seed <number>", "of the synthetic market, ids and faults", "1")
    .option("--clock <mode>", "real, stepped, or so many times as fast: x60", "real")
    .option("--from <time>", "UTC time in the dataset at which the venue opens")
    .option("--dataset <id...>", "recorded bars that move their instruments")
    .option("--feed <file...>", "recorded books and trades: OKX frames, or of Binance perpetuals")
    .option("--play <way>", "through a bar: walk, seeded, open_high_low_close ...", "walk")
    .option("--steps <number>", "moves of the market within a bar, for walk", "60")
    .option("--queue <model>", "where orders stand in the book: front, back, proportional", "back")
    .option("--faults <file>", "a plan of what breaks, and when")
    .option("--keys <file>", "keys of the venue; ROOT/venue/keys.json by default")
    .option("--environment <name>", "demo or live: which header and keys it takes", "demo")
    .option("--rate-limits <on|off>", "OKX's limits; on, but for a stepped clock")
    .option("--journal <file>", "write what the engine takes, and go on from it")
    .option("--root <dir>", "where datasets and keys live", defaultRoot)
    .option("--json", "one JSON line for the addresses and each ten seconds", false)
    .addHelpText("after", examples)
    .action(async (options: ServeOptions) => {
      const output = shell.output(options);
      const ended = endOrValue(await serve(options, output), shell, output);
      if (ended !== null) shell.end(exitCodes.ok);
    });
}

async function serve(options: ServeOptions, output: Output): Promise<Result<true, Fault>> {
  const root = writableRoot(options.root);
  if (!root.ok) return root;
  const plan = planServe(options, root.value);
  if (!plan.ok) return plan;
  const lock = holdJournal(plan.value.venue.journal ?? null);
  if (!lock.ok) return lock;
  try {
    return await serveAlone(plan.value, output);
  } finally {
    lock.value?.release();
  }
}

async function serveAlone(plan: ServePlan, output: Output): Promise<Result<true, Fault>> {
  const opened = openVenue(plan.venue);
  if (!opened.ok) return opened;
  const venue = opened.value;
  using signals = abortOnSignals(); // Before its addresses are known: who knows them may stop it.
  const address = await listen(venue, plan);
  if (!address.ok) {
    await venue.close();
    return address;
  }
  introduce(venue, address.value, plan, output);
  await runUntilStopped(venue, signals.signal, output);
  await venue.close();
  output.note(`stopped: ${countsText(venue)}`);
  return ok(true);
}

/** Two venues that write one journal leave one that nobody can go on with. */
function holdJournal(path: string | null): Result<Lock | null, Fault> {
  if (path === null) return ok(null);
  const lock = takeLock(nodeFileSystem, `${resolve(path)}.lock`, machineProcesses());
  // What else is wrong with the place, the one who opens the journal says.
  if (lock.ok || lock.fault.code !== "store_lock_unavailable")
    return ok(lock.ok ? lock.value : null);
  const message = `another venue goes on with this journal: ${lock.fault.message}`;
  return err({ code: "journal_unavailable", message, at: path });
}

type Addresses = Readonly<{ client: VenueAddress; admin: string | null }>;

async function listen(
  venue: SimulatedVenue,
  { host, port, adminPort }: ServePlan,
): Promise<Result<Addresses, Fault>> {
  const client = await venue.listen({ host, port });
  if (!client.ok) return client;
  if (adminPort === null) return ok({ client: client.value, admin: null });
  const admin = await venue.listenAdmin({ host, port: adminPort });
  return admin.ok ? ok({ client: client.value, admin: admin.value }) : admin;
}

/** Where it is and who may come in; never a key itself. */
function introduce(
  venue: SimulatedVenue,
  { client, admin }: Addresses,
  { keysPath, keysMade, venue: { roster, seed } }: ServePlan,
  output: Output,
): void {
  const { restUrl, streamUrl } = client;
  output.line(`rest     ${restUrl}`);
  output.line(`stream   ${streamUrl}/public, /private, /business`);
  if (admin !== null) output.line(`admin    ${admin}`);
  output.line(`keys     ${keysPath}${keysMade ? " (made now)" : ""}`);
  output.line(`money    ${roster.environment === "demo" ? "practice" : "as if it were real"}`);
  output.line(`clock    ${clockText(venue)}, ${isoFromMillis(venue.clock.nowMs())}`);
  for (const label of venue.marketLabels) output.line(`market   ${label}`);
  output.record({
    type: "venue",
    rest_url: restUrl,
    stream_url: streamUrl,
    admin_url: admin,
    keys_path: keysPath,
    environment: roster.environment,
    seed,
    venue_time_ms: venue.clock.nowMs(),
    markets: venue.marketLabels,
  });
}

function clockText({ clock: { mode } }: SimulatedVenue): string {
  return mode.kind === "accelerated" ? `${mode.factor} times as fast` : mode.kind;
}

const progressMs = 10_000;

/** One line each ten seconds until somebody asks it to stop. */
async function runUntilStopped(
  venue: SimulatedVenue,
  stop: AbortSignal,
  output: Output,
): Promise<void> {
  const timer = setInterval(() => {
    output.note(`${isoFromMillis(venue.clock.nowMs())}  ${countsText(venue)}`);
    output.record({ type: "venue_progress", ...counts(venue) });
  }, progressMs);
  await new Promise<void>((done) => {
    if (stop.aborted) return done();
    stop.addEventListener("abort", () => done(), { once: true });
  });
  clearInterval(timer);
}

function counts(venue: SimulatedVenue): Readonly<Record<string, number>> {
  const { counters, faults, oracle, clock } = venue;
  const { requests, events, writes } = counters.read();
  const sum = (table: Readonly<Record<string, number>>): number =>
    Object.values(table).reduce((total, count) => total + count, 0);
  const refused = Object.entries(writes).filter(([key]) => !key.endsWith(":0"));
  return {
    venue_time_ms: clock.nowMs(),
    requests: sum(requests),
    orders: oracle.acceptedCount(),
    refused: sum(Object.fromEntries(refused)),
    fills: events["fill"] ?? 0,
    streams: counters.of("streams", "opened") - counters.of("streams", "ended"),
    faults: faults.counts().reduce((total, { fired }) => total + fired, 0),
  };
}

function countsText(venue: SimulatedVenue): string {
  const { venue_time_ms: _, ...shown } = counts(venue);
  return Object.entries(shown)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}
