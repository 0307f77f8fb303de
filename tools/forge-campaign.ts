/**
 * `npm run campaign:forge`: offers forged approvals to targets, each kind in its turn, with sound
 * ones between, and demands that each forgery is refused for its reason and written down, and that
 * each sound one arms.
 *   --attempts N   (100000)
 *   --seed N       (1)
 *   --json         the summary as one JSON line on standard output
 * Exit code 1 where a forgery was admitted or refused for another reason, a sound change was
 * refused, or an attempt is not in the log.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { forgeries, isUnbroken, runForgeCampaign } from "./forge/campaign.ts";
import { memoryFolder } from "./tamper/memory-folder.ts";

const { values: flags } = parseArgs({
  options: {
    attempts: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});

const { folder, remove } = memoryFolder();
process.on("exit", remove);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

process.exitCode = main();

function main(): number {
  const started = performance.now();
  const options = { attempts: numberOf("attempts"), seed: numberOf("seed"), folder };
  const tally = runForgeCampaign(options, showProgress(options.attempts));
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const summary = {
    verdict: isUnbroken(tally) ? "PASS" : "FAIL",
    attempts: tally.attempts,
    refused: tally.refused,
    admitted_and_sound: tally.admitted,
    kinds: forgeries.length,
    wrong: tally.wrong.length,
    unrecorded: tally.unrecorded,
    seed: options.seed,
    seconds,
  };
  if (flags.json) {
    console.log(
      JSON.stringify({ ...summary, codes: tally.kinds, first: tally.wrong.slice(0, 20) }),
    );
  } else {
    for (const [kind, codes] of Object.entries(tally.kinds)) {
      const texts = Object.entries(codes).map(([code, count]) => `${code} ${count}`);
      console.log(`${kind.padEnd(28)} ${texts.join(", ")}`);
    }
    for (const line of tally.wrong.slice(0, 20)) console.log(`WRONG ${line}`);
    console.log(JSON.stringify(summary));
  }
  return isUnbroken(tally) ? 0 : 1;
}

function numberOf(name: "attempts" | "seed"): number {
  const text = flags[name];
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  console.error(`forge-campaign: --${name} takes a number from 1 on, not ${JSON.stringify(text)}`);
  process.exit(2);
}

/** A line each ten seconds. */
function showProgress(all: number): (done: number) => void {
  const started = performance.now();
  let next = started + 10_000;
  return (done) => {
    const now = performance.now();
    if (now < next) return;
    next = now + 10_000;
    const seconds = ((now - started) / 1000).toFixed(0);
    process.stderr.write(`${done} of ${all} attempts, ${seconds} s\n`);
  };
}
