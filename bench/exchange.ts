/**
 * `node bench/exchange.ts`: commands a second of the exchange engine, with accounts, margin checks,
 * fees, positions, bills and events, against npm's nodejs-order-book, which matches and nothing
 * more. The same operations for both, in one process, in turn; the trades are compared first.
 * `--quick` takes small runs, to see that the benchmark itself still works.
 */
import { cpus } from "node:os";
import process from "node:process";
import v8 from "node:v8";
import { compareTrades, createPeer } from "./exchange-compare.ts";
import { createDriver, type Driver } from "./exchange-driver.ts";
import { crossing, exchangeCoreMix, placeAndCancel, type Stream } from "./exchange-streams.ts";
import { type Contestant, runRounds } from "./rounds.ts";

const quick = process.argv.includes("--quick");
const count = quick ? 5000 : 200_000;
const rounds = quick ? 1 : 7;
const repeats = quick ? 1 : 5;

const streams = [placeAndCancel(count), crossing(count), exchangeCoreMix(count)];
const ids = Array.from({ length: 2 * count + 2000 }, (_none, order) => `order-${order}`);

introduce();
for (const stream of streams) {
  const trades = compareTrades(stream, ids);
  say(`same trades   ${stream.name}: ${stream.count} operations, ${trades} trades, equal books`);
}
say("");
const figures = await runRounds(streams.flatMap(contestantsOf), rounds);
for (const stream of streams) report(stream);

function contestantsOf(stream: Stream): readonly Contestant[] {
  return [
    { name: `${stream.name}: assay`, measure: () => Promise.resolve(rateOfOurs(stream)) },
    { name: `${stream.name}: peer`, measure: () => Promise.resolve(rateOfPeer(stream)) },
  ];
}

/** Measured commands a CPU second: other programs of the machine take no part. */
function rateOfOurs(stream: Stream): number {
  let seconds = 0;
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const driver = createDriver(stream.keptOrders);
    run(driver, stream, 0, stream.measuredFrom);
    const before = process.cpuUsage();
    run(driver, stream, stream.measuredFrom, stream.count);
    seconds += secondsSince(before);
  }
  return (repeats * (stream.count - stream.measuredFrom)) / seconds;
}

function rateOfPeer(stream: Stream): number {
  const peer = createPeer(ids);
  for (let at = 0; at < stream.measuredFrom; at += 1) peer.apply(stream, at);
  const before = process.cpuUsage();
  for (let at = stream.measuredFrom; at < stream.count; at += 1) peer.apply(stream, at);
  return (stream.count - stream.measuredFrom) / secondsSince(before);
}

function run(driver: Driver, stream: Stream, from: number, to: number): void {
  const { kind, order, side, ticks, lots } = stream;
  for (let at = from; at < to; at += 1) {
    driver.apply(kind[at] ?? 0, order[at] ?? 0, side[at] ?? 0, ticks[at] ?? 0, lots[at] ?? 0);
  }
}

function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function report(stream: Stream): void {
  const ours = figures.get(`${stream.name}: assay`);
  const peer = figures.get(`${stream.name}: peer`);
  if (ours === undefined || peer === undefined) throw new Error("not measured");
  const millions = (rate: number): string => (rate / 1e6).toFixed(2);
  const line = (who: string, figure: typeof ours): string =>
    `${who.padEnd(20)}${millions(figure.median).padStart(6)} M/s  ` +
    `(${millions(figure.least)}-${millions(figure.most)})`;
  say(stream.name);
  say(`  ${line("assay", ours)}`);
  say(`  ${line("nodejs-order-book", peer)}`);
  say(`  ratio, goal 20      ${(ours.median / peer.median).toFixed(1).padStart(6)}`);
  const { nanos, bytes } = single(stream);
  const at = (share: number): string =>
    ((nanos[Math.min(nanos.length - 1, Math.floor(nanos.length * share))] ?? 0) / 1000).toFixed(2);
  say(`  one command, us     p50 ${at(0.5)}  p99 ${at(0.99)} (goal 5)  p99.99 ${at(0.9999)}`);
  say(`  heap bytes a command ${bytes.toFixed(2)}`);
  say("");
}

/** Each command alone by the clock, the clock's own time included; and what the heap gave. */
function single(stream: Stream): Readonly<{ nanos: Float64Array; bytes: number }> {
  const measured = stream.count - stream.measuredFrom;
  const driver = createDriver(stream.keptOrders);
  run(driver, stream, 0, stream.measuredFrom);
  const heapBefore = allocatedBytes();
  run(driver, stream, stream.measuredFrom, stream.count);
  const bytes = (allocatedBytes() - heapBefore) / measured;

  const nanos = new Float64Array(measured);
  const timed = createDriver(stream.keptOrders);
  run(timed, stream, 0, stream.measuredFrom);
  for (let at = stream.measuredFrom; at < stream.count; at += 1) {
    const before = performance.now();
    run(timed, stream, at, at + 1);
    nanos[at - stream.measuredFrom] = (performance.now() - before) * 1e6;
  }
  return { nanos: nanos.sort(), bytes };
}

function allocatedBytes(): number {
  const statistics: Readonly<Record<string, number>> = { ...v8.getHeapStatistics() };
  return statistics["total_allocated_bytes"] ?? Number.NaN;
}

function introduce(): void {
  const runtime = `node ${process.versions.node} ${process.platform} ${process.arch}`;
  say(`machine   ${cpus()[0]?.model.trim()}, ${runtime}`);
  say(`method    one process, ${rounds} rounds in turn after one of warm-up; median (least-most)`);
  say(
    "          of commands a CPU second; assay keeps 72 accounts' books; both prevent self-trades",
  );
  say("");
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
