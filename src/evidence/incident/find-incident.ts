import { err, type Fault, ok, type Result } from "#base";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { incidentPath, incidentsPath, isIncidentId, openingPrefix } from "./incident-files.ts";

/** An incident that has a folder; nothing is said about what is in it. */
export type IncidentPlace = Readonly<{ id: string; folder: string }>;

/**
 * `text` is an id, the beginning of one, or its last eight digits.
 * Faults: incident_unknown, incident_ambiguous, those of listIncidentPlaces.
 */
export function findIncident(
  fs: FileSystem,
  root: string,
  text: string,
): Result<IncidentPlace, Fault> {
  const listed = listIncidentPlaces(fs, root);
  if (!listed.ok) return listed;
  const { places } = listed.value;
  const means = (id: string): boolean =>
    id === text || (/^INC_\w{4,}$/.test(text) && id.startsWith(text)) || id.slice(-8) === text;
  const [only, another] = places.filter(({ id }) => means(id));
  const at = incidentsPath(root);
  if (only === undefined) {
    const message = `no incident ${JSON.stringify(text)}; assay incident ls lists them`;
    return err({ code: "incident_unknown", message, at });
  }
  if (another === undefined) return ok(only);
  const message = `${text} may mean ${only.id} or ${another.id}; give more of the id`;
  return err({ code: "incident_ambiguous", message, at });
}

export type IncidentPlaces = Readonly<{
  /** The oldest first. */
  places: readonly IncidentPlace[];
  /** Folders that a crash left before their incident existed. */
  unfinished: readonly string[];
}>;

/** Folders by name; links are not followed. Faults: of attemptIo; a missing folder is empty. */
export function listIncidentPlaces(fs: FileSystem, root: string): Result<IncidentPlaces, Fault> {
  const path = incidentsPath(root);
  const entries = attemptIo("read", path, () => (fs.look(path) === null ? [] : fs.list(path)));
  if (!entries.ok) return entries;
  const names = entries.value.filter(({ kind }) => kind === "directory").map(({ name }) => name);
  return ok({
    places: names.filter(isIncidentId).map((id) => ({ id, folder: incidentPath(root, id) })),
    unfinished: names
      .filter((name) => name.startsWith(openingPrefix))
      .map((name) => incidentPath(root, name)),
  });
}
