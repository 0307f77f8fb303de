import assert from "node:assert/strict";
import { basename } from "node:path";
import { test } from "node:test";
import { type Fault, ok, type Result } from "#base";
import { assertStated } from "#support";
import type { TrustPolicy } from "../keys/policy.ts";
import { leafHash } from "../merkle/hash.ts";
import { naiveConsistency, naiveRoot } from "../merkle/naive.ts";
import { verifyConsistency } from "../merkle/verify-proof.ts";
import { readUnverifiedCheckpoint, signCheckpoint } from "../seal/checkpoint.ts";
import { type RunSeal, sealRun } from "../seal/seal-run.ts";
import { policyOf, sealedMs, system, testKey } from "../seal/sealed-run-fixture.ts";
import { enumerateCrashes } from "../store/crash-driver.ts";
import { createDocument, makeDirectories } from "../store/document.ts";
import type { Processes } from "../store/process-identity.ts";
import { SimulatedDisk } from "../store/simulated-disk.ts";
import { checkLog, type LogCheck, listPresentRuns } from "./check-log.ts";
import { installationLog, logSealedRuns } from "./installation-log.ts";
import { proveLogConsistency } from "./log-consistency.ts";
import { formatRunEntry, parseRunEntry } from "./run-entry.ts";
import { sealAndLogRuns } from "./seal-and-log.ts";

const key = testKey(7, "log");
const policy = policyOf([key, testKey(1)]);
const root = "/root";
const records = "/root/log/leaves.jsonl";
const checkpoint = "/root/log/checkpoint";
const processes: Processes = {
  self: { host: "h", boot_id: "b", pid_namespace: "n", pid: 1, started_ticks: 1 },
  startedTicks: () => "gone",
};

test("sealed runs stand in the log once, in order, under a signed root", () => {
  const disk = new SimulatedDisk();
  const first = log(disk, [seal(0), seal(1)]);
  assert.ok(first.ok);
  assert.deepEqual(first.value.runs, [
    { index: 0, isNew: true },
    { index: 1, isNew: true },
  ]);
  const second = log(disk, [seal(1), seal(2)]);
  assert.ok(second.ok);
  assert.deepEqual(second.value.runs, [
    { index: 1, isNew: false },
    { index: 2, isNew: true },
  ]);
  const check = checked(disk);
  assert.deepEqual(codes(check), []);
  assert.equal(check.checkpoint?.size, 3);
  assert.deepEqual([...check.entries.keys()], ["HF_0", "HF_1", "HF_2"]);
  const lines = (disk.contents().get(records) ?? "").split("\n").slice(0, -1);
  assert.deepEqual(check.checkpoint?.root, naiveRoot(lines.map((line) => Buffer.from(line))));
});

test("a run that comes back with another seal is refused", () => {
  const disk = new SimulatedDisk();
  assert.ok(log(disk, [seal(0)]).ok);
  const before = disk.contents().get(records);
  const again = log(disk, [{ ...seal(0), statementSha256: "f".repeat(64) }]);
  assert.ok(!again.ok && again.fault.code === "log_run_differs");
  assert.equal(disk.contents().get(records), before);
  assert.deepEqual(codes(checked(disk)), []);
});

test("entries have one spelling", () => {
  const entry = { seq: 3, seal: seal(3), loggedMs: sealedMs };
  const text = formatRunEntry(entry);
  assert.deepEqual(parseRunEntry(Buffer.from(text)), { ok: true, value: entry });
  for (const bad of [
    `${text} `,
    text.replace('"v":1', '"v":2'),
    text.replace("{", '{"a":1,'),
    "",
  ]) {
    assert.ok(!parseRunEntry(Buffer.from(bad)).ok, bad);
  }
});

