import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { durationText, err, type Fault, ok, type Result } from "#base";
import { kindOfRun } from "#evidence";
import { createSharedControl, type KernelId, type ReplayVerdict, replayRun } from "#lab";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { findRun, latestHelp } from "./find-run.ts";
import type { Output } from "./output.ts";
import { stopOnSignals } from "./signals.ts";
import { groupDigits, shortNumber } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";

type ReplayOptions = Readonly<{ root?: string; kernel: KernelId; json: boolean }>;

const examples = `
Examples:
  $ assay replay latest
  $ assay replay ./var/assay/runs_hf/HF_0123456789abcdef --kernel reference

The run is executed again from its manifest and dataset alone, in a temporary directory, and every
pure file is compared byte for byte. --kernel reference shows that the equality is not the same
code run twice. A run at a venue cannot be repeated and is refused: assay verify judges it.
${latestHelp}
`;

/** `assay replay RUN`: does the record follow from its inputs? */
export function addReplay(program: Command, shell: Shell): void {
  program
    .command("replay <run>")
    .description("execute a run again from its manifest and compare every byte")
    .addOption(
      new Option("--kernel <id>", "which hot loop re-executes")
        .choices(["simd", "reference"])
        .default("simd"),
    )
    .option("--root <dir>", "where the dataset and run ids are looked for")
    .option("--json", "the verdict as one JSON line", false)
    .addHelpText("after", examples)
    .action(async (text: string, options: ReplayOptions) => {
      const output = shell.output(options);
      const run = endOrValue(findRun(text, options.root, output), shell, output);
      if (run === null) return;
      if (kindOfRun(run.directory) === "venue") return shell.end(output.fail(ofVenue(run)));
      const verdict = endOrValue(await replay(run, options.kernel), shell, output);
      if (verdict !== null) shell.end(printVerdict(verdict, output));
    });
}

/** What a market answered once it does not answer again. */
function ofVenue({ directory }: Readonly<{ directory: string }>): Fault {
  const message =
    "a venue run cannot be re-executed: its market is not ours; assay verify judges its records";
  return { code: "replay_of_venue_run", message, at: directory };
}

async function replay(
  run: Readonly<{ directory: string; root: string }>,
  kernel: KernelId,
): Promise<Result<ReplayVerdict, Fault>> {
  const scratch = makeScratch();
  if (!scratch.ok) return scratch;
  const control = createSharedControl(1);
  using _signals = stopOnSignals(control);
  try {
    return await replayRun({ ...run, scratch: scratch.value }, { kernel, control });
  } finally {
    rmSync(scratch.value, { recursive: true, force: true });
  }
}

function makeScratch(): Result<string, Fault> {
  try {
    return ok(mkdtempSync(join(tmpdir(), "assay-replay-")));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    const message = `no temporary directory: ${code}; set TMPDIR to a writable place`;
    return err({ code: "disk_scratch_unwritable", message, at: tmpdir() });
  }
}

const exitByVerdict: Readonly<Record<ReplayVerdict["verdict"], ExitCode>> = {
  PASS: exitCodes.ok,
  FAIL: exitCodes.finding,
  NOT_MEASURABLE: exitCodes.not_measurable,
};

function printVerdict(verdict: ReplayVerdict, output: Output): ExitCode {
  output.record({ type: "replay", ...verdict });
  output.line(`${verdict.verdict}  replay ${verdict.run_id} with the ${verdict.kernel} kernel`);
  if (verdict.reason !== null) {
    output.line(`  ${verdict.reason.message} [${verdict.reason.code}]`);
    return exitByVerdict[verdict.verdict];
  }
  const [first] = verdict.differences;
  if (first !== undefined) {
    output.line(`  first difference: ${first.file} line ${first.line}, byte ${first.offset}`);
    output.line(`    recorded  ${first.recorded}`);
    output.line(`    replayed  ${first.replayed}`);
    const others = verdict.differences.slice(1).map(({ file }) => file);
    if (others.length > 0) output.line(`  also different: ${others.join(", ")}`);
  }
  const same = verdict.files - verdict.differences.length;
  output.line(
    `  ${same} of ${verdict.files} pure files equal, ${groupDigits(verdict.bytes)} bytes; ` +
      `${groupDigits(verdict.ticks)} ticks, ${shortNumber(verdict.agent_bars)} agent-bars in ` +
      durationText(verdict.wall_seconds * 1000),
  );
  return exitByVerdict[verdict.verdict];
}
