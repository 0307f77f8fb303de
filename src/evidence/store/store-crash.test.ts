import assert from "node:assert/strict";
import { test } from "node:test";
import { assertStated } from "#support";
import { type AppendWriter, openAppendWriter } from "./append-writer.ts";
import { enumerateCrashes } from "./crash-driver.ts";
import { createDocument, makeDirectories, readDocument, writeDocument } from "./document.ts";
import { attemptIo } from "./io-fault.ts";
import { recoverRecords } from "./recover.ts";
import { holdReserve } from "./reserve.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

/** Records of several shapes: short, longer than a sector, exactly to a sector's edge. */
const records = [
  `{"n":0}`,
  `{"n":1,"text":"${"a".repeat(600)}"}`,
  `{"n":2}`,
  `{"n":3,"text":"${"b".repeat(480)}"}`,
  `{"n":4,"text":"é${"c".repeat(1300)}"}`,
  `{"n":5}`,
];
const lines = records.map((record) => `${record}\n`);
const path = "/runs/orders.jsonl";

type Ledger = { acknowledged: number };

test("no acknowledged record is lost and no torn one accepted, at any crash or fault", (t) => {
  const counted = enumerateCrashes<Ledger>({
    setUp: (disk) => void makeDirectories(disk, "/runs"),
    ledger: () => ({ acknowledged: 0 }),
    run: (disk, ledger) => writeInBatches(disk, ledger),
    check: (disk, ledger, label) => {
      assert.ok(checkRecovered(disk, ledger.acknowledged, label) >= ledger.acknowledged, label);
    },
  });
  assertStated(t, "appending records", counted);
});

test("appending after a crash keeps what was there", (t) => {
  const first = lines.slice(0, 3).join("");
  const counted = enumerateCrashes<Ledger>({
    setUp: (disk) => {
      makeDirectories(disk, "/runs");
      createDocument(disk, path, Buffer.from(`${first}{"torn":`));
    },
    ledger: () => ({ acknowledged: 3 }),
    run: (disk, ledger) => {
      const found = recoverRecords(disk, path, Buffer.byteLength(first));
      if (!found.ok) return;
      const opened = openAppendWriter({ fs: disk, path, start: found.value, reserve: null });
      if (opened.ok) appendRest(opened.value, 3, ledger);
    },
    check: (disk, ledger, label) => {
      assert.ok(checkRecovered(disk, ledger.acknowledged, label) >= ledger.acknowledged, label);
      const sideFiles = [...disk.contents().keys()].filter((name) => name.includes(".torn-"));
      assert.ok(sideFiles.length >= 1, label);
    },
  });
  assertStated(t, "recovering and appending", counted);
});

test("a crash within recovery leaves something that recovers to the same", (t) => {
  const whole = lines.slice(0, 2).join("");
  const torn = `${whole}{"n":2,"text":"${"x".repeat(700)}`;
  const zeroed = `${whole}{"n":2,"te${"\0".repeat(900)}ab"}\n{"n":3}\n`;
  for (const content of [torn, zeroed]) {
    const counted = enumerateCrashes<object>({
      setUp: (disk) => {
        makeDirectories(disk, "/runs");
        createDocument(disk, path, Buffer.from(content));
      },
      ledger: () => ({}),
      run: (disk) => void recoverRecords(disk, path, 0),
      check: (disk, _ledger, label) => {
        const again = recoverRecords(disk, path, 0);
        assert.ok(again.ok, label);
        assert.equal(disk.contents().get(path), whole, label);
        const kept = [...disk.contents()].filter(([name]) => name.includes(".torn-"));
        const tail = Buffer.from(content).subarray(whole.length).toString("latin1");
        assert.ok(
          kept.some(([, bytes]) => bytes === tail),
          label,
        );
      },
    });
    assertStated(t, "recovering a torn tail", counted);
  }
});

test("a document is its old content or its new, and new once the write said so", (t) => {
  const [before, after] = ["old".repeat(300), "newer".repeat(400)];
  const counted = enumerateCrashes<{ done: boolean }>({
    setUp: (disk) => void writeDocument(disk, "/policy.json", Buffer.from(before)),
    ledger: () => ({ done: false }),
    run: (disk, ledger) => {
      ledger.done = writeDocument(disk, "/policy.json", Buffer.from(after)).ok;
    },
    check: (disk, ledger, label) => {
      const found = readDocument(disk, "/policy.json");
      assert.ok(found.ok, label);
      const text = Buffer.from(found.value).toString();
      assert.ok(text === after || (text === before && !ledger.done), label);
      assert.ok(writeDocument(disk, "/policy.json", Buffer.from(after)).ok, label);
    },
  });
  assertStated(t, "replacing a document", counted);
});

