/**
 * `npm run campaign:tamper`: spoils a small sealed installation in every way that one byte, one
 * record, one file, one run or a forger can, and demands that the verifier finds each.
 *   --one-in N          one byte position in N (1: every one)
 *   --values N          so many other values for each position (1 to 255)
 *   --all-values BYTES  all 255 values in files of at most so many bytes
 *   --second N          the Python verifier judges one variant in N as well
 *   --workers N, --seed N, --json (a summary as one JSON line on standard output)
 * Exit code 1 where anything escaped, was a false alarm or divided the two verifiers.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { type CampaignOptions, defaultOptions, runCampaign } from "./tamper/campaign.ts";
import { memoryFolder } from "./tamper/memory-folder.ts";
import { makeSubject } from "./tamper/subject.ts";
import { isClean, reportOf, variantsIn } from "./tamper/tally.ts";

const { values: flags } = parseArgs({
  options: {
    "one-in": { type: "string", default: "1" },
    values: { type: "string", default: "1" },
    "all-values": { type: "string", default: "0" },
    second: { type: "string", default: "0" },
    workers: { type: "string", default: `${defaultOptions.workers}` },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});

const { folder, remove } = memoryFolder();
process.on("exit", remove);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

process.exitCode = await main();

async function main(): Promise<number> {
  const started = performance.now();
  const subject = await makeSubject(folder);
  const tally = await runCampaign(subject, folder, optionsOf(), showProgress());
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const variants = variantsIn(tally);
  const summary = {
    verdict: isClean(tally) ? "PASS" : "FAIL",
    variants,
    found: variants - tally.escaped,
    clean_checks: tally.cleanChecks,
    false_alarms: tally.falseAlarms.length,
    second_opinions: tally.secondOpinions,
    disagreements: tally.disagreements.length,
    seconds,
  };
  if (flags.json) console.log(JSON.stringify({ ...summary, ...tally }));
  else console.log(`${reportOf(tally, subject)}\n${JSON.stringify(summary)}`);
  return isClean(tally) ? 0 : 1;
}

function optionsOf(): CampaignOptions {
  return {
    ...defaultOptions,
    oneIn: numberOf("one-in"),
    values: numberOf("values"),
    allValuesUpTo: numberOf("all-values"),
    secondOneIn: numberOf("second"),
    workers: numberOf("workers"),
    seed: numberOf("seed"),
  };
}

function numberOf(
  name: "one-in" | "values" | "all-values" | "second" | "workers" | "seed",
): number {
  const text = flags[name];
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`tamper-campaign: --${name} takes a number, not ${JSON.stringify(text)}`);
  process.exit(2);
}

/** A line that renews itself on a terminal, otherwise one each ten seconds. */
function showProgress(): (done: number, all: number) => void {
  const started = performance.now();
  let next = 0;
  return (done, all) => {
    const now = performance.now();
    if (now < next) return;
    next = now + (process.stderr.isTTY ? 200 : 10_000);
    const [percent, seconds] = [((100 * done) / all).toFixed(1), (now - started) / 1000];
    const text = `${done} of ${all} variants, ${percent} %, ${seconds.toFixed(0)} s`;
    process.stderr.write(process.stderr.isTTY ? `\r${text}\u001b[K` : `${text}\n`);
  };
}
