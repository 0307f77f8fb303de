import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { Fault, Result } from "#base";
import {
  type AddedToIncident,
  fixIncident,
  type IncidentAct,
  type IncidentSection,
  incidentHost,
  noteIncident,
} from "#evidence";
import { exitCodes } from "./exit-codes.ts";
import {
  collect,
  failIncident,
  machineClock,
  summaryOf,
  systemAuthor,
  tellTrouble,
} from "./incident-shared.ts";
import type { Output } from "./output.ts";
import { defaultRoot } from "./root.ts";
import type { Shell } from "./verb.ts";

type EntryOptions = Readonly<{ root: string; json: boolean; by: string; text: string }>;
type NoteOptions = EntryOptions & Readonly<{ section: string; criterion?: readonly string[] }>;
type FixOptions = EntryOptions & Readonly<{ commit: string }>;

/** As the command line spells them. */
const sectionByOption: Readonly<Record<string, IncidentSection>> = {
  note: "note",
  trigger: "trigger",
  expected: "expected",
  actual: "actual",
  "root-cause": "root_cause",
  "proposed-fix": "proposed_fix",
};

/** `assay incident note`: nothing is ever changed, only added. */
export function addIncidentNote(incident: Command, shell: Shell): void {
  incident
    .command("note <incident>")
    .description("add a text, and closure criteria, to an incident")
    .requiredOption("--text <text>", "what there is to say")
    .addOption(
      new Option("--section <section>", "where it belongs in the document")
        .choices(Object.keys(sectionByOption))
        .default("note"),
    )
    .option("--criterion <criterion>", "one more that has to be met; may be repeated", collect)
    .option("--by <name>", "who writes", systemAuthor())
    .option("--root <dir>", "where incidents lie", defaultRoot)
    .option("--json", "one JSON line", false)
    .action((id: string, options: NoteOptions) => {
      const output = shell.output(options);
      const { text, criterion: criteria = [] } = options;
      const section = sectionByOption[options.section] ?? "note";
      const act = actOf(id, options);
      const added = noteIncident(incidentHost(), act, { section, text, criteria });
      end("note", added, shell, output);
    });
}

/** `assay incident fix`: what is meant to mend it; only a run can show that it did. */
export function addIncidentFix(incident: Command, shell: Shell): void {
  incident
    .command("fix <incident>")
    .description("record the commit that is meant to mend it; the incident stays open")
    .requiredOption("--commit <sha>", "7 to 64 hex digits")
    .requiredOption("--text <text>", "what was changed")
    .option("--by <name>", "who writes", systemAuthor())
    .option("--root <dir>", "where incidents lie", defaultRoot)
    .option("--json", "one JSON line", false)
    .action((id: string, options: FixOptions) => {
      const output = shell.output(options);
      const { commit, text } = options;
      const added = fixIncident(incidentHost(), actOf(id, options), { commit, text });
      end("fix", added, shell, output);
    });
}

function actOf(incident: string, { root, by }: EntryOptions): IncidentAct {
  return { root: resolve(root), incident, by, clock: machineClock };
}

function end(
  kind: "note" | "fix",
  added: Result<AddedToIncident, Fault>,
  shell: Shell,
  output: Output,
): void {
  if (!added.ok) return shell.end(failIncident(added.fault, output));
  const { id, state } = added.value;
  output.record({ type: kind, ...summaryOf(added.value) });
  output.line(`${kind} added to ${id} as entry ${state.links.length - 1}; head ${state.head}`);
  tellTrouble(added.value, output);
  shell.end(exitCodes.ok);
}
