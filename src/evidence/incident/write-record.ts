import { join } from "node:path";
import { assert, err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import { openAppendWriter } from "../store/append-writer.ts";
import { writeDocument } from "../store/document.ts";
import { waitForLock } from "../store/lock.ts";
import { recoverRecords, type TornTail } from "../store/recover.ts";
import { type EntryAuthor, type LinkedEntry, nextEntry } from "./chain.ts";
import type { EntryBody } from "./entry.ts";
import { whyNotAllowed } from "./entry-order.ts";
import type { IncidentPlace } from "./find-incident.ts";
import { incidentFiles } from "./incident-files.ts";
import type { IncidentHost } from "./incident-host.ts";
import { type IncidentState, stateOf } from "./incident-state.ts";
import { readIncident } from "./read-incident.ts";
import { renderIncident } from "./render-incident.ts";

/** An entry that has landed, and the incident with it. */
export type Landed = Readonly<{
  state: IncidentState;
  /** What a crash had cut short, set aside before this entry. */
  torn: TornTail | null;
  /** What went wrong after the entry was durable: it must not be written again. */
  trouble: Fault | null;
}>;

/** What the next entry says, given the incident as it stands; null adds nothing. */
export type Decide = (state: IncidentState) => Result<EntryBody | null, Fault>;

/**
 * Adds one entry to a record under its lock and writes the document anew. Nothing is added to a
 * record that does not add up: faults incident_damaged, incident_closed, and those of the lock, of
 * recoverRecords, attemptIo and `decide`.
 */
export function addEntry(
  host: IncidentHost,
  place: IncidentPlace,
  author: Omit<EntryAuthor, "id">,
  decide: Decide,
): Result<Landed, Fault> {
  const lockPath = join(place.folder, incidentFiles.lock);
  const lock = waitForLock(host.fs, lockPath, host.processes, lockWaitMs);
  if (!lock.ok) return lock;
  const landed = addLocked(host, place, author, decide);
  const released = lock.value.release();
  if (!landed.ok || released.ok) return landed;
  return ok({ ...landed.value, trouble: landed.value.trouble ?? released.fault });
}

/** Entries take milliseconds; who holds the lock for longer has died or is stuck. */
const lockWaitMs = 10_000;

function addLocked(
  host: IncidentHost,
  place: IncidentPlace,
  author: Omit<EntryAuthor, "id">,
  decide: Decide,
): Result<Landed, Fault> {
  const { fs } = host;
  const read = readIncident(fs, place);
  if (!read.ok) return read;
  const { chain, document, findings } = read.value;
  const [finding] = findings;
  if (finding !== undefined) {
    const { code, file, line, detail } = finding;
    const where = line === null ? file : `${file} line ${line}`;
    const message = `nothing is added to a damaged incident: ${where} ${detail} [${code}]`;
    return err({ code: "incident_damaged", message, at: place.folder });
  }
  const state = stateOf(chain.links);
  const body = decide(state);
  if (!body.ok) return body;
  if (body.value === null) return ok(landDocument(host, place, chain.links, null));

  const why = whyNotAllowed(state.status, body.value);
  if (why !== null) return err({ code: "incident_closed", message: why, at: place.folder });
  const path = join(place.folder, incidentFiles.record);
  const recovered = recoverRecords(fs, path, document.acknowledgedBytes);
  if (!recovered.ok) return recovered;
  assert(recovered.value.bytes === chain.links.at(-1)?.end, "the record is what was read");
  const writer = openAppendWriter({ fs, path, start: recovered.value, reserve: null });
  if (!writer.ok) return writer;
  const next = nextEntry(chain.links, { id: place.id, ...author }, body.value);
  const taken = writer.value.append(next.line);
  if (!taken.ok) return taken;
  const closed = writer.value.close();
  if (!closed.ok) return closed;
  return ok(landDocument(host, place, [...chain.links, next.link], recovered.value.torn));
}

/** The entry counts from here on, so a document that cannot be written is told and not a fault. */
function landDocument(
  { fs }: IncidentHost,
  { folder }: IncidentPlace,
  links: readonly LinkedEntry[],
  torn: TornTail | null,
): Landed {
  const path = join(folder, incidentFiles.document);
  const written = writeDocument(fs, path, utf8ToBytes(renderIncident(links)));
  return { state: stateOf(links), torn, trouble: written.ok ? null : written.fault };
}
