import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ok } from "#base";
import { policyOf } from "../seal/sealed-run-fixture.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { machineProcesses } from "../store/process-identity.ts";
import { openPoolWriter } from "./append-pool.ts";
import { diffPools } from "./diff-pools.ts";
import { listPool } from "./list-pool.ts";
import { openSnapshot } from "./open-snapshot.ts";
import { newRecordOf, poolKey, recordOf } from "./pool-fixture.ts";
import { poolPlace, type SnapshotNames, snapshotNames } from "./pool-place.ts";
import { poolLineOf } from "./pool-records.ts";
import { noTrust, type PoolTrust } from "./pool-trust.ts";
import type { PoolVerdict } from "./pool-verdict.ts";
import { parseFilter } from "./snapshot-filter.ts";
import { type TakenSnapshot, takeSnapshot } from "./take-snapshot.ts";
import { verifyPool } from "./verify-pool.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-snapshot-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A signed pool of twelve records, a snapshot of all and one of those with three trades. */
const nowMs = 1_795_219_200_000;
const pristine = join(folder, "pristine");
const trust: PoolTrust = { policy: policyOf([poolKey]), key: poolKey, memory: null };
const size = 12;
appendTo(pristine, 0, size);
const whole = taken(takeSnapshot(pristine, { rule: [], note: "all of it", trust, nowMs }));
const filter = parseFilter("closed>=3");
assert.ok(filter.ok);
const selected = taken(takeSnapshot(pristine, { rule: [filter.value], note: null, trust, nowMs }));

test("the same selection is taken once, and its document stays the first", () => {
  const root = copy();
  const again = taken(
    takeSnapshot(root, { rule: [], note: "another", trust, nowMs: nowMs + 5000 }),
  );
  assert.equal(again.state, "already_present");
  assert.equal(again.document.note, "all of it");
  assert.equal(whole.id, again.id);
  assert.notEqual(selected.id, whole.id);
  const names = Object.values(snapshotNames(whole.id));
  for (const name of names) {
    assert.equal(statSync(join(poolPlace(root).snapshots, name)).mode & 0o777, 0o444);
  }
});

test("a snapshot is not taken from a pool that fails, nor of nothing", () => {
  const root = copy();
  writeLines(root, [...readLines(root), readLines(root)[0] ?? ""]);
  const refused = takeSnapshot(root, { rule: [], note: null, trust: noTrust, nowMs });
  assert.ok(refused.ok && refused.value.state === "refused");
  const nothing = parseFilter("closed>100000000");
  assert.ok(nothing.ok);
  const empty = takeSnapshot(copy(), { rule: [nothing.value], note: null, trust, nowMs });
  assert.ok(!empty.ok && empty.fault.code === "snapshot_empty");
  for (const note of ["", "two\nlines", "x".repeat(501)]) {
    const bad = takeSnapshot(copy(), { rule: [], note, trust, nowMs });
    assert.ok(!bad.ok && bad.fault.code === "snapshot_note_malformed");
  }
});

test("an opened snapshot hands its records over and says who signed it", () => {
  const opened = openSnapshot(pristine, selected.id, { policy: trust.policy });
  assert.ok(opened.ok);
  assert.equal(opened.value.authenticity, "proven");
  const closed: number[] = [];
  const read = opened.value.read(({ metrics_summary }) => closed.push(metrics_summary.life.closed));
  assert.ok(read.ok);
  assert.equal(closed.length, selected.document.records);
  assert.ok(closed.every((count) => count >= 3));
  const anonymous = openSnapshot(pristine, `snapshot_${selected.id}`);
  assert.ok(anonymous.ok && anonymous.value.authenticity_reason === "no_trust_policy");

  const root = copy();
  const path = snapshotFile(root, selected.id);
  const changing = openSnapshot(root, path);
  assert.ok(changing.ok);
  const [first = "", ...rest] = readFileSync(path, "utf8").split("\n");
  overwrite(path, Buffer.from([...rest.slice(0, -1), first, ""].join("\n")));
  const changed = changing.value.read(() => {});
  assert.ok(!changed.ok && changed.fault.code === "snapshot_altered");
});

