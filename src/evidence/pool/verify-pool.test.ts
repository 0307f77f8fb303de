import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { landRun } from "#support";
import { installKey } from "../keys/installation-keys.ts";
import { currentOwner, makeKeyRing } from "../keys/key-ring.ts";
import { agentIdHash } from "../run/agent-identity.ts";
import { policyOf, testKey } from "../seal/sealed-run-fixture.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { openSnapshot } from "./open-snapshot.ts";
import { recordOf } from "./pool-fixture.ts";
import { checkpointName, poolPlace } from "./pool-place.ts";
import { poolLineOf } from "./pool-records.ts";
import { loadPoolTrust, noTrust, type PoolTrust } from "./pool-trust.ts";
import type { PoolVerdict } from "./pool-verdict.ts";
import { parseFilter } from "./snapshot-filter.ts";
import { appendRunsToPool } from "./stage-one-pool.ts";
import { type TakenSnapshot, takeSnapshot } from "./take-snapshot.ts";
import { verifyPool } from "./verify-pool.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-pool-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const nowMs = 1_795_219_200_000;
const pristine = join(folder, "pristine");
const small = { population: 5, max_agents: 9 };
const ring = makeKeyRing({
  fs: nodeFileSystem,
  directory: join(folder, "keys"),
  owner: currentOwner(),
});
assert.ok(ring.ok);
assert.ok(
  installKey(ring.value, { purpose: "pool", system: "assay.local", nowMs, holder: null }).ok,
);
const trust = trusted();

/** Three sealed runs, a checkpoint after the first and after the others, and two snapshots. */
const runs = [1, 2, 3].map((seed) => landRun(pristine, { seed, config: small }).directory);
const [firstRun = ""] = runs;
const begun = appendRunsToPool(pristine, [firstRun], trust);
assert.ok(begun.ok);
const early = begun.value.records;
const grown = appendRunsToPool(pristine, runs, trust);
assert.ok(grown.ok);
const size = grown.value.records;
taken(takeSnapshot(pristine, { rule: [], note: "all of it", trust, nowMs }));
const filter = parseFilter("closed>=3");
assert.ok(filter.ok);
taken(takeSnapshot(pristine, { rule: [filter.value], note: null, trust, nowMs }));

test("runs are appended once, in order, and signed after each append", () => {
  assert.ok(early > 2 && size > early + 4);
  assert.deepEqual(begun.value, {
    appended: early,
    present: 0,
    records: early,
    checkpoint: early,
    checkpoint_reason: null,
  });
  assert.equal(grown.value.present, early);
  const root = copy();
  const again = appendRunsToPool(
    root,
    runs.map((run) => join(root, "runs_hf", basename(run))),
    trust,
  );
  assert.ok(again.ok);
  assert.equal(again.value.appended, 0);
  const { checkpoints } = poolPlace(root);
  assert.deepEqual(readdirSync(checkpoints).sort(), [early, size].map(checkpointName).sort());
  assert.equal(statSync(join(checkpoints, checkpointName(size))).mode & 0o777, 0o444);
});

test("a clean pool passes with every claim counted", () => {
  const verdict = verified(pristine);
  assert.equal(verdict.verdict, "PASS", JSON.stringify(verdict.findings));
  assert.ok(verdict.claims.every((claim) => claim.verdict === "PASS" && claim.checked > 0));
  assert.deepEqual(
    [verdict.records, verdict.checkpoints, verdict.signed_records, verdict.snapshots],
    [size, 2, size, 2],
  );
});

