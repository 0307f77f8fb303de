import { resolve } from "node:path";
import type { Command } from "commander";
import { err, type Fault, ok, type Result } from "#base";
import {
  type IncidentHost,
  type InspectedIncident,
  incidentFindingText,
  incidentHost,
  inspectIncident,
  type ListedIncident,
  listIncidents,
  renewIncidentDocument,
} from "#evidence";
import { exitCodes } from "./exit-codes.ts";
import { failIncident, machineClock, summaryOf, systemAuthor } from "./incident-shared.ts";
import type { Output } from "./output.ts";
import { defaultRoot, readableRoot } from "./root.ts";
import { type Column, tableLines } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";

type ViewOptions = Readonly<{ root: string; json: boolean }>;

/** `assay incident ls`: all of them, the oldest first; exit 1 when one is damaged. */
export function addIncidentList(incident: Command, shell: Shell): void {
  incident
    .command("ls")
    .description("list the incidents under the root")
    .option("--root <dir>", "where incidents lie", defaultRoot)
    .option("--json", "one JSON line for each incident", false)
    .action((options: ViewOptions) => {
      const output = shell.output(options);
      const root = endOrValue(readableRoot(options.root), shell, output);
      if (root === null) return;
      const listed = listIncidents(incidentHost(), root);
      if (!listed.ok) return shell.end(failIncident(listed.fault, output));
      const { incidents, unfinished } = listed.value;
      if (incidents.length === 0) output.note(`no incident in ${root}`);
      else for (const line of tableLines(columns, incidents.map(rowOf))) output.line(line);
      for (const each of incidents) output.record(recordOf(each));
      for (const folder of unfinished) {
        output.note(`a crash cut an opening short; keep or remove what it had copied: ${folder}`);
      }
      const isSound = incidents.every(({ problem }) => problem === null);
      shell.end(isSound ? exitCodes.ok : exitCodes.finding);
    });
}

const columns: readonly Column[] = [
  { title: "incident", align: "left" },
  { title: "status", align: "left" },
  { title: "severity", align: "left" },
  { title: "entries", align: "right" },
  { title: "run", align: "left" },
  { title: "title", align: "left" },
];

function rowOf({ id, state, problem }: ListedIncident): readonly string[] {
  if (state === null || problem !== null) return [id, "DAMAGED", "", "", "", problem ?? ""];
  const { status, opened, links } = state;
  return [id, status, opened.severity, String(links.length), opened.run.name, opened.title];
}

function recordOf({ id, folder, state, problem }: ListedIncident): object {
  if (state === null) return { type: "incident", incident: id, directory: folder, problem };
  return { type: "incident", ...summaryOf({ id, folder, state }), problem };
}

type ShowOptions = ViewOptions & Readonly<{ head?: string }>;

const showExamples = `
Examples:
  $ assay incident show 0123abcd
  $ assay incident show INC_20260102T030405Z_0123abcd --head 6b86b273...

Renders the document from the record and checks the chain of entries, the document that lies there,
every file of the bundle and the verdict that closed it; exit 1 when one of them is not as written.
A chain cannot show that its end was taken away together with the document: note the head somewhere
else and give it with --head.
`;

/** `assay incident show`: the document, and whether all of it is still as it was written. */
export function addIncidentShow(incident: Command, shell: Shell): void {
  incident
    .command("show <incident>")
    .description("print an incident and check everything that belongs to it")
    .option("--head <sha256>", "a head noted earlier, which must still be in the record")
    .option("--root <dir>", "where incidents lie", defaultRoot)
    .option("--json", "one JSON line", false)
    .addHelpText("after", showExamples)
    .action((id: string, options: ShowOptions) => {
      const output = shell.output(options);
      const head = endOrValue(readHead(options.head), shell, output);
      if (head === null) return;
      const host = incidentHost();
      const act = { root: resolve(options.root), incident: id };
      const inspected = inspectIncident(host, act, head.value);
      if (!inspected.ok) return shell.end(failIncident(inspected.fault, output));
      print(inspected.value, output);
      if (inspected.value.findings.length > 0) return shell.end(exitCodes.finding);
      renew(host, inspected.value, output);
      shell.end(exitCodes.ok);
    });
}

function readHead(text: string | undefined): Result<Readonly<{ value: string | null }>, Fault> {
  if (text === undefined) return ok({ value: null });
  if (/^[0-9a-f]{64}$/.test(text)) return ok({ value: text });
  const message = `--head ${JSON.stringify(text)}: expected 64 hex digits`;
  return err({ code: "head_malformed", message });
}

function print(incident: InspectedIncident, output: Output): void {
  const { id, folder, state, text, bundleFiles, torn, document, findings } = incident;
  const summary =
    state === null ? { incident: id, directory: folder } : summaryOf({ ...incident, state });
  output.record({
    type: "incident",
    ok: findings.length === 0,
    ...summary,
    document,
    bundle_files: bundleFiles,
    findings,
    record: state === null ? null : state.links.map(({ entry, sha256 }) => ({ ...entry, sha256 })),
  });
  if (text !== null) output.line(text.trimEnd());
  for (const finding of findings) output.line(`FINDING  ${incidentFindingText(finding)}`);
  const entries = state?.links.length ?? 0;
  if (findings.length === 0) {
    output.note(`sound: ${entries} entries in one chain, ${bundleFiles} files of the bundle`);
  }
  if (torn > 0) {
    output.note(`a crash cut an entry short: ${torn} bytes, set aside by the next entry`);
  }
}

/** Best effort: who may only read sees the document all the same. */
function renew(host: IncidentHost, incident: InspectedIncident, output: Output): void {
  if (incident.document === "current") return;
  const author = { by: systemAuthor(), clock: machineClock };
  const renewed = renewIncidentDocument(host, incident, author);
  output.note(
    renewed.ok
      ? "INCIDENT.md was behind the record and has been written anew"
      : `INCIDENT.md is behind the record and stays so: ${renewed.fault.message}`,
  );
}