/** What is done to a snapshot, and the code that it is refused with. */
const refusals: readonly (readonly [
  what: string,
  change: (root: string) => string,
  code: string,
])[] = [
  ["the live pool by path", (root) => poolPlace(root).pool, "snapshot_is_live_pool"],
  [
    "the live pool by another path",
    (root) => join(root, "pools", "..", "pools", "stage1", "pool.jsonl"),
    "snapshot_is_live_pool",
  ],
  ["a link to the live pool", (root) => linkedPool(root), "snapshot_is_live_pool"],
  ["a hard link to the live pool", (root) => hardLinkedPool(root), "snapshot_writable"],
  ["a copy of the live pool", (root) => copiedPool(root), "snapshot_unverified"],
  [
    "a name that is no snapshot's",
    (root) => renamed(root, "snapshot_1.jsonl"),
    "snapshot_not_snapshot",
  ],
  ["a snapshot that is not there", () => "0123456789abcdef", "snapshot_missing"],
  [
    "another id in its name",
    (root) => renamed(root, "snapshot_0123456789abcdef.jsonl"),
    "snapshot_unverified",
  ],
  ["a writable file", (root) => withMode(root, 0o644), "snapshot_writable"],
  [
    "a document removed",
    (root) => changedFile(root, "document", () => null),
    "snapshot_unverified",
  ],
  [
    "a line edited",
    (root) => changedFile(root, "records", (text) => text.replace("true", "false")),
    "snapshot_altered",
  ],
  [
    "a line removed",
    (root) => changedFile(root, "records", (text) => text.slice(text.indexOf("\n") + 1)),
    "snapshot_altered",
  ],
  [
    "a line doubled",
    (root) =>
      changedFile(root, "records", (text) => `${text}${text.slice(0, text.indexOf("\n") + 1)}`),
    "snapshot_altered",
  ],
  [
    "a tail added",
    (root) => changedFile(root, "records", (text) => `${text}{`),
    "snapshot_altered",
  ],
  [
    "a count edited",
    (root) => changedDocument(root, /"records": \d+,\n {2}"b/, '"records": 1,\n  "b'),
    "snapshot_unverified",
  ],
  [
    "a root edited",
    (root) => changedDocument(root, /"pool_root": ".{43}/, `"pool_root": "${"A".repeat(43)}`),
    "snapshot_altered",
  ],
  [
    "a size edited",
    (root) => changedDocument(root, /"pool_size": \d+/, '"pool_size": 999'),
    "snapshot_altered",
  ],
  [
    "a rule edited",
    (root) => changedDocument(root, /"value": 3/, '"value": 300'),
    "snapshot_altered",
  ],
  [
    "a looser rule",
    (root) => changedDocument(root, /"value": 3/, '"value": 2'),
    "snapshot_signature_wrong",
  ],
  [
    "a note added",
    (root) =>
      changedDocument(
        root,
        /"note": null,\n {2}"note_reason": "none_given"/,
        '"note": "good",\n  "note_reason": null',
      ),
    "snapshot_signature_wrong",
  ],
  [
    "a key added",
    (root) => changedDocument(root, /"pool":/, '"best": true,\n  "pool":'),
    "snapshot_unverified",
  ],
  [
    "a signature edited",
    (root) => changedFile(root, "checkpoint", (text) => text.replace(/.{9}\n$/, "AAAAAAAA=\n")),
    "snapshot_signature_wrong",
  ],
  ["another's checkpoint", (root) => exchangedCheckpoint(root), "snapshot_signature_wrong"],
];

for (const [what, change, code] of refusals) {
  test(`a validation does not open ${what}`, () => {
    const root = copy();
    const opened = openSnapshot(root, change(root), { policy: trust.policy });
    assert.ok(!opened.ok, "it was opened");
    assert.equal(opened.fault.code, code, JSON.stringify(opened.fault));
    assert.ok(!opened.fault.message.includes("\n"));
  });
}

test("a signed pool cannot end anywhere before its end", () => {
  const root = copy();
  const { pool } = poolPlace(root);
  const bytes = readFileSync(pool);
  for (let end = bytes.lastIndexOf(10, -2); end > 0; end = bytes.lastIndexOf(10, end - 1)) {
    writeFileSync(pool, bytes.subarray(0, end + 1));
    assert.ok(placesOf(verified(root)).includes("pool_rolled_back"), `cut at ${end}`);
  }
});

test("damage to a snapshot fails the pool's verdict and names the file", () => {
  const root = copy();
  changedFile(root, "records", (text) => text.replace("true", "false"));
  const verdict = verified(root);
  assert.equal(claimOf(verdict, "pool_snapshots")?.verdict, "FAIL");
  const found = verdict.findings.find(({ claim }) => claim === "pool_snapshots");
  assert.equal(found?.file, `pools/stage1/snapshots/snapshot_${selected.id}.jsonl`);
  assert.equal(found?.line, 1);
  writeFileSync(join(poolPlace(root).snapshots, "notes.txt"), "mine");
  assert.ok(placesOf(verified(root)).includes("snapshot_stranger"));
});

test("what a snapshot consists of cannot be taken away unseen", () => {
  const rows = [
    ["records", "FAIL", "snapshot_stranger"],
    ["document", "FAIL", "snapshot_unverified"],
    ["checkpoint", "NOT_MEASURABLE", null],
  ] as const;
  for (const [part, word, code] of rows) {
    const root = copy();
    for (const { id } of [whole, selected]) rmSync(snapshotFile(root, id, part));
    const verdict = verifyPool(root, { trust: { ...trust, key: null }, integrityOnly: false });
    assert.ok(verdict.ok);
    // The pool of this test has no runs to look at; what is asked here is the snapshots.
    const said = ["pool_snapshots", "authenticity"].map((id) => claimOf(verdict.value, id));
    assert.ok(
      said.some((claim) => claim?.verdict === word),
      `${part}: ${JSON.stringify(said)}`,
    );
    if (code !== null) assert.ok(placesOf(verdict.value).includes(code), part);
    else assert.equal(said[1]?.reason, "2 snapshots_unsigned");
  }
});

test("a diff names genomes that came and went, and what the pool cannot have lost", () => {
  const forward = diffed(pristine, [selected.id, whole.id]);
  assert.equal(forward.differences.length, whole.document.genes - selected.document.genes);
  assert.ok(forward.differences.every(({ change }) => change === "added"));
  const backward = diffed(pristine, [whole.id, selected.id]);
  assert.ok(backward.differences.every(({ change }) => change === "removed"));
  assert.equal(backward.findings.length, 0);
  const live = diffed(pristine, [whole.id, "pool"]);
  assert.deepEqual([live.differences.length, live.equal], [0, whole.document.genes]);

  const root = copy();
  writeLines(
    root,
    readLines(root)
      .slice(1)
      .with(0, (readLines(root)[1] ?? "").replace(/"created_at":"2/, '"created_at":"3')),
  );
  for (const sides of [
    [whole.id, "pool"],
    ["pool", whole.id],
  ] as const) {
    const { findings } = diffed(root, sides);
    assert.deepEqual(findings.map(({ code }) => code).sort(), [
      "pool_record_altered",
      "pool_record_removed",
    ]);
  }
  const same = diffPools(root, ["pool", "pool"], null);
  assert.ok(!same.ok && same.fault.code === "diff_two_pools");
});

test("a genome that another run also found is changed, not added", () => {
  const root = copy();
  const { gene_id, weights_sha256, genome_vector } = recordOf(1);
  const other = recordOf(99, { gene_id, weights_sha256, genome_vector });
  appendFileSync(poolPlace(root).pool, `${poolLineOf(other)}\n`);
  assert.deepEqual(diffed(root, [whole.id, "pool"]).differences, [
    { change: "changed", gene_id, added: [other.id], removed: [], altered: [] },
  ]);
});

test("a listing tells sizes, checkpoints, windows and snapshots by their own word", () => {
  const listing = listPool(pristine);
  assert.ok(listing.ok && listing.value !== null);
  assert.deepEqual(listing.value.checkpoints, [size]);
  assert.equal(listing.value.root, whole.document.pool_root);
  assert.deepEqual(
    listing.value.windows.map(({ records }) => records),
    [size],
  );
  assert.deepEqual(
    listing.value.snapshots.map(({ is_signed }) => is_signed),
    [true, true],
  );
  const none = listPool(join(folder, "nowhere"));
  assert.ok(none.ok && none.value === null);
  const root = copy();
  changedFile(root, "document", () => "{}");
  const damaged = listPool(root);
  const fault = damaged.ok ? damaged.value?.snapshots.find((each) => each.fault !== null) : null;
  assert.equal(fault?.fault?.code, "snapshot_unverified");
});

let copies = 0;

/** Records from..to - 1 of a run that is nowhere. */
function appendTo(root: string, from: number, to: number): void {
  const place = poolPlace(root);
  const examine = () => ok("proven" as const);
  const processes = machineProcesses();
  const writer = openPoolWriter({ fs: nodeFileSystem, place, processes, trust, examine });
  assert.ok(writer.ok, JSON.stringify(writer));
  for (let at = from; at < to; at++) assert.ok(writer.value.append(newRecordOf(at)).ok);
  assert.ok(writer.value.close().ok);
}

/** The installation again, in a place of its own. */
function copy(): string {
  const root = join(folder, `root-${copies++}`);
  cpSync(pristine, root, { recursive: true });
  return root;
}

function taken(result: ReturnType<typeof takeSnapshot>) {
  assert.ok(result.ok, JSON.stringify(result));
  const { value }: { value: TakenSnapshot } = result;
  assert.ok(value.state !== "refused", JSON.stringify(value));
  return value;
}

function verified(root: string, by: PoolTrust = trust): PoolVerdict {
  const verdict = verifyPool(root, { trust: by, integrityOnly: false });
  assert.ok(verdict.ok, JSON.stringify(verdict));
  return verdict.value;
}

function diffed(root: string, sides: readonly [string, string]) {
  const diff = diffPools(root, sides, trust.policy);
  assert.ok(diff.ok, JSON.stringify(diff));
  return diff.value;
}

function claimOf({ claims }: PoolVerdict, id: string) {
  return claims.find((claim) => claim.id === id);
}

/** `code line`, or the code alone as well. */
function placesOf({ findings }: PoolVerdict): readonly string[] {
  return findings.flatMap(({ code, line }) => [code, `${code} ${line}`]);
}

function readLines(root: string): string[] {
  return readFileSync(poolPlace(root).pool, "utf8").split("\n").slice(0, -1);
}

function writeLines(root: string, lines: readonly string[]): void {
  writeFileSync(poolPlace(root).pool, lines.map((line) => `${line}\n`).join(""));
}

function snapshotFile(root: string, id: string, part: keyof SnapshotNames = "records"): string {
  return join(poolPlace(root).snapshots, snapshotNames(id)[part]);
}

function overwrite(path: string, bytes: Uint8Array): void {
  rmSync(path);
  writeFileSync(path, bytes);
  chmodSync(path, 0o444);
}

function changedFile(
  root: string,
  part: keyof SnapshotNames,
  change: (text: string) => string | null,
): string {
  const path = snapshotFile(root, selected.id, part);
  const before = readFileSync(path, "utf8");
  const text = change(before);
  assert.notEqual(text, before);
  if (text === null) rmSync(path);
  else overwrite(path, Buffer.from(text));
  return selected.id;
}

function changedDocument(root: string, what: RegExp, by: string): string {
  return changedFile(root, "document", (text) => text.replace(what, by));
}

function renamed(root: string, name: string): string {
  const path = join(poolPlace(root).snapshots, name);
  for (const part of ["records", "document"] as const) {
    const extension = part === "records" ? ".jsonl" : ".json";
    renameSync(snapshotFile(root, selected.id, part), path.replace(/\.jsonl$/, extension));
  }
  return path;
}

function withMode(root: string, mode: number): string {
  chmodSync(snapshotFile(root, selected.id), mode);
  return selected.id;
}

function linkedPool(root: string): string {
  const path = snapshotFile(root, "0123456789abcdef");
  symlinkSync(poolPlace(root).pool, path);
  return path;
}

function hardLinkedPool(root: string): string {
  const path = snapshotFile(root, "0123456789abcdef");
  linkSync(poolPlace(root).pool, path);
  return path;
}

function copiedPool(root: string): string {
  const path = snapshotFile(root, "0123456789abcdef");
  cpSync(poolPlace(root).pool, path);
  chmodSync(path, 0o444);
  return path;
}

function exchangedCheckpoint(root: string): string {
  const other = readFileSync(snapshotFile(root, whole.id, "checkpoint"));
  overwrite(snapshotFile(root, selected.id, "checkpoint"), other);
  return selected.id;
}
