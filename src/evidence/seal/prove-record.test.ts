import assert from "node:assert/strict";
import { test } from "node:test";
import { equalHashes, leafHash } from "../merkle/hash.ts";
import { decodeEntries, decodeTile, parseTilePath } from "../merkle/tiles.ts";
import { createTreeBuilder } from "../merkle/tree-builder.ts";
import { SimulatedDisk } from "../store/simulated-disk.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { exportRunTiles } from "./export-tiles.ts";
import { noteVerifier } from "./note-key.ts";
import { checkRecordProof, proveRecord, type RecordPlace } from "./prove-record.ts";
import { sealRun } from "./seal-run.ts";
import {
  policyOf,
  runFiles,
  runId,
  sealedMs,
  system,
  testKey,
  writeRun,
} from "./sealed-run-fixture.ts";

const key = testKey(1);
const policy = policyOf([key]);

test("one record is proven without the rest of its run, and no other is", () => {
  const disk = sealed();
  const lines = (runFiles.get("death_events.jsonl") ?? "").split("\n");
  const long = (runFiles.get("long.jsonl") ?? "").split("\n");
  const cases: [RecordPlace, string][] = [
    [{ path: "death_events.jsonl", line: 1 }, lines[0] ?? ""],
    [{ path: "death_events.jsonl", line: 300 }, lines[299] ?? ""],
    [{ path: "long.jsonl", line: 2 }, long[1] ?? ""],
    [{ path: "run_manifest.json", line: null }, runFiles.get("run_manifest.json") ?? ""],
    [{ path: "agent_roster.json", line: null }, runFiles.get("agent_roster.json") ?? ""],
  ];
  for (const [place, text] of cases) {
    const proof = proveRecord("/run", place, disk);
    assert.ok(proof.ok);
    const claim = { proof: proof.value, place, record: Buffer.from(text), runId, policy };
    assert.ok(checkRecordProof(claim).ok, JSON.stringify(place));
    for (const wrong of [
      { ...claim, record: Buffer.from(`${text} `) },
      { ...claim, place: { ...place, path: "other.jsonl" } },
      { ...claim, place: { ...place, line: (place.line ?? 1) + 1 } },
      { ...claim, runId: "HF_other" },
      { ...claim, policy: policyOf([testKey(2)]) },
    ]) {
      assert.ok(!checkRecordProof(wrong).ok);
    }
  }
});

test("a record that is not there has no proof", () => {
  const disk = sealed();
  for (const place of [
    { path: "death_events.jsonl", line: 0 },
    { path: "death_events.jsonl", line: 301 },
    { path: "death_events.jsonl", line: null },
    { path: "run_manifest.json", line: 1 },
    { path: "errors.jsonl", line: 1 },
    { path: "nothing.json", line: null },
  ]) {
    const proof = proveRecord("/run", place, disk);
    assert.ok(!proof.ok && proof.fault.code === "record_missing");
  }
});

test("a run's log exports as tiles that any reader of such logs can rebuild it from", () => {
  const disk = sealed();
  assert.ok(exportRunTiles("/run", "/export", disk).ok);
  const files = new Map(
    [...disk.contents()]
      .filter(([path]) => path.startsWith("/export/"))
      .map(([path, text]) => [path.slice("/export/".length), Buffer.from(text, "latin1")]),
  );
  const opened = openCheckpoint(
    files.get("checkpoint") ?? Buffer.alloc(0),
    [noteVerifier(key.name, key.publicKey)],
    "refuse",
  );
  assert.ok(opened.ok);
  const tree = createTreeBuilder();
  for (const [path, width] of [
    ["000", 256],
    ["001", 58],
  ] as const) {
    const suffix = width === 256 ? "" : `.p/${width}`;
    const entries = decodeEntries(
      files.get(`tile/entries/${path}${suffix}`) ?? Buffer.alloc(0),
      width,
    );
    const hashes = decodeTile(files.get(`tile/0/${path}${suffix}`) ?? Buffer.alloc(0), width);
    assert.ok(entries.ok && hashes.ok);
    entries.value.forEach((entry, at) => {
      assert.ok(equalHashes(leafHash(entry), hashes.value[at] ?? entry));
      tree.append(leafHash(entry));
    });
  }
  assert.equal(tree.size, opened.value.checkpoint.size);
  assert.ok(equalHashes(tree.root(), opened.value.checkpoint.root));
  const paths = [...files.keys()].filter((path) => path !== "checkpoint").sort();
  assert.ok(paths.every((path) => parseTilePath(path).ok));
  assert.deepEqual(paths.at(2), "tile/1/000.p/1");
  assert.equal(paths.length, 5);
  const again = exportRunTiles("/run", "/export", disk);
  assert.ok(!again.ok && again.fault.code === "store_exists");
});

function sealed(): SimulatedDisk {
  const disk = new SimulatedDisk();
  writeRun(disk, "/run");
  assert.ok(sealRun("/run", { runId, system, keys: [key], nowMs: sealedMs, fs: disk }).ok);
  return disk;
}
