import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert, err } from "#base";
import { type Enumerated, enumerateCrashes } from "../store/crash-driver.ts";
import { makeDirectories } from "../store/document.ts";
import type { SimulatedDisk } from "../store/simulated-disk.ts";
import { listIncidentPlaces } from "./find-incident.ts";
import { hostOn } from "./incident-fixture.ts";
import { type OpenRequest, openIncident } from "./open-incident.ts";
import { readIncident } from "./read-incident.ts";

/**
 * For tests: opens an incident of a run with these files in this folder and breaks every operation
 * on the way in every manner. There must be a whole incident afterwards or none, and a whole one
 * where it was said so. Throws where it is not so.
 */
export function enumerateOpeningCrashes(
  folder: string,
  files: Readonly<Record<string, string>>,
): Enumerated {
  const runDirectory = join(folder, "HF_0000000000000001");
  mkdirSync(join(runDirectory, "raw"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(runDirectory, name), text);
  const request = requestFor(runDirectory);
  const expected = new Map<string, string>();
  return enumerateCrashes<{ opened: boolean }>({
    setUp: (disk) => void makeDirectories(disk, "/incidents"),
    ledger: () => ({ opened: false }),
    run: (disk, ledger) => {
      ledger.opened = openIncident(hostOn(disk), request).ok;
      // The first play is never disturbed: what it leaves is what each other one may leave.
      if (expected.size === 0) for (const [path, text] of disk.contents()) expected.set(path, text);
    },
    check: (disk, { opened }, label) => {
      const listed = listIncidentPlaces(disk, "/");
      assert(listed.ok, label);
      const [place] = listed.value.places;
      assert(place !== undefined || !opened, `the incident is lost: ${label}`);
      if (place === undefined) return;
      const read = readIncident(disk, place);
      assert(read.ok && read.value.document.state === "current", `not whole: ${label}`);
      assert(isSame(disk, expected), `not all was frozen: ${label}`);
    },
  });
}

function requestFor(runDirectory: string): OpenRequest {
  return {
    root: "/",
    runDirectory,
    title: "A file is missing",
    impact: "Nobody can say which genome did it",
    severity: "low",
    incidentType: "Observability gap",
    sections: [],
    claims: [],
    criteria: ["artifact:agent_roster.json"],
    by: "ada",
    clock: { nowMillis: () => 1_767_323_045_000 },
    nonce: "0123abcd",
    verify: () => err({ code: "run_unreadable", message: "no verifier here" }),
  };
}

/** Whether the incident holds every byte that it should. */
function isSame(disk: SimulatedDisk, expected: ReadonlyMap<string, string>): boolean {
  const contents = disk.contents();
  return [...expected].every(([path, text]) => contents.get(path) === text);
}
