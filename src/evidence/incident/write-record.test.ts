import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ok } from "#base";
import { assertStated } from "#support";
import { SimulatedDisk } from "../store/simulated-disk.ts";
import type { EntryBody } from "./entry.ts";
import { enumerateEntryCrashes } from "./entry-crashes.ts";
import type { IncidentPlace } from "./find-incident.ts";
import { incidentPath } from "./incident-files.ts";
import {
  author,
  fix,
  hostOn,
  incidentId,
  note,
  opening,
  placeIncident,
  recordOf,
} from "./incident-fixture.ts";
import { readIncident } from "./read-incident.ts";
import { renderIncident } from "./render-incident.ts";
import { addEntry, type Landed } from "./write-record.ts";

const place: IncidentPlace = { id: incidentId, folder: incidentPath("/", incidentId) };
const record = `${place.folder}/record.jsonl`;
const document = `${place.folder}/INCIDENT.md`;

function add(disk: SimulatedDisk, body: EntryBody | null): ReturnType<typeof addEntry> {
  return addEntry(hostOn(disk), place, author, () => ok(body));
}

function landed(disk: SimulatedDisk, body: EntryBody): Landed {
  const result = add(disk, body);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function diskWith(bodies: readonly EntryBody[]): SimulatedDisk {
  const disk = new SimulatedDisk();
  placeIncident(disk, bodies);
  return disk;
}

/** The same incident with other bytes in one file. */
function rewritten(bodies: readonly EntryBody[], path: string, text: string): SimulatedDisk {
  const disk = diskWith(bodies);
  disk.unlink(path);
  const file = disk.open(path, "create", 0o644);
  if (text !== "") disk.write(file, Buffer.from(text));
  disk.sync(file);
  return disk;
}

test("entries land one after the other, and the document follows", () => {
  const disk = diskWith([opening]);
  landed(disk, note);
  const { state, torn, trouble } = landed(disk, fix);
  assert.deepEqual([state.links.length, torn, trouble], [3, null, null]);
  const { lines, links } = recordOf([opening, note, fix]);
  assert.equal(disk.contents().get(record), lines.join(""));
  assert.equal(disk.contents().get(document), renderIncident(links));
});

test("at any crash or fault no landed entry is lost, and the next one can be written", (t) => {
  const counted = enumerateEntryCrashes([note]);
  assertStated(t, "adding to an incident", counted);
});

test("a byte changed anywhere in record or document is found, and nothing is added", () => {
  const bodies = [opening, note, fix];
  const { lines, links } = recordOf(bodies);
  const texts = [
    { path: record, bytes: Buffer.from(lines.join("")) },
    { path: document, bytes: Buffer.from(renderIncident(links)) },
  ];
  for (const { path, bytes } of texts) {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const altered = Buffer.from(bytes);
        altered.writeUInt8(bytes.readUInt8(at) ^ change, at);
        const disk = diskWith(bodies);
        disk.unlink(path);
        disk.write(disk.open(path, "create", 0o644), altered);
        const read = readIncident(disk, place);
        assert.ok(read.ok && read.value.findings.length > 0, `${path} byte ${at}`);
        const before = disk.contents().get(path);
        const added = add(disk, note);
        assert.ok(!added.ok && added.fault.code === "incident_damaged", `${path} byte ${at}`);
        assert.equal(disk.contents().get(path), before);
      }),
      { seed: 7, numRuns: 700 },
    );
  }
});

test("a record that lost its end is found by the document", () => {
  const bodies = [opening, note, fix, note];
  const { lines } = recordOf(bodies);
  for (let kept = 1; kept < lines.length; kept++) {
    const disk = rewritten(bodies, record, lines.slice(0, kept).join(""));
    const read = readIncident(disk, place);
    assert.equal(read.ok && read.value.findings[0]?.code, "record_shortened");
  }
  for (const cut of [1, 40]) {
    const disk = rewritten(bodies, record, lines.join("").slice(0, -cut));
    const added = add(disk, note);
    assert.ok(!added.ok && added.fault.code === "incident_damaged");
  }
  const disk = rewritten(bodies, record, "");
  const read = readIncident(disk, place);
  assert.equal(read.ok && read.value.findings[0]?.code, "record_empty");
});

test("a record written anew with another last entry is found by the document", () => {
  const other = recordOf([opening, fix]).lines.join("");
  const disk = rewritten([opening, note], record, other);
  const read = readIncident(disk, place);
  assert.equal(read.ok && read.value.findings[0]?.code, "record_replaced");
});

test("a document that is missing or behind is made again from the record", () => {
  const { links } = recordOf([opening, note]);
  const behind = rewritten([opening, note], document, renderIncident(links.slice(0, 1)));
  const missing = diskWith([opening, note]);
  missing.unlink(document);
  for (const disk of [behind, missing]) {
    const renewed = add(disk, null);
    assert.ok(renewed.ok && renewed.value.state.links.length === 2);
    assert.equal(disk.contents().get(document), renderIncident(links));
  }
});

test("a last entry whose sectors never reached the disk is torn, an earlier one is damage", () => {
  const { lines } = recordOf([opening, note, fix]);
  const zeroed = (line: string) => `${"\0".repeat(line.length - 9)}${line.slice(-9)}`;
  const last = rewritten([opening, note], record, lines.with(2, zeroed(lines[2] ?? "")).join(""));
  assert.equal(landed(last, fix).state.links.length, 3);
  const text = lines.with(1, zeroed(lines[1] ?? "")).join("");
  const earlier = rewritten([opening], record, text);
  earlier.unlink(document);
  const added = add(earlier, note);
  assert.ok(!added.ok && added.fault.code === "incident_damaged");
  assert.equal(earlier.contents().get(record), text);
});

test("what a crash cut short is set aside before the next entry", () => {
  const { lines, links } = recordOf([opening, note]);
  const disk = rewritten([opening], record, lines.join("").slice(0, -30));
  const { torn, state } = landed(disk, fix);
  assert.equal(state.links.length, 2);
  assert.equal(torn?.bytes, (lines[1]?.length ?? 0) - 30);
  assert.equal(torn?.from, links[0]?.end);
});

test("a full disk costs an entry or the document, never the record", () => {
  const used = [...diskWith([opening]).contents().values()].join("").length;
  const outcomes = new Set<string>();
  for (let room = 0; room < 8000; room += 53) {
    const disk = diskWith([opening]);
    disk.setCapacity(used + room);
    const added = add(disk, note);
    const read = readIncident(disk, place);
    assert.ok(read.ok && read.value.findings.length === 0, `room for ${room}`);
    assert.equal(read.value.chain.links.length, added.ok ? 2 : 1, `room for ${room}`);
    outcomes.add(added.ok ? (added.value.trouble?.code ?? "whole") : added.fault.code);
  }
  assert.deepEqual([...outcomes], ["store_disk_full", "whole"]);
});
