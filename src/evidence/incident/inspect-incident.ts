import { join } from "node:path";
import { err, type Fault, isoFromMillis, ok, type Result } from "#base";
import { readChunks } from "../reading/read-chunks.ts";
import type { IncidentAct } from "./add-to-incident.ts";
import { checkBundle, type IncidentFinding } from "./check-bundle.ts";
import { findIncident, type IncidentPlace, listIncidentPlaces } from "./find-incident.ts";
import { closureVerdictName, incidentFiles } from "./incident-files.ts";
import type { IncidentHost } from "./incident-host.ts";
import { type IncidentState, stateOf } from "./incident-state.ts";
import { type DocumentState, readIncident } from "./read-incident.ts";
import { renderIncident } from "./render-incident.ts";
import { addEntry } from "./write-record.ts";

/** An incident looked through from the first line of its record to the last byte of its bundle. */
export type InspectedIncident = IncidentPlace &
  Readonly<{
    /** Null when the record does not add up. */
    state: IncidentState | null;
    /** The document as the record renders it; null with the state. */
    text: string | null;
    document: DocumentState["state"];
    /** Bytes of an entry that a crash cut short; the next entry sets them aside. */
    torn: number;
    /** Files of the bundle that were compared. */
    bundleFiles: number;
    findings: readonly IncidentFinding[];
  }>;

/**
 * Checks chain, document, bundle and closing verdict; a head that was noted elsewhere must be one
 * of the record's. Never writes. Faults: those of findIncident and attemptIo.
 */
export function inspectIncident(
  host: IncidentHost,
  { root, incident }: Readonly<{ root: string; incident: string }>,
  head: string | null,
): Result<InspectedIncident, Fault> {
  const place = findIncident(host.fs, root, incident);
  if (!place.ok) return place;
  const read = readIncident(host.fs, place.value);
  if (!read.ok) return read;
  const { chain, document, findings } = read.value;
  const facts = { ...place.value, document: document.state, torn: chain.torn };
  if (chain.problem !== null) {
    return ok({ ...facts, state: null, text: null, bundleFiles: 0, findings });
  }
  const { folder } = place.value;
  const state = stateOf(chain.links);
  const bundle = checkBundle(folder, state.opened.bundle);
  const all = [...findings, ...bundle.findings, ...checkClosure(folder, state)];
  if (head !== null) all.push(...checkHead(state, head));
  const text = renderIncident(chain.links);
  return ok({ ...facts, state, text, bundleFiles: bundle.checked, findings: all });
}

/** Writes the document anew where it is missing or behind, which is no entry of anybody. */
export function renewIncidentDocument(
  host: IncidentHost,
  place: IncidentPlace,
  { by, clock }: Pick<IncidentAct, "by" | "clock">,
): Result<void, Fault> {
  const author = { by, ts_utc: isoFromMillis(clock.nowMillis()) };
  const landed = addEntry(host, place, author, () => ok(null));
  if (!landed.ok) return landed;
  return landed.value.trouble === null ? ok(undefined) : err(landed.value.trouble);
}

/** `problem` says what is wrong; the state is null where the record does not add up. */
export type ListedIncident = IncidentPlace &
  Readonly<{ state: IncidentState | null; problem: string | null }>;

export type ListedIncidents = Readonly<{
  incidents: readonly ListedIncident[];
  unfinished: readonly string[];
}>;

/** All incidents, the oldest first, each by its record; bundles are left to inspectIncident. */
export function listIncidents(host: IncidentHost, root: string): Result<ListedIncidents, Fault> {
  const listed = listIncidentPlaces(host.fs, root);
  if (!listed.ok) return listed;
  const { places, unfinished } = listed.value;
  const incidents = places.map((place): ListedIncident => {
    const read = readIncident(host.fs, place);
    if (!read.ok) return { ...place, state: null, problem: read.fault.message };
    const { chain, findings } = read.value;
    const problem = findings[0] === undefined ? null : incidentFindingText(findings[0]);
    const state = chain.problem === null ? stateOf(chain.links) : null;
    return { ...place, state, problem };
  });
  return ok({ incidents, unfinished });
}

/** `record.jsonl line 2: ... [chain_broken]`. */
export function incidentFindingText({ file, line, detail, code }: IncidentFinding): string {
  return `${file}${line === null ? "" : ` line ${line}`}: ${detail} [${code}]`;
}

function checkClosure(folder: string, { closed }: IncidentState): readonly IncidentFinding[] {
  if (closed === null) return [];
  const file = `${incidentFiles.closure}/${closureVerdictName}`;
  const facts = readChunks(join(folder, file), () => {});
  if (facts.ok && facts.value.sha256 === closed.verdict_sha256) return [];
  const detail = facts.ok ? "is not the verdict that closed the incident" : facts.fault.detail;
  return [{ code: "closure_altered", file, line: null, detail }];
}

function checkHead({ links }: IncidentState, head: string): readonly IncidentFinding[] {
  if (links.some(({ sha256 }) => sha256 === head)) return [];
  const detail = `holds no entry with the sha256 ${head}: it was shortened or written anew`;
  return [{ code: "head_unknown", file: incidentFiles.record, line: null, detail }];
}