test("a full disk still takes the last words, whole", () => {
  const room = lines.join("").length + 300;
  for (let capacity = 0; capacity < room; capacity += 61) {
    const disk = diskWith("/runs");
    const reserve = holdReserve(disk, "/runs/.reserve", 4096);
    assert.ok(reserve.ok);
    disk.setCapacity(4096 + capacity);
    const opened = openAppendWriter({ fs: disk, path, start: "new", reserve: reserve.value });
    assert.ok(opened.ok);
    const writer = opened.value;
    let refused = false;
    for (const record of records) {
      refused ||= !writer.append(record).ok || !writer.commit().ok;
    }
    if (!refused) continue;
    assert.equal(writer.state, "full");
    assert.ok(!writer.append(`{"more":1}`).ok);
    const landed = writer.abort(`{"aborted":true}`);
    assert.ok(landed.ok, JSON.stringify(landed));
    const text = disk.contents().get(path) ?? "";
    assert.ok(text.endsWith(`}\n{"aborted":true}\n`) || text === `{"aborted":true}\n`);
    assert.equal(text.split("\n").length - 1, landed.value.records);
    const recovered = recoverRecords(disk, path, landed.value.bytes);
    assert.ok(recovered.ok && recovered.value.torn === null);
  }
});

test("after one failed sync nothing is acknowledged any more", () => {
  for (const reread of ["new", "old"] as const) {
    const disk = new SimulatedDisk([{ at: 2, error: "EIO", reread }]);
    const opened = openAppendWriter({ fs: disk, path: "/f", start: "new", reserve: null });
    assert.ok(opened.ok);
    const writer = opened.value;
    writer.append(`{"n":0}`);
    const failed = writer.commit();
    assert.ok(!failed.ok && failed.fault.code === "store_write_failed");
    assert.equal(writer.state, "poisoned");
    for (const act of [writer.commit(), writer.append("{}"), writer.abort("{}"), writer.close()]) {
      assert.ok(!act.ok && act.fault.code === "store_writer_unavailable");
    }
    assert.deepEqual(writer.landed, { records: 0, bytes: 0 });
  }
});

test("damage is not taken for a torn tail", () => {
  const text = lines.join("");
  const landed = Buffer.byteLength(text);
  const cases: [string, number, string][] = [
    [text.slice(0, -5), landed, "store_damaged"],
    [text.replace(`{"n":2}`, `{"n\u0001":2}`), 0, "store_damaged"],
    [text.replace(`{"n":2}\n`, "\n"), 0, "store_damaged"],
    [text.replace(`{"n":2}`, `{"\0":2}`), landed, "store_damaged"],
  ];
  for (const [content, acknowledged, code] of cases) {
    const disk = diskWith("/runs");
    createDocument(disk, path, Buffer.from(content));
    const before = disk.contents();
    const found = recoverRecords(disk, path, acknowledged);
    assert.ok(!found.ok && found.fault.code === code, JSON.stringify(found));
    assert.deepEqual(disk.contents(), before);
  }
});

test("a failed read is not an empty file", () => {
  const found = recoverRecords(diskWith("/runs"), path, 0);
  assert.ok(!found.ok && found.fault.code === "store_missing");
});

/** Commits after records 0, 2 and 5, as a run that lands what it must before it acts. */
function writeInBatches(disk: SimulatedDisk, ledger: Ledger): void {
  const reserve = holdReserve(disk, "/runs/.reserve", 2048);
  if (!reserve.ok) return;
  const opened = openAppendWriter({ fs: disk, path, start: "new", reserve: reserve.value });
  if (!opened.ok) return;
  if (!attemptIo("write", path, () => disk.syncDirectory("/runs")).ok) return;
  appendRest(opened.value, 0, ledger);
}

function appendRest(writer: AppendWriter, from: number, ledger: Ledger): void {
  for (let at = from; at < records.length; at++) {
    if (!writer.append(records[at] ?? "").ok) break;
    if (at % 2 === 1) continue;
    const landed = writer.commit();
    if (!landed.ok) break;
    ledger.acknowledged = landed.value.records;
  }
  const full = writer.state === "full";
  const ended = full ? writer.abort(`{"aborted":true}`) : writer.close();
  if (ended.ok) ledger.acknowledged = ended.value.records - (full ? 1 : 0);
}

/** Recovers, then recovers again; gives how many of our records there are. */
function checkRecovered(disk: SimulatedDisk, acknowledged: number, label: string): number {
  if (disk.look(path) === null) {
    assert.equal(acknowledged, 0, label);
    return 0;
  }
  const landedBytes = Buffer.byteLength(lines.slice(0, acknowledged).join(""));
  const found = recoverRecords(disk, path, landedBytes);
  assert.ok(found.ok, `${label}: ${JSON.stringify(found)}`);
  const text = Buffer.from(disk.contents().get(path) ?? "", "latin1").toString();
  const kept = text.replace(`{"aborted":true}\n`, "");
  const count = kept.split("\n").length - 1;
  assert.equal(kept, lines.slice(0, count).join(""), label);
  const before = disk.contents();
  const again = recoverRecords(disk, path, landedBytes);
  assert.ok(again.ok && again.value.torn === null, label);
  assert.deepEqual(disk.contents(), before, label);
  return count;
}

function diskWith(directory: string): SimulatedDisk {
  const disk = new SimulatedDisk();
  makeDirectories(disk, directory);
  return disk;
}