test("what changes in the log is found at its line", () => {
  const lines =
    logged(3)
      .contents()
      .get(records)
      ?.split(/(?<=\n)/) ?? [];
  const cases: [string[], string[]][] = [
    [lines.slice(0, 2), ["log_truncated leaves.jsonl line 3"]],
    [[], ["log_truncated leaves.jsonl line 1"]],
    [lines.with(1, (lines[1] ?? "").replace("HF_1", "HF_9")), ["log_root_differs leaves.jsonl"]],
    [
      [lines[1] ?? "", lines[0] ?? "", lines[2] ?? ""],
      [
        "log_sequence_broken leaves.jsonl line 1",
        "log_sequence_broken leaves.jsonl line 2",
        "log_root_differs leaves.jsonl",
      ],
    ],
    [
      [...lines, (lines[2] ?? "").replace("HF_2", "HF_3").replace('"seq":2', '"seq":3')],
      ["log_tail_unsigned leaves.jsonl line 4"],
    ],
    [[...lines, "{"], ["log_tail_unsigned leaves.jsonl line 4"]],
    [
      lines.with(0, "garbage\n"),
      ["log_entry_malformed leaves.jsonl line 1", "log_root_differs leaves.jsonl"],
    ],
  ];
  for (const [changed, expected] of cases) {
    const disk = logged(3);
    disk.tamper(records, Buffer.from(changed.join("")));
    assert.deepEqual(codes(checked(disk)), expected);
  }
});

test("every changed byte of the log and its checkpoint is found", () => {
  const disk = logged(2);
  for (const path of [records, checkpoint]) {
    const whole = Buffer.from(disk.contents().get(path) ?? "", "latin1");
    for (let at = 0; at < whole.length; at += 3) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ (at % 2 === 0 ? 1 : 0x20);
      disk.tamper(path, changed);
      assert.ok(checked(disk).findingCount > 0, `${path} byte ${at}`);
    }
    disk.tamper(path, whole);
  }
  assert.deepEqual(codes(checked(disk)), []);
});

test("only the keys of the policy sign a log, for this log and at their time", () => {
  const disk = logged(1);
  const codesWith = (given: TrustPolicy, place = installationLog(root, system, disk)): string[] =>
    codes(checkLog(place, { policy: given, memory: null, runs: null }));
  assert.deepEqual(codesWith(policyOf([testKey(8, "log")])), ["log_checkpoint_wrong checkpoint"]);
  assert.deepEqual(codesWith(policyOf([{ ...key, purpose: "pool" }])), [
    "log_checkpoint_wrong checkpoint",
  ]);
  assert.deepEqual(codesWith(policyOf([key], { validToMs: sealedMs - 1 })), [
    "log_key_expired checkpoint",
  ]);
  const strict = { ...policyOf([key]), thresholds: { log: 2 } };
  assert.deepEqual(codesWith(strict), ["log_checkpoint_wrong checkpoint"]);
  const other = installationLog(root, "other.local", disk);
  assert.deepEqual(codesWith(policy, other), ["log_checkpoint_wrong checkpoint"]);
});

test("a run that is gone, replaced by an older one, or unknown to the log is found", () => {
  const disk = new SimulatedDisk();
  const older = landRun(disk, "HF_a", "older");
  const seals = [older, landRun(disk, "HF_b", "x"), landRun(disk, "HF_c", "x")];
  const oldDirectory = [...disk.contents()].filter(([path]) =>
    path.startsWith("/root/runs_hf/HF_a/"),
  );
  for (const [path] of oldDirectory) disk.tamper(path, null);
  const newer = landRun(disk, "HF_a", "newer");
  assert.ok(log(disk, [newer, ...seals.slice(1)]).ok);
  assert.deepEqual(codes(checked(disk, { withRuns: true })), []);

  for (const [path, text] of oldDirectory) disk.tamper(path, Buffer.from(text, "latin1"));
  assert.deepEqual(codes(checked(disk, { withRuns: true })), ["log_run_replaced HF_a"]);
  disk.tamper("/root/runs_hf/HF_b", null);
  disk.tamper("/root/runs_hf/HF_c/attestations.intoto.jsonl", null);
  landRun(disk, "HF_d", "new");
  assert.deepEqual(codes(checked(disk, { withRuns: true })), [
    "log_run_replaced HF_a",
    "log_run_missing HF_b",
    "log_run_replaced HF_c",
    "log_run_unlisted HF_d",
  ]);
});

test("a log that nobody trusted signed is one finding, and says nothing of the runs", () => {
  const disk = new SimulatedDisk();
  const seals = ["HF_a", "HF_b"].map((name) => landRun(disk, name, name));
  assert.ok(log(disk, seals).ok);
  const runs = listPresentRuns(disk, root, ["runs_hf", "runs"]);
  assert.ok(runs.ok);
  const strangers = [
    policyOf([testKey(8, "log")]),
    { ...policyOf([key]), thresholds: { log: 2 } },
    { ...policyOf([key]), system: "other.local" },
  ];
  for (const given of strangers) {
    const place = installationLog(root, given.system, disk);
    const check = checkLog(place, { policy: given, memory: null, runs: runs.value });
    assert.deepEqual(codes(check), ["log_checkpoint_wrong checkpoint"]);
    assert.deepEqual([check.checkpoint, check.entries.size], [null, 0]);
  }
});

