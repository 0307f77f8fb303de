import type { Command } from "commander";
import {
  applyRetention,
  currentKey,
  defaultKeysDirectory,
  defaultWindowDays,
  keysPlace,
  leastWindowDays,
  openKeyRing,
  pinRun,
  planRetention,
  type RetentionPlan,
  type RunDecision,
} from "#evidence";
import { exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { parseCount } from "./quantities.ts";
import { defaultRoot, readableRoot } from "./root.ts";
import { counted, groupDigits } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";

type RetainOptions = Readonly<{
  days: string;
  dryRun: boolean;
  pin?: string;
  keys: string;
  root: string;
  json: boolean;
}>;

/** `assay retain`: lets old raw samples of screening runs go, and nothing else. */
export function addRetain(program: Command, shell: Shell): void {
  program
    .command("retain")
    .description("delete raw samples of old screening runs, leaving a signed record of each")
    .option("--dry-run", "say what would go, and touch nothing", false)
    .option("--days <days>", "how long raw samples are kept", String(defaultWindowDays))
    .option("--pin <run>", "keep the raw samples of this run for good, and end")
    .option("--keys <dir>", "the installation's keys; the log key signs", defaultKeysDirectory())
    .option("--root <dir>", "the installation", defaultRoot)
    .option("--json", "JSON lines instead of text", false)
    .addHelpText("after", help)
    .action((options: RetainOptions) => {
      const output = shell.output(options);
      const root = endOrValue(readableRoot(options.root), shell, output);
      if (root === null) return;
      if (options.pin === undefined) retain(root, options, shell, output);
      else pin(root, options.pin, shell, output);
    });
}

const help = `
Kept always: everything outside raw/, the account of the samples and their sums, full-tier runs,
runs that are not sealed, and every run that a pin, an incident, the stage-2 pool or a full-tier run
names. Files that are not as their sums say are kept and reported: exit 1.
`;

function pin(root: string, runId: string, shell: Shell, output: Output): void {
  const isNew = endOrValue(pinRun(root, runId), shell, output);
  if (isNew === null) return;
  output.line(isNew ? `pinned ${runId}` : `${runId} was pinned before`);
  output.record({ type: "pin", run_id: runId, is_new: isNew });
  shell.end(exitCodes.ok);
}

function retain(root: string, options: RetainOptions, shell: Shell, output: Output): void {
  const days = endOrValue(
    parseCount(options.days, { min: leastWindowDays, max: 36_500 }),
    shell,
    output,
  );
  if (days === null) return;
  const nowMs = Date.now();
  const plan = endOrValue(planRetention({ root, nowMs, windowDays: days }), shell, output);
  if (plan === null) return;
  for (const run of plan.runs) tellRun(run, options.dryRun, output);
  tellPlan(plan, options.dryRun, output);
  if (!options.dryRun && !carryOut(root, plan, { options, nowMs, shell, output })) return;
  const differing = plan.runs.some(({ reason }) => reason === "sums_differ");
  shell.end(differing ? exitCodes.finding : exitCodes.ok);
}

type Work = Readonly<{ options: RetainOptions; nowMs: number; shell: Shell; output: Output }>;

/** False when it ended the command. */
function carryOut(
  root: string,
  plan: RetentionPlan,
  { options, nowMs, shell, output }: Work,
): boolean {
  if (plan.delete_runs === 0) return true;
  const place = endOrValue(keysPlace(options.keys, root), shell, output);
  if (place === null) return false;
  const ring = endOrValue(openKeyRing(place), shell, output);
  if (ring === null) return false;
  const key = endOrValue(currentKey(ring, "log", nowMs), shell, output);
  if (key === null) return false;
  const done = endOrValue(applyRetention(plan, { root, nowMs, key }), shell, output);
  if (done === null) return false;
  output.line(`deleted ${counted(done.bytes, "byte")} of ${counted(done.runs, "run")}`);
  output.record({ type: "retained", ...done });
  return true;
}

function tellRun(run: RunDecision, dryRun: boolean, output: Output): void {
  const { run_id, action, reason, detail, age_days, files, bytes } = run;
  output.record({ type: "run", run_id, action, reason, detail, age_days, bytes, files });
  const word = action === "keep" ? "keep  " : dryRun ? "would " : "delete";
  const age = age_days === null ? "" : `, ${age_days} days`;
  const size = action === "keep" ? "" : `, ${groupDigits(bytes)} bytes`;
  const why = detail === null ? "" : `: ${detail}`;
  output.line(`${word}  ${run_id}  ${reason}${age}${size}${why}`);
}

function tellPlan(plan: RetentionPlan, dryRun: boolean, output: Output): void {
  const { runs, delete_runs, delete_bytes, window_days } = plan;
  const { runs: _runs, ...totals } = plan;
  output.record({ type: "plan", dry_run: dryRun, runs: runs.length, ...totals });
  const going = `${groupDigits(delete_runs)} of ${groupDigits(runs.length)} runs`;
  const size = counted(delete_bytes, "byte");
  output.line(`${going} with raw samples are past ${window_days} days: ${size}`);
}
