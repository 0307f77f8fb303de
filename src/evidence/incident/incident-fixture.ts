import { utf8ToBytes } from "#base";
import { createDocument, makeDirectories } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import type { Processes, ProcessIdentity } from "../store/process-identity.ts";
import { type LinkedEntry, nextEntry } from "./chain.ts";
import type { EntryBody, OpenBody } from "./entry.ts";
import type { IncidentPlace } from "./find-incident.ts";
import { incidentFiles, incidentPath } from "./incident-files.ts";
import type { IncidentHost } from "./incident-host.ts";
import { renderIncident } from "./render-incident.ts";
import type { RunFacts } from "./run-facts.ts";

// What the tests of incidents begin with.

export const incidentId = "INC_20260102T030405Z_0123abcd";
export const author = { by: "ada", ts_utc: "2026-01-02T03:04:05.000Z" } as const;

export const troubledRun: RunFacts = {
  name: "HF_0000000000000001",
  directory: "runs_hf/HF_0000000000000001",
  sealed: true,
  sums_sha256: "1".repeat(64),
  sums_sha256_reason: null,
  run_id: "HF_0000000000000001",
  run_id_reason: null,
  mode: "offline",
  mode_reason: null,
  status: "completed",
  status_reason: null,
  start_time: "2026-01-01T00:00:00.000Z",
  start_time_reason: null,
  git_commit: null,
  git_commit_reason: "no_git_checkout",
  docker_image: null,
  docker_image_reason: "image_not_named",
};

export const opening: OpenBody = {
  type: "open",
  title: "Agents without an anchor",
  impact: "No clustering by genome",
  severity: "high",
  incident_type: "Observability gap",
  sections: [{ section: "expected", text: "Every attempt joins" }],
  run: troubledRun,
  claims: [],
  criteria: ["claim:roster_join=PASS", "The dashboards agree"],
  bundle: {
    index_sha256: "a".repeat(64),
    copied: 9,
    held_by_digest: 6,
    bytes: 4711,
    missing_required_files_count: 0,
  },
};

export const note: EntryBody = { type: "note", section: "note", text: "Seen again", criteria: [] };
export const fix: EntryBody = {
  type: "fix",
  commit: "10bdcfb",
  text: "Land the roster\nand check",
};

/** Lines with their ends, and the links they make. */
export function recordOf(bodies: readonly EntryBody[]): Readonly<{
  lines: readonly string[];
  links: readonly LinkedEntry[];
}> {
  const lines: string[] = [];
  const links: LinkedEntry[] = [];
  for (const body of bodies) {
    const { line, link } = nextEntry(links, { id: incidentId, ...author }, body);
    lines.push(`${line}\n`);
    links.push(link);
  }
  return { lines, links };
}

/** Puts record and document of an incident on a disk, as an opening would leave them. */
export function placeIncident(fs: FileSystem, bodies: readonly EntryBody[]): IncidentPlace {
  const folder = incidentPath("/", incidentId);
  const { lines, links } = recordOf(bodies);
  makeDirectories(fs, folder);
  const put = (name: string, text: string): void => {
    const written = createDocument(fs, `${folder}/${name}`, utf8ToBytes(text));
    if (!written.ok) throw new Error(written.fault.message);
  };
  put(incidentFiles.record, lines.join(""));
  put(incidentFiles.document, renderIncident(links));
  return { id: incidentId, folder };
}

const self: ProcessIdentity = {
  host: "one",
  boot_id: "boot-1",
  pid_namespace: "pid:[1]",
  pid: 100,
  started_ticks: 5000,
};

/** A machine on which every process but the asking one has ended. */
const lonely: Processes = { self, startedTicks: () => "gone" };

export function hostOn(fs: FileSystem): IncidentHost {
  return { fs, processes: lonely, discard: () => {} };
}
