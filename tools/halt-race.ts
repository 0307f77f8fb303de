/**
 * `npm run campaign:halt`: an execution agent under load against a simulated venue, halted again
 * and again at moments that are a function of the seed: by another word in the file of the switch,
 * by swapping or removing it, by what `assay halt` writes, and by `assay halt` itself. Some races
 * block the event loop of the agent meanwhile. Demanded is, by the venue's own log: no order was
 * taken whose send began behind the halt, nothing rests afterwards, and the last order was taken
 * within 50 ms (p99), within 250 ms with a blocked loop.
 *   --races N           (1000)
 *   --seed N            (1)
 *   --block-every N     every so manieth race is one with a blocked loop (4)
 *   --command-every N   every so manieth race halts by the command itself (100)
 *   --json              the summary as one JSON line on standard output
 * Exit code 1 where anything is wrong or late.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { runHaltRaces } from "./halt-race/campaign.ts";
import { emptyTally, missed, summaryOf } from "./halt-race/tally.ts";

const { values: flags } = parseArgs({
  options: {
    races: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    "block-every": { type: "string", default: "4" },
    "command-every": { type: "string", default: "100" },
    json: { type: "boolean", default: false },
  },
});

const startedMs = performance.now();
const tally = emptyTally();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    tell(signal);
    process.exit(130);
  });
}
await runHaltRaces(
  {
    races: numberOf("races"),
    seed: numberOf("seed"),
    blockEvery: numberOf("block-every"),
    commandEvery: numberOf("command-every"),
    tell: (line) => process.stderr.write(`${secondsSince()} s  ${line}\n`),
  },
  tally,
);
process.exitCode = tell(null) ? 0 : 1;

function tell(interrupted: string | null): boolean {
  const summary = summaryOf(tally);
  const late = missed(summary);
  const ok = summary.wrong.length === 0 && late.length === 0;
  const all = { ok, late, interrupted, seconds: secondsSince(), ...summary };
  console.log(flags.json ? JSON.stringify(all) : JSON.stringify(all, null, 2));
  return ok;
}

function secondsSince(): number {
  return Math.round((performance.now() - startedMs) / 100) / 10;
}

function numberOf(name: "races" | "seed" | "block-every" | "command-every"): number {
  const text = flags[name];
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  console.error(`halt-race: --${name} takes a number from 1, not ${JSON.stringify(text)}`);
  process.exit(2);
}
