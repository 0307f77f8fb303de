import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { err, type Fault, ok, type Result } from "#base";
import {
  engageHalt,
  type HaltPlaces,
  type HaltPosture,
  haltPlaces,
  haltPosture,
  releaseHalt,
} from "#venues";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { areOrdersStopped, printPosture } from "./halt-view.ts";
import { systemAuthor } from "./incident-shared.ts";
import type { Output } from "./output.ts";
import { defaultRoot } from "./root.ts";
import type { Shell } from "./verb.ts";

type HaltOptions = Readonly<{
  status: boolean;
  release: boolean;
  reason?: string;
  by: string;
  root: string;
  json: boolean;
}>;

const examples = `
Halts at once, by anyone, whatever the switch says: every process of this root refuses its next
order and goes on cancelling. It stays so until somebody releases it, with the switch off
everywhere. One person's release is enough for simulated and demo venues. For live trading it never
is: that needs the signatures of two people (assay change --help).

Exit codes: 0 done, or orders may leave; 4 orders are stopped (--status), or the release was
refused; 5 the halt could not be written.

Examples:
  $ assay halt --reason "fills without bills"
  $ assay halt --status
  $ assay halt --release --reason "bills came late, all of them found"
`;

/** `assay halt`: the one verb that must work when nothing else does. */
export function addHalt(program: Command, shell: Shell): void {
  program
    .command("halt")
    .description("stop all orders at once, say where the switches stand, or let go again")
    .option("--reason <text>", "why, for whoever reads the log; needed to release")
    .option("--status", "only say where things stand", false)
    .option("--release", "let go of the halt, for simulated and demo venues", false)
    .option("--by <name>", "who does it", systemAuthor())
    .option("--root <dir>", "whose processes", defaultRoot)
    .option("--json", "one JSON line", false)
    .addHelpText("after", examples)
    .action((options: HaltOptions) => {
      const output = shell.output(options);
      const places = haltPlaces(resolve(options.root), shell.switches);
      const checked = check(options);
      if (!checked.ok) return shell.end(output.fail(checked.fault));
      if (options.status) {
        const root = resolve(options.root);
        if (isAbsent(root)) return shell.end(output.fail(noRoot(root)));
        return shell.end(tell(haltPosture(places), places, output));
      }
      shell.end(options.release ? release(options, places, output) : halt(options, places, output));
    });
}

const longestText = 400;

function check({ status, release: releasing, reason, by }: HaltOptions): Result<void, Fault> {
  if (status && releasing)
    return unfit("--status changes nothing: give one of the two", "--status");
  if (releasing && (reason === undefined || reason.trim() === "")) {
    return err({ code: "option_missing", message: "say why it may be let go of", at: "--reason" });
  }
  for (const [option, text] of [
    ["--reason", reason ?? ""],
    ["--by", by],
  ] as const) {
    // Halting never fails over its words, so they are cut there; a release has time.
    if (releasing && text.length > longestText)
      return unfit(`at most ${longestText} signs`, option);
  }
  return ok(undefined);
}

function unfit(message: string, at: string): Result<never, Fault> {
  return err({ code: "option_unfit", message, at });
}

function halt({ by, reason }: HaltOptions, places: HaltPlaces, output: Output): ExitCode {
  const isKnown = !isAbsent(places.stopFile.replace(/\/STOP$/, ""));
  const note = reason === undefined ? null : plain(reason);
  const engaged = engageHalt(places, plain(by), undefined, note);
  if (engaged.ok) {
    if (!isKnown) output.note("there was no such root before: does any process look at it?");
    printPosture("halted", engaged.value, places, output);
    return exitCodes.ok;
  }
  output.fail(notWritten(engaged.fault));
  const posture = haltPosture(places);
  // A latch that cannot be read halts by itself; one that cannot be written only may not.
  printPosture("not_written", posture, places, output);
  if (!areOrdersStopped(posture)) {
    output.note(`write 1 into ${places.file}, or make ${places.stopFile}: either stops orders too`);
  }
  return exitCodes.dependency;
}

function release({ by, reason }: HaltOptions, places: HaltPlaces, output: Output): ExitCode {
  const released = releaseHalt(places, `${plain(by)}: ${plain(reason ?? "")}`);
  if (released.ok) {
    printPosture("released", released.value, places, output);
    output.note("live trading stays halted: that release needs two people (assay change)");
    return exitCodes.ok;
  }
  const code = output.fail(notWritten(released.fault));
  if (released.fault.code === "latch_not_written") return exitCodes.dependency;
  return released.fault.code === "latch_not_engaged" ? code : exitCodes.refused;
}

/** A process that goes on holds a latch in memory; this one ends. */
function notWritten(fault: Fault): Fault {
  return { ...fault, message: fault.message.replace("; it holds in memory only", "") };
}

function tell(posture: HaltPosture, places: HaltPlaces, output: Output): ExitCode {
  printPosture("status", posture, places, output);
  return areOrdersStopped(posture) ? exitCodes.refused : exitCodes.ok;
}

/** One line of a log, whatever was typed. */
function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, " ")
    .trim()
    .slice(0, longestText);
}

/** Who asks about a root that is not there would hear that orders may leave, wherever they do. */
function noRoot(at: string): Fault {
  const message =
    "there is no such root, so no process looks at it; give the right one with --root";
  return { code: "root_unreadable", message, at };
}

/** What cannot be looked at is there, as far as anybody can tell. */
function isAbsent(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
