import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { err, ok } from "#base";
import { assertStated } from "#support";
import { testKey } from "../seal/sealed-run-fixture.ts";
import { createDocument, makeDirectories } from "../store/document.ts";
import { SimulatedDisk } from "../store/simulated-disk.ts";
import { openPoolWriter, type PoolWriterOptions } from "./append-pool.ts";
import {
  appendOn,
  crashWhileAppending,
  crashWhileTakingSnapshot,
  linesOn,
  optionsOn,
  signedSizes,
} from "./pool-crash-scenario.ts";
import { linesOf, newRecordOf, trustOn } from "./pool-fixture.ts";
import { poolPlace } from "./pool-place.ts";
import { noTrust } from "./pool-trust.ts";

const place = poolPlace("/root");

test("whatever the batches and whoever has a key, every checkpoint signs a prefix", () => {
  const batch = fc.record({ records: fc.nat(6), hasKey: fc.boolean() });
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 8 }), (batches) => {
      const disk = new SimulatedDisk();
      let [written, signed] = [0, 0];
      for (const { records, hasKey } of batches) {
        const options = optionsOn(disk, hasKey ? trustOn(disk) : noTrust);
        const state = appendOn(disk, [written, written + records], options);
        written += records;
        if (hasKey) signed = written;
        assert.equal(state.records, written);
        assert.equal(state.checkpoint, signed === 0 ? null : signed);
        assert.equal(state.checkpoint_reason === null, signed === written && written > 0);
      }
      assert.deepEqual(linesOn(disk), linesOf(0, written));
      assert.equal(signedSizes(disk).at(-1) ?? 0, signed);
    }),
    { seed: 20261121, numRuns: 40 },
  );
});

test("an id that is there is known, and a line that is no record or repeats one is named", () => {
  const disk = new SimulatedDisk();
  appendOn(disk, [0, 3]);
  const opened = openPoolWriter(optionsOn(disk));
  assert.ok(opened.ok);
  const { runId } = newRecordOf(0);
  assert.ok(opened.value.leafOf(runId, "a000002") !== null);
  assert.equal(opened.value.leafOf(runId, "a000004"), null);
  assert.ok(opened.value.close().ok);

  const [first = "", second = ""] = linesOf(0, 2);
  for (const [lines, line] of [
    [[first, second, first], 3],
    [[first, `{"other":1}`, second], 2],
  ] as const) {
    const damaged = new SimulatedDisk();
    makeDirectories(damaged, place.folder);
    createDocument(damaged, place.pool, Buffer.from(`${lines.join("\n")}\n`));
    const at = `${place.pool} line ${line}`;
    assert.deepEqual(refusal(optionsOn(damaged, noTrust)), { code: "pool_unreadable", at });
  }
});

test("records that nobody signed are signed later only when their run says so", () => {
  const disk = new SimulatedDisk();
  appendOn(disk, [0, 2], optionsOn(disk, noTrust));
  const unproven = { ...optionsOn(disk), examine: () => ok("unproven" as const) };
  assert.deepEqual(appendOn(disk, [2, 3], unproven), {
    records: 3,
    checkpoint: null,
    checkpoint_reason: "unsigned_records_unproven",
  });
  const forged: PoolWriterOptions = {
    ...optionsOn(disk),
    examine: (_line, number) =>
      number === 2 ? err({ code: "pool_record_differs", message: "no" }) : ok("proven"),
  };
  assert.equal(refusal(forged).code, "pool_record_differs");
  assert.equal(appendOn(disk, [3, 3]).checkpoint, 3);
});

test("a pool that went back, or is another one, is not appended to", () => {
  const [eighth = ""] = linesOf(7, 8);
  const edits: readonly (readonly [code: string, edit: (lines: string[]) => string[]])[] = [
    ["pool_rolled_back", (lines) => lines.slice(0, 4)],
    ["pool_rolled_back", () => []],
    ["pool_rewritten", (lines) => lines.with(3, `${lines[3] ?? ""} `)],
    ["pool_rewritten", (lines) => lines.with(3, "no record")],
    ["pool_rolled_back", (lines) => lines.toSpliced(4, 1)],
    ["pool_rewritten", (lines) => [...lines.toSpliced(1, 1), eighth]],
    ["pool_rewritten", ([first = "", second = "", ...rest]) => [second, first, ...rest]],
    ["pool_rewritten", (lines) => lines.toSpliced(2, 0, eighth)],
  ];
  for (const [code, edit] of edits) {
    const disk = new SimulatedDisk();
    appendOn(disk, [0, 3]);
    appendOn(disk, [3, 6]);
    const lines = edit(linesOn(disk));
    disk.tamper(place.pool, Buffer.from(lines.map((line) => `${line}\n`).join("")));
    const before = disk.contents().get(place.pool);
    for (const trust of [trustOn(disk), noTrust]) {
      assert.equal(refusal(optionsOn(disk, trust)).code, code);
      assert.equal(disk.contents().get(place.pool), before);
    }
  }
});

test("going back together with the checkpoints is seen by who remembers", () => {
  const disk = new SimulatedDisk();
  appendOn(disk, [0, 3]);
  const early = disk.contents().get(place.pool) ?? "";
  appendOn(disk, [3, 6]);
  disk.tamper(`${place.checkpoints}/6.checkpoint`, null);
  disk.tamper(place.pool, Buffer.from(early, "latin1"));
  assert.equal(refusal(optionsOn(disk)).code, "pool_rolled_back");
  disk.tamper(place.pool, null);
  disk.tamper(`${place.checkpoints}/3.checkpoint`, null);
  assert.equal(refusal(optionsOn(disk)).code, "pool_rolled_back");
});

test("checkpoints of other keys and sizes stop the append", () => {
  const foreign = new SimulatedDisk();
  appendOn(foreign, [0, 3], optionsOn(foreign, trustOn(foreign, testKey(5, "pool"))));
  const own = { ...trustOn(foreign), memory: null };
  assert.deepEqual(refusal(optionsOn(foreign, own)), {
    code: "note_signer_unknown",
    at: `${place.checkpoints}/3.checkpoint`,
  });

  const renamed = new SimulatedDisk();
  appendOn(renamed, [0, 3]);
  const note = renamed.contents().get(`${place.checkpoints}/3.checkpoint`) ?? "";
  renamed.tamper(`${place.checkpoints}/2.checkpoint`, Buffer.from(note, "latin1"));
  assert.deepEqual(refusal(optionsOn(renamed)), {
    code: "checkpoint_differs",
    at: `${place.checkpoints}/2.checkpoint`,
  });
});

test("after a crash or fault the pool keeps what landed, and is signed by the next writer", (t) => {
  const counted = crashWhileAppending(17);
  assertStated(t, "appending to a pool", counted);
});

test("after a crash or fault a snapshot is whole or not there yet", (t) => {
  const counted = crashWhileTakingSnapshot(9);
  assertStated(t, "taking a snapshot", counted);
});

function refusal(options: PoolWriterOptions) {
  const opened = openPoolWriter(options);
  assert.ok(!opened.ok);
  return { code: opened.fault.code, at: opened.fault.at };
}