test("a log that went back, or has another history, is found by what was seen of it", () => {
  const disk = logged(2);
  const early = disk.contents();
  assert.deepEqual(codes(checked(disk, { remember: true })), []);
  assert.ok(log(disk, [seal(2)]).ok);
  assert.deepEqual(codes(checked(disk, { remember: true })), []);

  const late = disk.contents();
  for (const path of [records, checkpoint]) restore(disk, early, path);
  assert.deepEqual(codes(checked(disk)), [], "in itself the older log is whole");
  assert.deepEqual(codes(checked(disk, { remember: true })), ["log_rolled_back checkpoint"]);
  const refused = log(disk, [seal(5)], { remember: true });
  assert.ok(!refused.ok && refused.fault.code === "log_rolled_back");

  // The same keys sign another history of the same length.
  const other = new SimulatedDisk();
  assert.ok(log(other, [seal(7), seal(8), seal(9), seal(10)]).ok);
  for (const path of [records, checkpoint]) restore(disk, other.contents(), path);
  assert.deepEqual(codes(checked(disk, { remember: true })), ["log_rewritten checkpoint"]);
  const rewritten = log(disk, [seal(5)], { remember: true });
  assert.ok(!rewritten.ok && rewritten.fault.code === "log_rewritten");

  for (const path of [records, checkpoint]) disk.tamper(path, null);
  const gone = log(disk, [seal(5)], { remember: true });
  assert.ok(!gone.ok && gone.fault.code === "log_rolled_back");
  for (const path of [records, checkpoint]) restore(disk, late, path);
  assert.deepEqual(codes(checked(disk, { remember: true })), []);
});

test("entries that nobody signed are set aside and never signed", () => {
  const disk = logged(1);
  const whole = disk.contents().get(records) ?? "";
  const foreign = formatRunEntry({ seq: 1, seal: seal(66), loggedMs: sealedMs });
  disk.tamper(records, Buffer.from(`${whole}${foreign}\n`));
  assert.ok(log(disk, [seal(1)]).ok);
  const check = checked(disk);
  assert.deepEqual(codes(check), []);
  assert.deepEqual([...check.entries.keys()], ["HF_0", "HF_1"]);
  assert.equal(disk.contents().get(`${records}.unsigned-${whole.length}`), `${foreign}\n`);
});

test("a log without its checkpoint is not begun anew over its records", () => {
  const disk = logged(2);
  disk.tamper(checkpoint, null);
  const refused = log(disk, [seal(3)]);
  assert.ok(!refused.ok && refused.fault.code === "log_checkpoint_missing");
});

test("growth from an older checkpoint to a newer one has a proof", () => {
  const disk = logged(5);
  const place = installationLog(root, system, disk);
  const lines = (disk.contents().get(records) ?? "")
    .split("\n")
    .slice(0, -1)
    .map((line) => Buffer.from(line));
  for (let oldSize = 1; oldSize <= 5; oldSize++) {
    const proof = proveLogConsistency(place, oldSize, 5);
    assert.ok(proof.ok);
    assert.deepEqual(proof.value, naiveConsistency(oldSize, lines));
    const [oldRoot, now] = [naiveRoot(lines.slice(0, oldSize)), naiveRoot(lines)];
    const claim = { oldSize, oldRoot, size: 5, root: now, proof: proof.value };
    assert.ok(verifyConsistency(claim));
    assert.ok(!verifyConsistency({ ...claim, oldRoot: leafHash(oldRoot) }));
  }
  assert.ok(!proveLogConsistency(place, 3, 6).ok);
});

