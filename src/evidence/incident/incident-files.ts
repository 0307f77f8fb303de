import { join } from "node:path";
import { isoFromMillis, type Millis } from "#base";

/** What lies in the folder of an incident. */
export const incidentFiles = {
  /** The incident itself: one entry a line, each naming the sha256 of the line before. */
  record: "record.jsonl",
  /** For people; derived from the record and written anew after each entry. */
  document: "INCIDENT.md",
  lock: "record.lock",
  /** Copies of the evidence, frozen before anything else was written. */
  bundle: "bundle",
  /** What the verifier said of the run that closed the incident. */
  closure: "closure",
} as const;

export const closureVerdictName = "verdict.json";

export const bundleFiles = {
  /** Copies of files of the run, under the names they have there. */
  run: "run",
  verdict: "verdict.json",
  index: "bundle_index.json",
  sums: "SHA256SUMS",
} as const;

export function incidentsPath(root: string): string {
  return join(root, "incidents");
}

export function incidentPath(root: string, id: string): string {
  return join(incidentsPath(root), id);
}

/** Where an incident is put together before it exists. */
export function openingPath(root: string, id: string): string {
  return join(incidentsPath(root), `${openingPrefix}${id}`);
}

export const openingPrefix = ".opening-";

/** `INC_20260102T030405Z_0123abcd`: when it was opened, and eight hex digits of chance. */
export function incidentIdOf(openedMs: Millis, nonce: string): string {
  const utc = isoFromMillis(openedMs).replaceAll(/[-:]|\.\d{3}/g, "");
  return `INC_${utc}_${nonce}`;
}

export function isIncidentId(text: string): boolean {
  return incidentIdForm.test(text);
}

export const incidentIdForm: RegExp = /^INC_\d{8}T\d{6}Z_[0-9a-f]{8}$/;
