import { assert, ok } from "#base";
import { type Enumerated, enumerateCrashes } from "../store/crash-driver.ts";
import type { SimulatedDisk } from "../store/simulated-disk.ts";
import type { EntryBody } from "./entry.ts";
import { incidentPath } from "./incident-files.ts";
import { author, hostOn, incidentId, note, opening, placeIncident } from "./incident-fixture.ts";
import { type ReadIncident, readIncident } from "./read-incident.ts";
import { addEntry } from "./write-record.ts";

/**
 * For tests: adds these entries and breaks every operation on the way in every manner. What is left
 * must be sound, hold at least what had landed, and take another entry. Throws where it is not so.
 */
export function enumerateEntryCrashes(bodies: readonly EntryBody[]): Enumerated {
  return enumerateCrashes<{ entries: number }>({
    setUp: (disk) => void placeIncident(disk, [opening]),
    ledger: () => ({ entries: 1 }),
    run: (disk, ledger) => {
      for (const body of bodies) {
        const landed = addEntry(hostOn(disk), place, author, () => ok(body));
        if (!landed.ok) return;
        ledger.entries = landed.value.state.links.length;
      }
    },
    check: (disk, ledger, label) => {
      const { links } = soundOn(disk, label).chain;
      assert(links.length >= ledger.entries, `an entry is lost: ${label}`);
      const next = addEntry(hostOn(disk), place, author, () => ok(note));
      assert(next.ok && next.value.trouble === null, `no more entries: ${label}`);
      const after = soundOn(disk, label);
      assert(after.document.state === "current" && after.chain.torn === 0, `not renewed: ${label}`);
      assert(after.chain.links.length === links.length + 1, `not one more: ${label}`);
    },
  });
}

const place = { id: incidentId, folder: incidentPath("/", incidentId) };

function soundOn(disk: SimulatedDisk, label: string): ReadIncident {
  const read = readIncident(disk, place);
  assert(read.ok && read.value.findings.length === 0, `${label}: ${JSON.stringify(read)}`);
  return read.value;
}