test("without a policy or a key the pool works, and who wrote it is not measurable", () => {
  const unknown = verified(copy(), noTrust);
  assert.deepEqual(unknown.reasons, ["authenticity: no_trust_policy"]);
  const foreign = { ...noTrust, policy: policyOf([testKey(1)]) };
  assert.deepEqual(verified(copy(), foreign).reasons, ["authenticity: no_pool_key_trusted"]);
  const verdict = verifyPool(copy(), { trust: noTrust, integrityOnly: true });
  assert.ok(verdict.ok);
  assert.equal(verdict.value.verdict, "PASS");
  assert.equal(claimOf(verdict.value, "authenticity")?.reason, "integrity_only");

  const root = join(folder, "keyless");
  const run = landRun(root, { seed: 1, config: small }).directory;
  const appended = appendRunsToPool(root, [run]);
  assert.ok(appended.ok && appended.value.checkpoint_reason === "no_pool_key");
  const elsewhere = { ...trust, memory: null };
  assert.equal(verified(root, elsewhere).verdict, "NOT_MEASURABLE");
  assert.equal(claimOf(verified(root, elsewhere), "authenticity")?.reason, "no_checkpoint");
  const snapshot = taken(takeSnapshot(root, { rule: [], note: null, trust: noTrust, nowMs }));
  assert.ok(!snapshot.isSigned);
  const opened = openSnapshot(root, snapshot.id, { policy: trust.policy });
  assert.ok(opened.ok && opened.value.authenticity === "not_measurable");
  // A key that comes later signs what is there, pool and snapshot alike.
  const later = taken(takeSnapshot(root, { rule: [], note: null, trust: elsewhere, nowMs }));
  assert.ok(later.state === "already_present" && later.isSigned && later.id === snapshot.id);
});

type Edit = (lines: string[]) => readonly string[];

