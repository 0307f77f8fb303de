import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { durationText, type Fault, type Result } from "#base";
import { embeddedName } from "#datasets";
import {
  defaultKeysDirectory,
  type RunSealer,
  type RunTrust,
  verdictBasis,
  verifyRun,
  writeVerdict,
} from "#evidence";
import { type CampaignOutcome, firstSeeds, type RunReport } from "#lab";
import { exitOf, liveCampaign, planRequest } from "./evolve.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { defaultRoot, rootHint, writableRoot } from "./root.ts";
import { keysHint, openSealer, openTrust } from "./run-keys.ts";
import { counted, groupDigits } from "./table.ts";
import type { Shell } from "./verb.ts";

/** `assay demo`, and `npm start`: the researcher's whole way on the embedded market. */
export function addDemo(program: Command, shell: Shell): void {
  program
    .command("demo")
    .description("evolve, verify, replay and show on the embedded S&P 500 series")
    .option("--root <dir>", "where everything lands", defaultRoot)
    .option("--keys <dir>", "where the keys that sign the runs live", defaultKeysDirectory())
    .addHelpText("after", about)
    .action(async (options: DemoOptions) => {
      shell.end(await demo(options, shell));
    });
}

const about = `
Safe to run again: sealed runs are skipped, verified and replayed. Where the installation has no
keys, development keys are made once, outside the root: they show later changes, and prove nothing
to others.
`;

type DemoOptions = Readonly<{ root: string; keys: string }>;

const seeds = 8;

async function demo({ root: rootOption, keys }: DemoOptions, shell: Shell): Promise<ExitCode> {
  const output = shell.output({});
  const started = performance.now();
  const root = writableRoot(rootOption);
  if (!root.ok) return output.fail(root.fault);

  const sealer = openSealer({ keys, devKeys: true }, root.value, output);
  if (!sealer.ok) output.note(`the runs stay unsigned: ${sealer.fault.message}`);
  const signing = sealer.ok ? sealer.value : null;

  output.line("1. Evolve: one population for each seed, on twenty years of the S&P 500.");
  const outcome = await evolveAll(root.value, signing, shell);
  if (!outcome.ok) return output.fail(outcome.fault);
  const exit = exitOf(outcome.value);
  if (exit !== exitCodes.ok) return exit;
  const reports = outcome.value.rows.flatMap((row) => ("report" in row ? [row.report] : []));
  const [first] = reports;
  if (first === undefined) return exitCodes.dependency;

  output.line("\n2. Verify: every claim of every run, from its files alone.");
  const trust = openTrust({ keys, integrityOnly: signing === null }, root.value);
  if (!trust.ok) return output.fail(trust.fault);
  if (trust.value === null) output.line("   (integrity only: the runs are not signed)");
  const verified = verifyAll({ root: root.value, trust: trust.value }, reports, output);
  if (verified !== exitCodes.ok) return verified;

  output.line("\n3. Replay: a new process lives the first run again, with the other kernel.");
  const replayed = await runVerb(["replay", first.run_id, "--kernel", "reference"], root.value);
  if (replayed !== exitCodes.ok) return replayed;

  output.line("\n4. Show: what happened in it.\n");
  const shown = await runVerb(["show", first.run_id, "--top", "5"], root.value);
  if (shown !== exitCodes.ok) return shown;

  const time = durationText(performance.now() - started);
  const verifyHint = signing === null ? " --integrity-only" : keysHint(keys);
  for (const line of endLines({ root: root.value, verifyHint }, reports, time)) output.line(line);
  return exitCodes.ok;
}

async function evolveAll(
  root: string,
  sealer: RunSealer | null,
  shell: Shell,
): Promise<Result<CampaignOutcome, Fault>> {
  const request = {
    root,
    name: "demo",
    dataset: embeddedName,
    window: null,
    seeds: firstSeeds(seeds),
    kernel: "simd",
    behaviors: false,
    workers: availableParallelism(),
    world: { file: {}, flags: {} },
  } as const;
  const plan = await planRequest(request, shell.image);
  return plan.ok ? liveCampaign(plan.value, sealer, shell.output({})) : plan;
}

function verifyAll(
  { root, trust }: Readonly<{ root: string; trust: RunTrust | null }>,
  reports: readonly RunReport[],
  output: Output,
): ExitCode {
  let exit: ExitCode = exitCodes.ok;
  for (const { run_id, directory } of reports) {
    const verdict = verifyRun(directory, { root, trust });
    if (!verdict.ok) return output.fail(verdict.fault);
    const { verdict: word, claims, records_read } = verdict.value;
    const checked = claims.reduce((sum, claim) => sum + claim.checked, 0);
    output.line(
      `${word}  ${run_id}  ${claims.length} claims, ${groupDigits(checked)} checks, ` +
        `${groupDigits(records_read)} records`,
    );
    const basis = verdictBasis(verdict.value, { policyFile: null, trust });
    const written = writeVerdict(root, verdict.value, basis);
    if (!written.ok) return output.fail(written.fault);
    if (word !== "PASS") {
      output.line(`      npx assay verify ${run_id}${rootHint(root)} says why`);
      exit = word === "FAIL" ? exitCodes.finding : exitCodes.not_measurable;
    }
  }
  return exit;
}

/** The same command a user would type, in a process that shares nothing with this one. */
function runVerb(args: readonly string[], root: string): Promise<ExitCode> {
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const command = [...process.execArgv, main, ...args, "--root", root];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, { stdio: "inherit" });
    child.on("error", () => resolve(exitCodes.dependency));
    child.on("exit", (code) => resolve(knownExit(code)));
  });
}

function knownExit(code: number | null): ExitCode {
  return Object.values(exitCodes).find((known) => known === code) ?? exitCodes.interrupted;
}

function endLines(
  { root, verifyHint }: Readonly<{ root: string; verifyHint: string }>,
  reports: readonly RunReport[],
  time: string,
): readonly string[] {
  const hint = rootHint(root);
  const run = reports[1]?.run_id ?? reports[0]?.run_id ?? "latest";
  return [
    "",
    `PASS  evolve  ${counted(reports.length, "run")} sealed under ${root}`,
    `PASS  verify  ${reports.length} of ${reports.length} runs`,
    `PASS  replay  ${reports[0]?.run_id}, byte for byte`,
    `all in ${time}. Try next:`,
    `  npx assay verify ${run}${hint}${verifyHint}`,
    `  npx assay replay ${run}${hint}`,
    `  npx assay evolve --seeds 30 --seasons 24x1000 --leverage 1${hint}`,
    `  npx assay data import FILE.csv.gz --help`,
  ];
}
