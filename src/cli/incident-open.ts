import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import {
  type IncidentSection,
  incidentHost,
  type OpenedIncident,
  openIncident,
  type SectionText,
  type Severity,
  severities,
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
} from "./incident-shared.ts";
import type { Output } from "./output.ts";
import { rootHint, writableRoot } from "./root.ts";
import { addTrustOptions, openTrust, type TrustOptions } from "./run-keys.ts";
import { groupDigits } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";

type OpenOptions = IncidentOptions &
  TrustOptions &
  Readonly<{
    run: string;
    claim?: readonly string[];
    criterion?: readonly string[];
    title: string;
    impact: string;
    severity: Severity;
    type: string;
    expected?: string;
    actual?: string;
    trigger?: string;
    rootCause?: string;
    proposedFix?: string;
    by: string;
  }>;

const examples = `
Examples:
  $ assay incident open --run latest --claim roster_join --severity high \\
      --title "Agents without an anchor" --impact "No clustering by genome" \\
      --type "Observability gap"
  $ assay incident open --run HF_0123456789abcdef --severity low --title "Slow seal" \\
      --impact "Runs end late" --type Degradation --criterion "seal under 1 s, shown by a profile"

The evidence is frozen before anything is written: what tells what the run was is copied, every
other file is held by its digest. A criterion is claim:ID=PASS, artifact:FILE, join:FROM->TO or a
free text that somebody has to confirm; without any, each --claim has to pass. The run may be
unsealed or damaged. Where no verdict of it is kept, it is verified now, by the installation's trust
policy or by --policy.
`;

/** `assay incident open`: freeze, then write down. */
export function addIncidentOpen(incident: Command, shell: Shell): void {
  const command = incident
    .command("open")
    .description("freeze the evidence of a run in trouble and open an incident")
    .requiredOption("--run <run>", "run directory, run id or its beginning, or latest")
    .requiredOption("--title <text>", "one line")
    .requiredOption("--impact <text>", "what cannot be done or trusted because of it")
    .addOption(
      new Option("--severity <level>", "how bad; if unsure, the worse")
        .choices([...severities])
        .makeOptionMandatory(),
    )
    .requiredOption("--type <text>", 'what kind of trouble, like "Observability gap"')
    .option("--claim <id>", "a claim of the verdict that is wrong; may be repeated", collect)
    .option("--criterion <criterion>", "what has to be so; may be repeated", collect)
    .option("--expected <text>", "what should have been")
    .option("--actual <text>", "what was")
    .option("--trigger <text>", "how it was noticed, with ids")
    .option("--root-cause <text>", "which contract did not require it")
    .option("--proposed-fix <text>", "what would be added")
    .option("--by <name>", "who writes", systemAuthor())
    .option("--root <dir>", "where run ids are looked for and incidents land")
    .option("--json", "one JSON line", false)
    .addHelpText("after", examples);
  addTrustOptions(command).action((options: OpenOptions) => {
    const output = shell.output(options);
    const run = endOrValue(findRun(options.run, options.root, output), shell, output);
    if (run === null) return;
    const root = endOrValue(writableRoot(run.root), shell, output);
    if (root === null) return;
    const trusted = openTrust(options, root);
    if (!trusted.ok) return shell.end(output.fail(trusted.fault));
    const opened = openIncident(incidentHost(), {
      root,
      runDirectory: resolve(run.directory),
      title: options.title,
      impact: options.impact,
      severity: options.severity,
      incidentType: options.type,
      sections: sectionsOf(options),
      claims: options.claim ?? [],
      criteria: options.criterion ?? [],
      by: options.by,
      clock: machineClock,
      nonce: randomBytes(4).toString("hex"),
      verify: (directory) => verifyRun(directory, { root, trust: trusted.value }),
    });
    if (!opened.ok) return shell.end(failIncident(opened.fault, output));
    print(opened.value, root, output);
    shell.end(exitCodes.ok);
  });
}

function sectionsOf(options: OpenOptions): readonly SectionText[] {
  const texts: readonly (readonly [IncidentSection, string | undefined])[] = [
    ["trigger", options.trigger],
    ["expected", options.expected],
    ["actual", options.actual],
    ["root_cause", options.rootCause],
    ["proposed_fix", options.proposedFix],
  ];
  return texts.flatMap(([section, text]) => (text === undefined ? [] : [{ section, text }]));
}

function print(incident: OpenedIncident, root: string, output: Output): void {
  const { id, folder, state } = incident;
  const { bundle, run } = state.opened;
  output.record({ type: "opened", ...summaryOf(incident), bundle });
  output.line(`opened    ${id}  ${state.opened.severity}  ${state.opened.title}`);
  output.line(
    `evidence  ${bundle.copied} files of ${run.name} copied, ${groupDigits(bundle.bytes)} bytes; ` +
      `${bundle.held_by_digest} held by digest`,
  );
  const missing = bundle.missing_required_files_count;
  output.line(`missing   ${missing} required ${missing === 1 ? "file" : "files"}`);
  for (const [index, criterion] of state.criteria.entries()) {
    output.line(`criterion ${index + 1}  ${criterion}`);
  }
  output.line(`document  ${folder}/INCIDENT.md`);
  output.line(`head      ${state.head}`);
  const hint = rootHint(root);
  if (state.criteria.length === 0) {
    output.note(`it cannot be closed without a criterion: assay incident note ${id} --criterion`);
  }
  output.note(`next: assay incident fix ${id}${hint} --commit SHA --text "what was changed"`);
}
