/**
 * `npm run bench:venue`: signed orders a second through the venue over loopback, against the least
 * that could stand in its place (venue-worker.ts). Both are measured in turn in this one run, each
 * server on a thread of its own; only the ratios mean something on another day. `--quick` takes
 * small runs, to see that the benchmark itself still works.
 */
import { availableParallelism, cpus } from "node:os";
import process from "node:process";
import { Worker } from "node:worker_threads";
import { makeRoster, type VenueKey } from "#simulator";
import { type Contestant, type Figures, runRounds } from "./rounds.ts";
import { type Load, type LoadSize, loadLists, loadRest, loadStream } from "./venue-load.ts";
import type { ServerSpec } from "./venue-worker.ts";

type Server = Readonly<{ worker: Worker; port: number }>;
type Way = Readonly<{
  name: string;
  load: (port: number, key: VenueKey, size: LoadSize) => Promise<Load>;
  lanes: number;
}>;

const ways: readonly Way[] = [
  { name: "REST, one at a time", load: loadRest, lanes: 1 },
  { name: "REST, sixteen at once", load: loadRest, lanes: 16 },
  { name: "stream, one at a time", load: loadStream, lanes: 1 },
  { name: "stream, sixteen at once", load: loadStream, lanes: 16 },
  { name: "stream, lists of twenty", load: loadLists, lanes: 1 },
];

const quick = process.argv.includes("--quick");
const rounds = quick ? 1 : 7;
const pairs = quick ? 200 : 4000;
/** Far below the market: nothing fills, and the venue's price limit minds only the other way. */
const price = "30000";

const roster = makeRoster("demo");
const key = roster.accounts[0]?.keys[0];
if (key === undefined) throw new Error("a roster without keys");

const venue = await start("venue");
const bare = await start("bare");
const tails = new Map<string, number[]>();
const costs = new Map<string, number[]>();
try {
  introduce();
  report(
    await runRounds(
      ways.flatMap((way) => contestantsOf(way, key)),
      rounds,
    ),
  );
} finally {
  for (const { worker } of [venue, bare]) worker.postMessage("close");
}

async function start(kind: ServerSpec["kind"]): Promise<Server> {
  const worker = new Worker(new URL("venue-worker.ts", import.meta.url), {
    workerData: { kind, roster } satisfies ServerSpec,
  });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once("message", resolve).once("error", reject);
  });
  return { worker, port };
}

function contestantsOf({ name: what, load, lanes }: Way, trader: VenueKey): readonly Contestant[] {
  const of = (kind: string, { worker, port }: Server): Contestant => {
    const name = `${kind}: ${what}`;
    return {
      name,
      measure: async () => {
        const before = await cpuMicros(worker);
        const { micros, elapsedMs, orders } = await load(port, trader, { pairs, lanes, price });
        const spent = (await cpuMicros(worker)) - before;
        tails.set(name, [...(tails.get(name) ?? []), percentile(micros, 0.99) / 1000]);
        costs.set(name, [...(costs.get(name) ?? []), spent / orders]);
        return (orders / elapsedMs) * 1000;
      },
    };
  };
  return [of("venue", venue), of("bare", bare)];
}

/** Processor time of a server's thread so far: what a busy machine cannot take from it. */
async function cpuMicros(worker: Worker): Promise<number> {
  worker.postMessage("cpu");
  return new Promise((resolve) => {
    worker.once("message", resolve);
  });
}

function introduce(): void {
  const runtime = `node ${process.versions.node} ${process.platform} ${process.arch}`;
  say(`machine   ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${runtime}`);
  say(
    `method    one process run, ${rounds} rounds in turn after one of warm-up; median (least-most)`,
  );
  say(`workload  ${pairs} signed pairs of place and cancel a round, resting far from the market;`);
  say("          server and client on a thread each; the client writes bytes made before");
  say("unit      orders/s: each placed or cancelled order is one; processor time of the server");
  say("");
}

function report(figures: ReadonlyMap<string, Figures>): void {
  for (const { name } of ways) {
    const [ours, theirs] = [`venue: ${name}`, `bare: ${name}`];
    line(ours, figures);
    line(theirs, figures);
    const rate = (figures.get(ours)?.median ?? 0) / (figures.get(theirs)?.median ?? 0);
    const cost = middle(costs, theirs) / middle(costs, ours);
    const goal = `venue / bare${name.includes("lists") ? "" : " (goal 0.60)"}`.padEnd(32);
    say(`  ${goal} ${rate.toFixed(2).padStart(7)}  by processor time ${cost.toFixed(2)}`);
  }
}

function line(name: string, figures: ReadonlyMap<string, Figures>): void {
  const { median = 0, least = 0, most = 0 } = figures.get(name) ?? {};
  const range = `(${Math.round(least)}-${Math.round(most)})`.padEnd(16);
  const cost = middle(costs, name).toFixed(0);
  const p99 = middle(tails, name).toFixed(2);
  const rate = `${Math.round(median)}`.padStart(7);
  say(`${name.padEnd(34)} ${rate}  ${range} p99 ${p99} ms, ${cost} us of processor`);
}

/** The median over the rounds, without the one of warm-up. */
function middle(table: ReadonlyMap<string, readonly number[]>, name: string): number {
  const values = (table.get(name) ?? []).slice(1).toSorted((left, right) => left - right);
  return values[values.length >> 1] ?? Number.NaN;
}

function percentile(values: Float64Array, share: number): number {
  const sorted = values.toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
