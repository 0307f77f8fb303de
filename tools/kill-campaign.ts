/**
 * `npm run campaign:kill`: a venue as a process of its own, and run after run on it killed with
 * SIGKILL at points that are a function of the seed: after the n-th line of a file, when a file
 * appears, after the n-th request that the venue counted, after some time. After each kill the
 * venue tells what it took, and the run is ended by another process, which may be killed too, or
 * after a next run, or after a next killed run. Demanded is: no order twice, no order that was not
 * recorded before it left, no line lost or changed, an end that is PASS or NOT_MEASURABLE or
 * refused with a reason, and next runs that are PASS.
 *   --points N          stories to tell; some kill two runs (300)
 *   --first N           number of the first one, to go on with a campaign (1)
 *   --seed N            (1)
 *   --clock MODE        of the venue (x60)
 *   --batch N           points that share a venue and an account (20)
 *   --json              the summary as one JSON line on standard output
 * Whoever interrupts it gets the summary so far. Exit code 1 where anything is wrong, or where most
 * runs were killed with no order at the venue: nothing was at stake then.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { runKillCampaign } from "./kill/campaign.ts";
import { emptyTally, idleness } from "./kill/tally.ts";

const { values: flags } = parseArgs({
  options: {
    points: { type: "string", default: "300" },
    first: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    clock: { type: "string", default: "x60" },
    batch: { type: "string", default: "20" },
    json: { type: "boolean", default: false },
  },
});

const folder = mkdtempSync(join(tmpdir(), "assay-kill-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
// Hundreds of processes start: with compiled code at hand each does so in a third of the time.
process.env["NODE_COMPILE_CACHE"] ??= join(folder, "compiled");

const started = performance.now();
const tally = emptyTally();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    tell(signal);
    process.exit(130);
  });
}
await runKillCampaign(
  {
    folder,
    first: numberOf("first"),
    points: numberOf("points"),
    seed: numberOf("seed"),
    clock: flags.clock,
    batch: numberOf("batch"),
    tell: (line) => process.stderr.write(`${secondsSince()} s  ${line}\n`),
  },
  tally,
);
tell(null);
process.exitCode = tally.wrong.length === 0 && idleness(tally) === null ? 0 : 1;

function tell(interrupted: string | null): void {
  const idle = idleness(tally);
  const ok = tally.wrong.length === 0 && idle === null;
  const summary = { ok, idle, interrupted, seconds: secondsSince(), ...tally };
  console.log(flags.json ? JSON.stringify(summary) : JSON.stringify(summary, null, 2));
}

function secondsSince(): number {
  return Math.round((performance.now() - started) / 100) / 10;
}

function numberOf(name: "first" | "points" | "seed" | "batch"): number {
  const text = flags[name];
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  console.error(`kill-campaign: --${name} takes a number from 1, not ${JSON.stringify(text)}`);
  process.exit(2);
}
