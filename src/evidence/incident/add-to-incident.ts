import { type Clock, err, type Fault, isoFromMillis, ok, type Result } from "#base";
import type { IncidentSection } from "./entry.ts";
import { findIncident, type IncidentPlace } from "./find-incident.ts";
import type { IncidentHost } from "./incident-host.ts";
import { checkCriteria, checkTexts } from "./incident-input.ts";
import { addEntry, type Landed } from "./write-record.ts";

/** Which incident, who writes, and the clock that says when. */
export type IncidentAct = Readonly<{ root: string; incident: string; by: string; clock: Clock }>;

export type AddedToIncident = IncidentPlace & Landed;

/**
 * Adds a text to a section, and criteria to those there are. Faults: incident_text_unfit,
 * criterion_*, those of findIncident and addEntry.
 */
export function noteIncident(
  host: IncidentHost,
  act: IncidentAct,
  note: Readonly<{ section: IncidentSection; text: string; criteria: readonly string[] }>,
): Result<AddedToIncident, Fault> {
  const { by } = act;
  const { section, text, criteria } = note;
  const texts = checkTexts({ text: { text, lines: "many" }, by: { text: by, lines: "one" } });
  if (!texts.ok) return texts;
  return add(host, act, (place, ts_utc) =>
    addEntry(host, place, { by, ts_utc }, (state) => {
      const parsed = checkCriteria(criteria, state.criteria);
      return parsed.ok ? ok({ type: "note", section, text, criteria }) : parsed;
    }),
  );
}

/** Says which commit is meant to mend it; the incident stays open. Faults: commit_malformed, ... */
export function fixIncident(
  host: IncidentHost,
  act: IncidentAct,
  { commit, text }: Readonly<{ commit: string; text: string }>,
): Result<AddedToIncident, Fault> {
  const { by } = act;
  if (!/^[0-9a-f]{7,64}$/.test(commit)) {
    const message = `not a commit: ${JSON.stringify(commit)}; expected 7 to 64 hex digits`;
    return err({ code: "commit_malformed", message });
  }
  const texts = checkTexts({ text: { text, lines: "many" }, by: { text: by, lines: "one" } });
  if (!texts.ok) return texts;
  return add(host, act, (place, ts_utc) =>
    addEntry(host, place, { by, ts_utc }, () => ok({ type: "fix", commit, text })),
  );
}

function add(
  host: IncidentHost,
  { root, incident, clock }: IncidentAct,
  write: (place: IncidentPlace, utc: string) => Result<Landed, Fault>,
): Result<AddedToIncident, Fault> {
  const place = findIncident(host.fs, root, incident);
  if (!place.ok) return place;
  const landed = write(place.value, isoFromMillis(clock.nowMillis()));
  return landed.ok ? ok({ ...place.value, ...landed.value }) : landed;
}
