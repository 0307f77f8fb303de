import { dirname, join } from "node:path";
import { type Clock, err, type Fault, isoFromMillis, ok, type Result, utf8ToBytes } from "#base";
import { openAppendWriter } from "../store/append-writer.ts";
import { createDocument, makeDirectories } from "../store/document.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nextEntry } from "./chain.ts";
import { claimEvidence } from "./claim-evidence.ts";
import { entryLimits, type OpenBody, type SectionText, type Severity } from "./entry.ts";
import type { IncidentPlace } from "./find-incident.ts";
import { freezeBundle } from "./freeze-bundle.ts";
import { incidentFiles, incidentIdOf, incidentPath, openingPath } from "./incident-files.ts";
import type { IncidentHost } from "./incident-host.ts";
import { checkCriteria, checkTexts, sectionFields } from "./incident-input.ts";
import { type IncidentState, stateOf } from "./incident-state.ts";
import { latestVerdict, type VerifyRun } from "./latest-verdict.ts";
import { renderIncident } from "./render-incident.ts";
import { readRunFacts } from "./run-facts.ts";

export type OpenRequest = Readonly<{
  root: string;
  /** Of the run that is in trouble; it may be unsealed, damaged or still at work. */
  runDirectory: string;
  title: string;
  impact: string;
  severity: Severity;
  incidentType: string;
  sections: readonly SectionText[];
  /** Ids of the claims that are not as they should be. */
  claims: readonly string[];
  /** Without any, every claim of the request has to pass. */
  criteria: readonly string[];
  by: string;
  clock: Clock;
  /** Eight hex digits of chance. */
  nonce: string;
  verify: VerifyRun;
}>;

export type OpenedIncident = IncidentPlace & Readonly<{ state: IncidentState }>;

/**
 * Freezes the evidence, then writes the record and the document, in a folder that becomes the
 * incident by one rename: after a crash there is a whole incident or none. Faults:
 * incident_text_unfit, incident_claim_unknown, criterion_*, run_unreadable, those of attemptIo.
 */
export function openIncident(
  host: IncidentHost,
  request: OpenRequest,
): Result<OpenedIncident, Fault> {
  const { root, clock, nonce } = request;
  const checked = checkRequest(request);
  if (!checked.ok) return checked;
  const nowMs = clock.nowMillis();
  const id = incidentIdOf(nowMs, nonce);
  const draft = openingPath(root, id);
  const opened = prepare(host, { ...request, criteria: checked.value }, { id, nowMs, draft });
  if (!opened.ok) {
    host.discard(draft);
    return opened;
  }
  const folder = incidentPath(root, id);
  const named = attemptIo("write", folder, () => {
    host.fs.rename(draft, folder);
    host.fs.syncDirectory(dirname(folder));
  });
  if (named.ok) return ok({ id, folder, state: opened.value });
  host.discard(draft);
  return named;
}

/** Gives the criteria that hold. */
function checkRequest(request: OpenRequest): Result<readonly string[], Fault> {
  const { title, impact, incidentType, sections, by, claims } = request;
  const texts = checkTexts({
    title: { text: title, lines: "one" },
    impact: { text: impact, lines: "many" },
    type: { text: incidentType, lines: "one" },
    by: { text: by, lines: "one" },
    ...sectionFields(sections),
  });
  if (!texts.ok) return texts;
  if (claims.length > entryLimits.claims) {
    const message = `${claims.length} claims, at most ${entryLimits.claims}`;
    return err({ code: "incident_text_unfit", message });
  }
  const standard = [...new Set(claims)].map((claim) => `claim:${claim}=PASS`);
  const criteria = request.criteria.length > 0 ? request.criteria : standard;
  const parsed = checkCriteria(criteria, []);
  return parsed.ok ? ok(criteria) : parsed;
}

type Draft = Readonly<{ id: string; nowMs: number; draft: string }>;

function prepare(
  host: IncidentHost,
  request: OpenRequest,
  { id, nowMs, draft }: Draft,
): Result<IncidentState, Fault> {
  const { fs } = host;
  const { root, runDirectory, by } = request;
  const run = readRunFacts(root, runDirectory);
  const verdict = latestVerdict(root, runDirectory, run, request.verify);
  const claims = claimEvidence(verdict.verdict, request.claims);
  if (!claims.ok) return claims;
  const made = makeDirectories(fs, draft);
  if (!made.ok) return made;
  const utc = isoFromMillis(nowMs);
  const bundle = freezeBundle({
    fs,
    target: join(draft, incidentFiles.bundle),
    incidentId: id,
    frozenUtc: utc,
    runDirectory,
    runPlace: run.directory,
    verdict,
    named: claims.value.files,
  });
  if (!bundle.ok) return bundle;
  const body: OpenBody = {
    type: "open",
    title: request.title,
    impact: request.impact,
    severity: request.severity,
    incident_type: request.incidentType,
    sections: request.sections,
    run,
    claims: claims.value.claims,
    criteria: request.criteria,
    bundle: bundle.value,
  };
  return writeFirst(host, draft, nextEntry([], { id, by, ts_utc: utc }, body));
}

/** The record with its first line, and its document. */
function writeFirst(
  { fs }: IncidentHost,
  draft: string,
  { line, link }: ReturnType<typeof nextEntry>,
): Result<IncidentState, Fault> {
  const path = join(draft, incidentFiles.record);
  const writer = openAppendWriter({ fs, path, start: "new", reserve: null });
  if (!writer.ok) return writer;
  const taken = writer.value.append(line);
  if (!taken.ok) return taken;
  const closed = writer.value.close();
  if (!closed.ok) return closed;
  const text = utf8ToBytes(renderIncident([link]));
  // Syncs the folder too, and with it the names of record and bundle.
  const written = createDocument(fs, join(draft, incidentFiles.document), text);
  return written.ok ? ok(stateOf([link])) : written;
}
