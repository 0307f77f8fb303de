/**
 * `npm run bench`: how fast the kernels are, and how much of that is left in a whole run. Every
 * figure of a comparison is taken in this one process run, in turn; only ratios mean something on
 * another day. `--quick` takes small runs, to see that the benchmark itself still works.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Arena, bare, contestants, names } from "./contestants.ts";
import { type CostNotes, costContestants, costs } from "./evidence-cost.ts";
import { liveBare } from "./kernel-alone.ts";
import { peakMemory } from "./memory.ts";
import { type Figures, runRounds } from "./rounds.ts";
import { landEvidence, rateContestants, rates } from "./verify-rates.ts";
import { makeWorkload, type Workload } from "./workload.ts";

// Worker threads start three times as fast with compiled code at hand, as they do under npm test.
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, "../node_modules/.cache/compile");

const quick = process.argv.includes("--quick");
const rounds = quick ? 1 : 7;
const seasons = quick ? 2 : 30;
const longBars = quick ? 4000 : 100_000;

const scratch = mkdtempSync(join(tmpdir(), "assay-bench-"));
try {
  const workload = await makeWorkload(scratch, 8000);
  const world = { seasons: { kind: "drawn", count: seasons, bars: 1000 }, max_reboots: 1000 };
  const arena: Arena = { workload, world };
  introduce(arena);
  report(await runRounds(contestants(arena), rounds));
  await reportRates(workload);
  await reportCosts(workload);
  await reportMemory();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function introduce(arena: Arena): void {
  const { agent_bars, ticks, births, deaths } = liveBare(bare(arena, "simd", 1));
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const runtime = `node ${process.versions.node} ${process.platform} ${process.arch}`;
  const model = cpus()[0]?.model.trim();
  say(`machine   ${model}, ${availableParallelism()} cores, ${memory}, ${runtime}`);
  say(
    `method    one process run, ${rounds} rounds in turn after one of warm-up; median (least-most)`,
  );
  say(
    `workload  default world on a random walk with outages, ${ticks} ticks in ${seasons} seasons,`,
  );
  say(
    `          ${Math.round(agent_bars / ticks)} alive on average, ${births} births, ` +
      `${deaths} deaths`,
  );
  say("unit      M agent-bars/s: whole ticks of living agents (funding, fill, fee, liquidation,");
  say(
    "          mark, living cost, own features, decision); empty lanes and the dead do not count",
  );
  say("");
}

function report(figures: ReadonlyMap<string, Figures>): void {
  for (const [name, { median, least, most }] of figures) {
    const [middle, low, high] = [median, least, most].map((rate) => (rate / 1e6).toFixed(1));
    say(`${name.padEnd(40)} ${middle?.padStart(7)}  (${low}-${high})`);
  }
  const of = (name: string): number => figures.get(name)?.median ?? Number.NaN;
  say("");
  say(`simd / reference kernel                  ${ratio(of(names.simd), of(names.reference))}`);
  say(`two threads / one                        ${ratio(of(names.simdTwice), of(names.simd))}`);
  say(`world without files / kernel             ${ratio(of(names.world), of(names.simd))}`);
  say(`whole run / kernel (goal 0.70)           ${ratio(of(names.run), of(names.simd))}`);
  say(`campaign, two workers / one              ${ratio(of(names.two), of(names.one))}`);
  say(`replay / run (goal 1.00)                 ${ratio(of(names.replay), of(names.alone))}`);
  const goal = (of(names.simdTwice) / 60e6).toFixed(2);
  say(`kernel on two threads / goal of 60 M     ${goal}`);
}

async function reportRates(workload: Workload): Promise<void> {
  const sizes = quick
    ? { population: 100, poolSeeds: [1], agents: 4, rounds: 1 }
    : { population: 2000, poolSeeds: [1, 2, 3, 4], agents: 12, rounds: 60 };
  const figures = await runRounds(rateContestants(await landEvidence(workload, sizes)), rounds);
  say("");
  say("verified, k records/s (goal 300 for a run)");
  for (const [name, { median, least, most }] of figures) {
    const [middle, low, high] = [median, least, most].map((rate) => (rate / 1000).toFixed(0));
    say(`${name.padEnd(42)} ${middle?.padStart(5)}  (${low}-${high})`);
  }
  const of = (name: string): number => figures.get(name)?.median ?? Number.NaN;
  say(`signed / unsigned                        ${ratio(of(rates.sealed), of(rates.run))}`);
}

async function reportCosts(workload: Workload): Promise<void> {
  const notes: CostNotes = { runSeconds: 0, records: 0, agentBars: 0 };
  const world = {
    population: 200,
    seasons: { kind: "drawn", count: quick ? 2 : 20, bars: 1000 },
    max_reboots: 1000,
  };
  const seeds = Array.from({ length: quick ? 2 : 9 }, (_, index) => index + 1);
  const contest = costContestants({ workload, world }, seeds, notes);
  const figures = await runRounds(contest, quick ? 1 : 5);
  say("");
  const bars = world.seasons.count * 1000;
  say(`evidence of a run of 200 agents and ${bars} bars, as a part of its wall time`);
  say(
    `(${notes.runSeconds.toFixed(2)} s, ${(notes.agentBars / 1e6).toFixed(1)} M agent-bars, ` +
      `${notes.records.toFixed(0)} records; goal 10 % each for sealing and verifying)`,
  );
  for (const [name, { median, least, most }] of figures) {
    const [middle, low, high] = [median, least, most].map((part) => `${(part * 100).toFixed(1)}`);
    say(`${name.padEnd(40)} ${middle?.padStart(7)} %  (${low}-${high})`);
  }
  const together = figures.get(costs.together)?.median ?? Number.NaN;
  say(`sealing and verifying / goal of 20 %     ${ratio(together, 0.2)}`);
}

async function reportMemory(): Promise<void> {
  const [short, long] = [longBars / 10, longBars];
  const small = peakMemory(await makeWorkload(scratch, short));
  const large = peakMemory(await makeWorkload(scratch, long));
  say("");
  say(`peak RSS, ${short} bars in one season  ${small.toFixed(0)} MiB`);
  say(`peak RSS, ${long} bars in one season ${large.toFixed(0)} MiB`);
}

function ratio(over: number, under: number): string {
  return (over / under).toFixed(2);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
