import type { Command } from "commander";
import type { Fault, Result } from "#base";
import { embeddedName, ensureEmbeddedDataset } from "#datasets";
import type { RunSealer } from "#evidence";
import {
  type CampaignOutcome,
  type CampaignPlan,
  type CampaignRequest,
  createSharedControl,
  planCampaign,
  readCheckoutFacts,
  readStopSwitch,
  runCampaign,
  setAsideUnfinished,
} from "#lab";
import { nextLines, printConfig, printOutcome, printPlan, printRow } from "./campaign-report.ts";
import { showCampaign } from "./campaign-view.ts";
import { addEvolveOptions, type EvolveOptions, resolveRequest } from "./evolve-options.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { writableRoot } from "./root.ts";
import { openSealer } from "./run-keys.ts";
import { stopOnSignals } from "./signals.ts";
import type { Shell } from "./verb.ts";

const examples = `
Examples:
  $ assay evolve                                     the S&P 500 series, seeds 1 to 8
  $ assay evolve --dataset btc-15m --window TRAIN:2022-01-01..2024-01-01 --seeds 30
  $ assay evolve --leverage 3 --living-cost 0.0001 --seasons 12x1000 --seed-list 3,5,9
  $ assay evolve --config campaign.json --print-config > resolved.json

Ctrl-C stops at a tick boundary with a record that replays; twice leaves at once. A file STOP in
the root does the same for every run there. Sealed equal runs are skipped, so the same command
again runs what is missing; with --set-aside also what was begun and not finished.
`;

/** `assay evolve`: a stage-1 campaign. */
export function addEvolve(program: Command, shell: Shell): void {
  const command = program
    .command("evolve")
    .description("evolve a population for each seed and land the evidence")
    .addHelpText("after", examples);
  const worldFlags = addEvolveOptions(command);
  command.action(async (options: EvolveOptions) => {
    const output = shell.output(options);
    const planned = await plan(options, worldFlags(), shell);
    if (!planned.ok) return shell.end(output.fail(planned.fault));
    if (options.printConfig === true) {
      printConfig(planned.value, output);
      return shell.end(exitCodes.ok);
    }
    if (options.setAside === true) {
      const moved = setAsideUnfinished(planned.value);
      if (!moved.ok) return shell.end(output.fail(moved.fault));
      for (const place of moved.value) output.note(`set aside: ${place}`);
    }
    const sealer = openSealer(options, planned.value.root, output);
    if (!sealer.ok) return shell.end(output.fail(sealer.fault));
    shell.end(await evolve(planned.value, { sealer: sealer.value, keys: options.keys }, output));
  });
}

async function plan(
  options: EvolveOptions,
  worldFlags: ReturnType<ReturnType<typeof addEvolveOptions>>,
  shell: Shell,
): Promise<Result<CampaignPlan, Fault>> {
  const root = writableRoot(options.root);
  if (!root.ok) return root;
  const request = resolveRequest(options, worldFlags, root.value);
  if (!request.ok) return request;
  return planRequest(request.value, shell.image);
}

/** Checks the switch first, brings the embedded dataset where it is meant, and plans. */
export async function planRequest(
  request: CampaignRequest,
  image: string | null,
): Promise<Result<CampaignPlan, Fault>> {
  const allowed = readStopSwitch(request.root);
  if (!allowed.ok) return allowed;
  if (request.dataset === embeddedName) {
    const landed = await ensureEmbeddedDataset(request.root);
    if (!landed.ok) return landed;
  }
  return planCampaign(request, readCheckoutFacts(image));
}

/** Runs a planned campaign, prints its report and what to do next, and gives the exit code. */
async function evolve(
  campaign: CampaignPlan,
  { sealer, keys }: Readonly<{ sealer: RunSealer | null; keys: string }>,
  output: Output,
): Promise<ExitCode> {
  const outcome = await liveCampaign(campaign, sealer, output);
  if (!outcome.ok) return output.fail(outcome.fault);
  for (const line of nextLines(campaign, outcome.value, keys)) output.line(line);
  return exitOf(outcome.value);
}

/** Runs a planned campaign with live progress and prints its table and totals. */
export async function liveCampaign(
  campaign: CampaignPlan,
  sealer: RunSealer | null,
  output: Output,
): Promise<Result<CampaignOutcome, Fault>> {
  const control = createSharedControl(campaign.workers);
  using view = showCampaign(output);
  using _signals = stopOnSignals(control, () => {
    view.clear();
    output.note("stopping at the next tick boundary; once more leaves at once");
  });
  printPlan(campaign, output);
  const outcome = await runCampaign(campaign, {
    control,
    sealer,
    onStart: view.start,
    onRow: (row) => {
      view.clear();
      printRow(row, output);
    },
  });
  view[Symbol.dispose]();
  if (outcome.ok) printOutcome(campaign, outcome.value, output);
  return outcome;
}

/** A failed run outweighs a stop: it is the thing to look at. */
export function exitOf({ rows, landed, stop }: CampaignOutcome): ExitCode {
  if (!landed.ok || rows.some(({ state }) => state === "aborted")) return exitCodes.dependency;
  // Another process has it, and whoever runs the command again later finds it there.
  if (rows.some(({ state }) => state === "at_work_elsewhere")) return exitCodes.usage;
  const isWhole = rows.every(({ state }) => state === "completed" || state === "already_present");
  if (stop === null || isWhole) return exitCodes.ok;
  return stop === "stop_file" ? exitCodes.refused : exitCodes.interrupted;
}