test("after any crash the log is whole, and what was acknowledged stands in it", (t) => {
  const counted = enumerateCrashes<{ acknowledged: number }>(
    {
      setUp: (disk) => void log(disk, [seal(0)], { remember: true }),
      ledger: () => ({ acknowledged: 1 }),
      run: (disk, ledger) => {
        if (log(disk, [seal(1), seal(2)], { remember: true }).ok) ledger.acknowledged = 3;
      },
      check: (disk, ledger, label) => {
        const before = checked(disk, { remember: true });
        const isClean = codes(before).every((code) => code.startsWith("log_tail_unsigned"));
        assert.ok(isClean, `${label}: ${codes(before).join()}`);
        assert.ok(before.entries.size >= ledger.acknowledged, label);
        const again = log(disk, [seal(0), seal(1), seal(2), seal(3)], { remember: true });
        assert.ok(again.ok, `${label}: ${JSON.stringify(again)}`);
        const after = checked(disk, { remember: true });
        assert.deepEqual(codes(after), [], label);
        assert.deepEqual([...after.entries.keys()], ["HF_0", "HF_1", "HF_2", "HF_3"], label);
      },
    },
    3,
  );
  assertStated(t, "logging runs", counted);
});

test("a crash while the log begins leaves a log that can begin", (t) => {
  const counted = enumerateCrashes<{ done: boolean }>(
    {
      setUp: (disk) => void makeDirectories(disk, root),
      ledger: () => ({ done: false }),
      run: (disk, ledger) => {
        ledger.done = log(disk, [seal(0)]).ok;
      },
      check: (disk, ledger, label) => {
        if (ledger.done) assert.equal(checked(disk).entries.size, 1, label);
        const again = log(disk, [seal(0)]);
        assert.ok(again.ok, `${label}: ${JSON.stringify(again)}`);
        assert.deepEqual(codes(checked(disk)), [], label);
      },
    },
    3,
  );
  assertStated(t, "beginning a log", counted);
});

test("a checkpoint that promises more than the log holds stops the writer", () => {
  const disk = logged(2);
  const known = readUnverifiedCheckpoint(
    Buffer.from(disk.contents().get(checkpoint) ?? "", "latin1"),
  );
  assert.ok(known.ok);
  disk.tamper(checkpoint, Buffer.from(signCheckpoint({ ...known.value, size: 3 }, [key.note])));
  const refused = log(disk, [seal(3)]);
  assert.ok(!refused.ok && refused.fault.code === "log_damaged");
});

test("sealing and logging is one act that can be done again", () => {
  const disk = new SimulatedDisk();
  const directory = "/root/runs_hf/HF_a";
  makeDirectories(disk, directory);
  assert.ok(createDocument(disk, `${directory}/run_manifest.json`, Buffer.from("{}")).ok);
  const act = (): ReturnType<typeof sealAndLogRuns> => sealAll(disk, [directory]);
  const first = act();
  assert.ok(first.ok && first.value[0]?.isNew && first.value[0].logged.isNew, text(first));
  const again = act();
  assert.ok(again.ok && again.value[0]?.isNew === false && !again.value[0].logged.isNew);
  assert.deepEqual(again.value[0].seal, first.value[0].seal);
  assert.deepEqual(codes(checked(disk, { withRuns: true })), []);
  disk.tamper(`${directory}/run_manifest.json`, Buffer.from("[]"));
  const broken = act();
  assert.ok(!broken.ok && broken.fault.code === "seal_broken");
});

test("many runs are entered at once, and one that cannot be sealed stops those behind it", () => {
  const disk = new SimulatedDisk();
  const directories = ["HF_a", "HF_b", "HF_c"].map((name) => `/root/runs_hf/${name}`);
  for (const directory of directories) {
    makeDirectories(disk, directory);
    assert.ok(createDocument(disk, `${directory}/run_manifest.json`, Buffer.from("{}")).ok);
  }
  // A record that was torn: the second run is refused, the first is sealed and entered.
  const torn = `${directories[1]}/deaths.jsonl`;
  assert.ok(createDocument(disk, torn, Buffer.from('{"a":1}\n{"a"')).ok);
  const stopped = sealAll(disk, directories);
  assert.ok(!stopped.ok && stopped.fault.code === "seal_torn_record", text(stopped));
  assert.deepEqual([...checked(disk).entries.keys()], ["HF_a"]);
  assert.deepEqual(codes(checked(disk, { withRuns: true })), []);
  disk.tamper(torn, Buffer.from('{"a":1}\n'));
  const done = sealAll(disk, directories);
  assert.ok(done.ok, text(done));
  assert.deepEqual(
    done.value.map(({ isNew, logged: { index } }) => [isNew, index]),
    [
      [false, 0],
      [true, 1],
      [true, 2],
    ],
  );
  assert.deepEqual(codes(checked(disk, { withRuns: true })), []);
});

