import type { Command } from "commander";
import { err, type Fault, type Result } from "#base";
import type { ExitCode } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { defaultRoot, writableRoot } from "./root.ts";
import { addSealerOptions } from "./run-keys.ts";
import { type OfflineOptions, runOffline } from "./run-offline.ts";
import { recoverAtVenue } from "./run-recover.ts";
import { localVenue, runAtVenue } from "./run-venue.ts";
import { addVenueConfig } from "./run-venue-options.ts";
import type { Shell } from "./verb.ts";

type RunOptions = OfflineOptions & Readonly<{ mode: string; recover?: string | undefined }>;

const examples = `
Modes, by this argument alone:
  okx_demo   genomes of a snapshot trade on a demo account: preflight, flatten with proof, ticks,
             audit by a key that only reads, seal. The venue is \`assay venue\` unless told.
  okx_live   always refused: nobody can arm live trading in this version.
  offline    the same at a venue of this process, on the recorded bars of --dataset: no network,
             no waiting, and the same command makes the same decisions, orders and fills.

Examples:
  $ echo off > halted; export EXECUTION_HALTED_FILE=$PWD/halted
  $ assay run --mode okx_demo --genomes 0123456789abcdef --ticks 30 --shutdown-flatten
  $ assay run --mode okx_demo --genomes 0123456789abcdef --venue okx --venue-keys okx-demo.json
  $ assay run --mode okx_demo --genomes 0123456789abcdef --one-shot-tick 3 --bar 15m
  $ assay run --mode okx_demo --recover AUDIT_0123456789abcdef
  $ assay run --mode offline --genomes 0123456789abcdef --dataset btc-15m --ticks 96

A file STOP in the root and Ctrl-C end it at a tick boundary, EXECUTION_HALTED stops its orders at
once; either way it cancels what rests, is audited and sealed. A run that was killed is ended by
the next one on its account, or by --recover, which begins none.
Exit codes: 0 the evidence passes, 1 it fails, 2 usage, 3 not measurable, 4 refused by a gate, a
switch or STOP, 5 the venue or the disk failed, 130 interrupted.
`;

/** `assay run`: genomes that were frozen before trade, and every order is proven. */
export function addRun(program: Command, shell: Shell): void {
  const command = program
    .command("run")
    .description("let genomes of a snapshot trade at a venue, with evidence for every order")
    .requiredOption("--mode <mode>", "offline, okx_demo or okx_live")
    .option("--genomes <snapshot>", "id or path of a pool snapshot")
    .option("--recover <run>", "end a run whose process was killed, and begin none")
    .option("--venue <url>", `address of the venue (${localVenue}); okx is OKX itself`)
    .option("--venue-keys <file>", "keys that trade and read; ROOT/venue/keys.json by default")
    .option("--account <name>", "account of that file, where it holds several")
    .option("--dataset <id>", "offline: the bars that the market goes through")
    .option("--from <time>", "offline: UTC time in them to begin at (default: a tenth in)")
    .option("--seed <number>", "offline: of the book around the bars (default: 1)")
    .option("--counterfactual <run>", "a run without the man-made fences of this one")
    .option("--timeout <s>", "of one request to the venue", "10")
    .option("--policy <file>", "whom to trust with the snapshot instead of the own policy")
    .option("--root <dir>", "where pools, runs and keys of the venue live", defaultRoot)
    .option("--json", "progress and the outcome as JSON lines", false)
    .addHelpText("after", examples);
  addVenueConfig(addSealerOptions(command)).action(async (options: RunOptions) => {
    const output = shell.output(options);
    const refused = refusedMode(options.mode);
    if (refused !== null) return shell.end(output.fail(refused));
    const root: Result<string, Fault> = writableRoot(options.root);
    if (!root.ok) return shell.end(output.fail(root.fault));
    const outcome = await act(options, root.value, shell, output);
    shell.end(outcome.ok ? outcome.value : output.fail(outcome.fault));
  });
}

async function act(
  options: RunOptions,
  root: string,
  shell: Shell,
  output: Output,
): Promise<Result<ExitCode, Fault>> {
  const { genomes, recover } = options;
  const misplaced = optionOfOtherMode(options);
  if (misplaced !== null) return err(misplaced);
  if (options.mode === "offline" && genomes !== undefined) {
    return runOffline({ ...options, genomes }, root, shell, output);
  }
  if (genomes !== undefined && recover === undefined) {
    return runAtVenue({ ...options, genomes }, root, shell, output);
  }
  if (genomes === undefined && recover !== undefined) {
    return recoverAtVenue({ ...options, recover }, root, shell, output);
  }
  const message = "give --genomes for a new run, or --recover for one that was killed";
  return err({ code: "option_missing", message, at: "--genomes" });
}

function optionOfOtherMode({ mode, recover, dataset, from, seed }: RunOptions): Fault | null {
  if (mode === "offline") {
    if (recover === undefined) return null;
    const message =
      "the venue of an offline run ended with its process: nobody is left to ask what became of " +
      "its orders; move the run away and repeat it";
    return { code: "option_unfit", message, at: "--recover" };
  }
  const given = Object.entries({ "--dataset": dataset, "--from": from, "--seed": seed });
  const first = given.find(([, value]) => value !== undefined);
  if (first === undefined) return null;
  const message = "the venue has its own market; this is for --mode offline";
  return { code: "option_unfit", message, at: first[0] };
}

/** Null for a mode that may run. Nothing is read before: not a file, not the venue. */
function refusedMode(mode: string): Fault | null {
  switch (mode) {
    case "okx_demo":
    case "offline":
      return null;
    case "okx_live": {
      const message = "live trading is not armed, and this version cannot be: use okx_demo";
      return { code: "not_armed", message, at: "--mode" };
    }
    default: {
      const message = `expected offline, okx_demo or okx_live, got ${JSON.stringify(mode)}`;
      return { code: "option_malformed", message, at: "--mode" };
    }
  }
}