/** What is done to the lines of the pool, and what has to be found, with its line. */
const edits: readonly (readonly [what: string, edit: Edit, found: readonly string[]])[] = [
  [
    "a time edited",
    (l) => l.with(1, (l[1] ?? "").replace(/"created_at":"2/, '"created_at":"3')),
    ["pool_record_differs 2", "pool_root_differs 1"],
  ],
  [
    "a weight edited",
    (l) => l.with(2, weightEdited(l[2] ?? "")),
    ["genome_differs 3", "pool_record_differs 3"],
  ],
  [
    "a hash edited",
    (l) => l.with(0, (l[0] ?? "").replace(/"gene_id":"../, '"gene_id":"zz')),
    ["record_invalid 1"],
  ],
  [
    "a key added",
    (l) => l.with(0, (l[0] ?? "").replace(/\}$/, ',"more":1}')),
    ["record_invalid 1"],
  ],
  [
    "a space added",
    (l) => l.with(0, `${l[0] ?? ""} `),
    ["text_not_canonical 1", "pool_record_differs 1"],
  ],
  ["a carriage return", (l) => l.with(0, `${l[0] ?? ""}\r`), ["text_not_canonical 1"]],
  ["a byte order mark", (l) => l.with(0, `\ufeff${l[0] ?? ""}`), ["json_invalid 1"]],
  ["an empty line", (l) => l.toSpliced(1, 0, ""), ["json_invalid 2"]],
  [
    "a number edited",
    (l) => l.with(3, (l[3] ?? "").replace(/"costs_micro":/, '"costs_micro":1')),
    ["record_inconsistent 4"],
  ],
  ["the first line removed", (l) => l.slice(1), ["pool_record_missing", "pool_rolled_back"]],
  [
    "a middle line removed",
    (l) => l.toSpliced(early - 1, 1),
    ["pool_record_missing", "pool_root_differs 1"],
  ],
  ["the last line removed", (l) => l.slice(0, -1), ["pool_record_missing", "pool_rolled_back"]],
  ["back to the first append", (l) => l.slice(0, early), ["pool_rolled_back"]],
  ["emptied", () => [], ["pool_rolled_back"]],
  [
    "neighbours exchanged",
    (l) => swapped(l, 0, 1),
    ["pool_record_out_of_order 2", "pool_root_differs 1"],
  ],
  ["lines of two runs exchanged", (l) => swapped(l, early - 1, early), ["pool_root_differs 1"]],
  [
    "lines behind the first checkpoint exchanged",
    (l) => swapped(l, size - 2, size - 1),
    [`pool_root_differs ${early + 1}`],
  ],
  ["a line doubled at the end", (l) => [...l, l[0] ?? ""], [`pool_id_repeated ${size + 1}`]],
  [
    "a line doubled in place",
    (l) => l.toSpliced(2, 0, l[1] ?? ""),
    ["pool_id_repeated 3", "pool_root_differs 1"],
  ],
  [
    "a line replaced by another",
    (l) => l.with(0, l[1] ?? ""),
    ["pool_id_repeated 2", "pool_record_missing"],
  ],
  ["a stranger of a known run", (l) => [...l, strangerOf(l)], [`pool_record_unknown ${size + 1}`]],
];

for (const [what, edit, found] of edits) {
  test(`a pool is found out: ${what}`, () => {
    const root = copy();
    writeLines(root, edit(readLines(root)));
    // Nothing but the files beside it speaks against it, whoever is trusted.
    for (const by of [trust, { ...trust, memory: null }]) {
      const verdict = verified(root, by);
      assert.equal(verdict.verdict, "FAIL");
      for (const finding of found)
        assert.ok(placesOf(verdict).includes(finding), placesText(verdict));
    }
  });
}

test("a torn tail and a record that nobody signed are told apart from a clean pool", () => {
  const root = copy();
  appendFileSync(poolPlace(root).pool, '{"id":"HF_');
  assert.ok(placesOf(verified(root)).includes(`pool_tail_torn ${size + 1}`));

  const longer = copy();
  appendFileSync(poolPlace(longer).pool, `${poolLineOf(recordOf(1))}\n`);
  const verdict = verified(longer);
  assert.equal(verdict.verdict, "NOT_MEASURABLE");
  assert.deepEqual(verdict.reasons, [
    "pool_sources: 1 of 4 source_runs_absent",
    "authenticity: 1 records_unsigned",
  ]);
});

test("a rollback of everything is remembered, or leaves open what is missing", () => {
  const root = copy();
  const place = poolPlace(root);
  writeLines(root, readLines(root).slice(0, early));
  rmSync(join(place.checkpoints, checkpointName(size)));
  rmSync(place.snapshots, { recursive: true });
  const remembered = verified(root, trust);
  assert.ok(placesOf(remembered).includes("pool_rolled_back"));
  const forgotten = verified(root, { ...trust, memory: null });
  assert.equal(forgotten.verdict, "NOT_MEASURABLE");
  assert.deepEqual(forgotten.reasons, ["pool_coverage: 2 runs_not_in_pool"]);
  assert.equal(forgotten.runs_not_in_pool.length, 2);
});

test("a pool that is gone is a finding where anything speaks of it", () => {
  const root = copy();
  rmSync(poolPlace(root).pool);
  assert.ok(placesOf(verified(root, noTrust)).includes("pool_removed"));
  rmSync(poolPlace(root).folder, { recursive: true });
  assert.ok(placesOf(verified(root, trust)).includes("pool_removed"));
  const never = verifyPool(root, { trust: noTrust, integrityOnly: false });
  assert.ok(!never.ok && never.fault.code === "pool_missing");
});

test("a source run that changed, lost its seal or is gone cannot vouch for its records", () => {
  const changes: readonly (readonly [change: (run: string) => void, found: string])[] = [
    [
      (run) => edit(join(run, "survivors.jsonl"), (text) => text.replace("1", "2")),
      "source_run_differs_from_seal 1",
    ],
    [(run) => rmSync(join(run, "SHA256SUMS")), "source_run_unsealed 1"],
    [(run) => rmSync(join(run, "agent_roster.json")), "source_run_differs_from_seal 1"],
    [
      (run) => edit(join(run, "SHA256SUMS"), (text) => text.slice(1)),
      "source_run_differs_from_seal 1",
    ],
  ];
  for (const [change, found] of changes) {
    const root = copy();
    change(join(root, "runs_hf", basename(firstRun)));
    assert.ok(placesOf(verified(root)).includes(found), found);
  }
  const root = copy();
  rmSync(join(root, "runs_hf", basename(firstRun)), { recursive: true });
  assert.deepEqual(verified(root).reasons, ["pool_sources: 1 of 3 source_runs_absent"]);
});

test("no checkpoint can be exchanged, doubled or added", () => {
  const root = copy();
  const path = join(poolPlace(root).checkpoints, checkpointName(early));
  const note = readFileSync(path);
  overwrite(path, readFileSync(join(poolPlace(root).checkpoints, checkpointName(size))));
  assert.ok(placesOf(verified(root)).includes("checkpoint_differs"));
  overwrite(path, Buffer.concat([note, note]));
  assert.equal(verified(root).verdict, "FAIL");
  overwrite(path, note);
  writeFileSync(join(poolPlace(root).checkpoints, "latest.checkpoint"), note);
  assert.ok(placesOf(verified(root)).includes("checkpoint_stranger"));
});

test("signatures of others do not pass, nor of a key after its successor", () => {
  const root = copy();
  const stranger = policyOf([testKey(3, "pool")]);
  const verdict = verified(root, { ...noTrust, policy: stranger });
  assert.equal(claimOf(verdict, "authenticity")?.verdict, "FAIL");
  assert.ok(placesOf(verdict).includes("note_signer_unknown"));

  const rotated = join(folder, "rotated");
  const [old, next] = [testKey(1, "pool"), testKey(2, "pool")];
  const policy = policyOf([old, next]);
  for (const [seed, key] of [next, old].entries()) {
    const { directory } = landRun(rotated, { seed: seed + 1, config: small });
    assert.ok(appendRunsToPool(rotated, [directory], { policy, key, memory: null }).ok);
  }
  const superseded = verified(rotated, { ...noTrust, policy });
  assert.ok(placesOf(superseded).includes("checkpoint_key_superseded"));
});

test("an append that was never signed is signed by the next, when its runs vouch for it", () => {
  const root = copy();
  const place = poolPlace(root);
  rmSync(join(place.checkpoints, checkpointName(size)));
  const forgotten = { ...trust, memory: null };
  assert.deepEqual(verified(root, forgotten).reasons, [
    `authenticity: ${size - early} records_unsigned`,
  ]);
  const appended = appendRunsToPool(root, [], forgotten);
  assert.ok(appended.ok && appended.value.checkpoint === size);
  assert.equal(verified(root, forgotten).verdict, "PASS");

  rmSync(join(place.checkpoints, checkpointName(size)));
  writeLines(root, readLines(root).with(size - 1, strangerOf(readLines(root))));
  const refused = appendRunsToPool(root, [], forgotten);
  assert.ok(!refused.ok);
  assert.equal(refused.fault.code, "pool_record_differs");
  assert.equal(refused.fault.at, `${place.pool} line ${size}`);
});

let copies = 0;

/** The installation again, in a place of its own. */
function copy(): string {
  const root = join(folder, `root-${copies++}`);
  cpSync(pristine, root, { recursive: true });
  return root;
}

function trusted(): PoolTrust {
  assert.ok(ring.ok);
  const loaded = loadPoolTrust({ ring: ring.value, root: pristine, policyFile: null, nowMs });
  assert.ok(loaded.ok && loaded.value.key !== null);
  return loaded.value;
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

function claimOf({ claims }: PoolVerdict, id: string) {
  return claims.find((claim) => claim.id === id);
}

/** `code line`, or the code alone as well. */
function placesOf({ findings }: PoolVerdict): readonly string[] {
  return findings.flatMap(({ code, line }) => [code, `${code} ${line}`]);
}

function placesText({ findings }: PoolVerdict): string {
  return findings.map(({ code, line, detail }) => `${code} ${line} ${detail}`).join("\n");
}

function readLines(root: string): string[] {
  return readFileSync(poolPlace(root).pool, "utf8").split("\n").slice(0, -1);
}

function writeLines(root: string, lines: readonly string[]): void {
  writeFileSync(poolPlace(root).pool, lines.map((line) => `${line}\n`).join(""));
}

function swapped(lines: readonly string[], left: number, right: number): readonly string[] {
  return lines.with(left, lines[right] ?? "").with(right, lines[left] ?? "");
}

function weightEdited(line: string): string {
  return line.replace(
    /"genome_vector":"(.)/,
    (_, digit) => `"genome_vector":"${digit === "A" ? "B" : "A"}`,
  );
}

/** A sound record of an agent that the first run never had. */
function strangerOf(lines: readonly string[]): string {
  const { source } = JSON.parse(lines[0] ?? "");
  const record = recordOf(999);
  const id = `${source.run_id}:${record.agent_id}`;
  const fingerprint_ref = `runs_hf/${source.run_id}/execution_fingerprint.json`;
  const agent_id_hash = agentIdHash(source.run_id, record.agent_id);
  return poolLineOf({ ...record, id, agent_id_hash, source, fingerprint_ref });
}

function overwrite(path: string, bytes: Uint8Array): void {
  rmSync(path);
  writeFileSync(path, bytes);
  chmodSync(path, 0o444);
}

function edit(path: string, change: (text: string) => string): void {
  overwrite(path, Buffer.from(change(readFileSync(path, "utf8"))));
}