test("wherever a batch of seals is cut off, sealing again completes it and the log", (t) => {
  const directories = ["HF_a", "HF_b"].map((name) => `/root/runs_hf/${name}`);
  const counted = enumerateCrashes<{ done: boolean }>(
    {
      setUp(disk) {
        for (const directory of directories) {
          makeDirectories(disk, directory);
          const content = Buffer.from("{}");
          assert.ok(createDocument(disk, `${directory}/run_manifest.json`, content).ok);
        }
      },
      ledger: () => ({ done: false }),
      run(disk, ledger) {
        ledger.done = sealAll(disk, directories).ok;
      },
      check(disk, ledger, label) {
        if (ledger.done) assert.equal(checked(disk).entries.size, 2, label);
        const again = sealAll(disk, directories);
        assert.ok(again.ok, `${label}: ${text(again)}`);
        assert.deepEqual(codes(checked(disk, { withRuns: true })), [], label);
        assert.equal(checked(disk).entries.size, 2, label);
      },
    },
    29,
  );
  assertStated(t, "sealing and logging runs together", counted);
});

function sealAll(
  disk: SimulatedDisk,
  directories: readonly string[],
): ReturnType<typeof sealAndLogRuns> {
  const runs = directories.map((directory) => ({ directory, runId: basename(directory) }));
  return sealAndLogRuns(runs, {
    seal: { system, keys: [testKey(1)], nowMs: sealedMs, fs: disk },
    log: {
      place: installationLog(root, system, disk),
      key,
      policy,
      memory: null,
      nowMs: sealedMs,
      processes,
    },
  });
}

function text(result: unknown): string {
  return JSON.stringify(result);
}

function seal(n: number): RunSeal {
  return {
    runId: `HF_${n}`,
    origin: `${system}/run/HF_${n}`,
    treeSize: n + 1,
    root: leafHash(Buffer.from(`root ${n}`)),
    sealedMs,
    statementSha256: String(n % 10).repeat(64),
  };
}

type Memory = Readonly<{ remember?: boolean; withRuns?: boolean }>;

function log(
  disk: SimulatedDisk,
  seals: readonly RunSeal[],
  { remember = false }: Memory = {},
): ReturnType<typeof logSealedRuns> {
  const memory = remember ? { fs: disk, directory: "/keys/witness", processes } : null;
  const request = { key, policy, memory, nowMs: sealedMs, processes, lockWaitMs: 0 };
  return logSealedRuns(installationLog(root, system, disk), seals, request);
}

function logged(count: number): SimulatedDisk {
  const disk = new SimulatedDisk();
  assert.ok(
    log(
      disk,
      Array.from({ length: count }, (_, n) => seal(n)),
    ).ok,
  );
  return disk;
}

function checked(
  disk: SimulatedDisk,
  { remember = false, withRuns = false }: Memory = {},
): LogCheck {
  const memory = remember ? { fs: disk, directory: "/keys/witness", processes } : null;
  const runs = withRuns ? listPresentRuns(disk, root, ["runs_hf", "runs"]) : ok(null);
  assert.ok(runs.ok);
  return checkLog(installationLog(root, system, disk), { policy, memory, runs: runs.value });
}

function codes({ findings }: LogCheck): string[] {
  return findings.map(({ code, at }) => `${code} ${at}`);
}

function landRun(disk: SimulatedDisk, runId: string, content: string): RunSeal {
  const directory = `/root/runs_hf/${runId}`;
  makeDirectories(disk, directory);
  const made: Result<void, Fault> = createDocument(
    disk,
    `${directory}/run_manifest.json`,
    Buffer.from(`"${content}"`),
  );
  assert.ok(made.ok);
  const sealed = sealRun(directory, {
    runId,
    system,
    keys: [testKey(1)],
    nowMs: sealedMs,
    fs: disk,
  });
  assert.ok(sealed.ok);
  return sealed.value;
}

function restore(disk: SimulatedDisk, contents: ReadonlyMap<string, string>, path: string): void {
  disk.tamper(path, Buffer.from(contents.get(path) ?? "", "latin1"));
}
