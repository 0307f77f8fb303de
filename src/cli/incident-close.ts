import { resolve } from "node:path";
import type { Command } from "commander";
import { err, type Fault, ok, type Result } from "#base";
import {
  type ClosureOutcome,
  closeIncident,
  incidentHost,
  type RunTrust,
  verifyRun,
} from "#evidence";
import { exitCodes } from "./exit-codes.ts";
import { findRun } from "./find-run.ts";
import {
  collect,
  failIncident,
  type IncidentOptions,
  machineClock,
  summaryOf,
  systemAuthor,
  tellTrouble,
} from "./incident-shared.ts";
import type { Output } from "./output.ts";
import { addTrustOptions, openTrust, type TrustOptions } from "./run-keys.ts";
import { endOrValue, type Shell } from "./verb.ts";

type CloseOptions = IncidentOptions &
  TrustOptions &
  Readonly<{
    run: string;
    confirm?: readonly string[];
    evidence?: readonly string[];
    by: string;
  }>;

const examples = `
Examples:
  $ assay incident close INC_20260102T030405Z_0123abcd --run latest
  $ assay incident close 0123abcd --run HF_0123456789abcdef \\
      --confirm 2 --evidence "run log, line 12" --by ada

The run has to be another one than the incident's, started after it was opened, sealed and PASS
(the verifier is run now), and every criterion has to be met. Otherwise the incident stays open,
the attempt is recorded with every reason, and the exit code is 1. Who sealed the run is judged by
the installation's policy or by --policy; without one that cannot be told, so nothing closes.
--integrity-only leaves the question out, and the record says so. A criterion that is a free text
is met when somebody confirms it: each --confirm goes with the --evidence in the same place.
`;

/** `assay incident close`: a merged fix closes nothing, a new run that verifies does. */
export function addIncidentClose(incident: Command, shell: Shell): void {
  const command = incident
    .command("close <incident>")
    .description("close an incident with a new run that verifies and meets its criteria")
    .requiredOption("--run <run>", "run directory, run id or its beginning, or latest")
    .option("--confirm <n>", "number of a criterion that is a text; repeatable", collect)
    .option("--evidence <ref>", "what proves it; repeatable, one for each", collect)
    .option("--by <name>", "who closes and confirms", systemAuthor())
    .option("--root <dir>", "where incidents lie and run ids are looked for")
    .option("--json", "one JSON line", false)
    .addHelpText("after", examples);
  addTrustOptions(command).action((id: string, options: CloseOptions) => {
    const output = shell.output(options);
    const confirmations = endOrValue(readConfirmations(options), shell, output);
    const run =
      confirmations && endOrValue(findRun(options.run, options.root, output), shell, output);
    if (confirmations === null || run === null) return;
    const root = resolve(run.root);
    const opened = openTrust(options, root);
    if (!opened.ok) return shell.end(output.fail(opened.fault));
    const trust = opened.value;
    const outcome = closeIncident(
      incidentHost(),
      { root, incident: id, by: options.by, clock: machineClock },
      {
        runDirectory: resolve(run.directory),
        verify: (directory) => verifyRun(directory, { root, trust }),
        confirmations,
      },
    );
    if (!outcome.ok) return shell.end(failIncident(outcome.fault, output));
    print(outcome.value, output);
    tellTrust(outcome.value, trust, output);
    shell.end(outcome.value.closed ? exitCodes.ok : exitCodes.finding);
  });
}

function tellTrust({ reasons }: ClosureOutcome, trust: RunTrust | null, output: Output): void {
  if (trust === null) output.note("integrity only: who sealed the run was not looked at");
  const isOpen = reasons.some(({ code }) => code === "run_not_verified");
  if (!isOpen || trust === null || trust.policy !== null) return;
  output.note("say whom to trust with --policy or --keys, or ask for --integrity-only");
}

type Confirmation = Readonly<{ number: number; evidence: string }>;

function readConfirmations({
  confirm = [],
  evidence = [],
}: CloseOptions): Result<readonly Confirmation[], Fault> {
  const confirmations: Confirmation[] = [];
  for (const [index, text] of confirm.entries()) {
    const reference = evidence[index];
    if (!/^[1-9]\d{0,3}$/.test(text)) {
      const message = `--confirm ${JSON.stringify(text)}: expected the number of a criterion`;
      return err({ code: "confirmation_unfit", message });
    }
    if (reference === undefined) break;
    confirmations.push({ number: Number(text), evidence: reference });
  }
  if (confirm.length === evidence.length) return ok(confirmations);
  const message = `${confirm.length} --confirm, ${evidence.length} --evidence: give one for each`;
  return err({ code: "confirmation_unfit", message });
}

function print(outcome: ClosureOutcome, output: Output): void {
  const { id, closed, reasons, criteria, state } = outcome;
  output.record({ type: closed ? "closed" : "close_refused", ...summaryOf(outcome), reasons });
  for (const { number, criterion, met, detail } of criteria) {
    output.line(`criterion ${number}  ${met ? "met    " : "NOT MET"}  ${criterion}: ${detail}`);
  }
  for (const { code, detail } of reasons) output.line(`reason       ${detail} [${code}]`);
  output.line(`${closed ? "CLOSED" : "REFUSED"}  ${id}  head ${state.head}`);
  if (!closed) output.note("the incident stays open; the attempt is part of its record");
  tellTrouble(outcome, output);
}
