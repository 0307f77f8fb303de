import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { landVenueRun, temporaryRoot } from "#support";
import { privateKeyFromSeed } from "../seal/ed25519.ts";
import type { FileSystem } from "../store/file-system.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import type { RetainedRaw } from "../verify/orders/retained-raw.ts";
import { verifyOrders } from "../verify/orders/verify-orders.ts";
import { applyRetention } from "./apply-retention.ts";
import { deletionPath, readDeletion } from "./deletion-log.ts";
import { pinRun } from "./pin-run.ts";
import { planRetention, type RetentionPlan } from "./plan-retention.ts";

const key = privateKeyFromSeed(new Uint8Array(32).fill(7));
const otherKey = privateKeyFromSeed(new Uint8Array(32).fill(8));
const day = 86_400_000;
const ended = Date.parse("2026-01-05T00:05:00.000Z");

test("raw samples stay for the window and go after it, and nothing else goes", () => {
  using root = temporaryRoot();
  const directory = landSealed(root.path);
  assert.deepEqual(reasons(plan(root.path, 29)), ["within_window"]);
  const late = plan(root.path, 31);
  assert.deepEqual(reasons(late), ["older_than_window"]);
  const before = filesOf(directory);
  apply(root.path, late);
  const after = filesOf(directory);
  const gone = [...before.keys()].filter((name) => !after.has(name));
  assert.ok(gone.length > 0);
  assert.ok(gone.every((name) => /^raw\/(event|baseline)_part_\d{4}\.jsonl$/.test(name)));
  for (const [name, digest] of after) assert.equal(before.get(name), digest, name);
  assert.ok(after.has("raw/raw_account.json") && after.has("raw/SHA256SUMS"));
  assert.deepEqual(reasons(plan(root.path, 31)), ["nothing_left"]);
});

test("a plan alone touches nothing", () => {
  using root = temporaryRoot();
  landSealed(root.path);
  const before = filesOf(root.path);
  plan(root.path, 400);
  assert.deepEqual(filesOf(root.path), before);
});

test("what retention took is excused by its signed record, and by nothing less", () => {
  using root = temporaryRoot();
  const directory = landSealed(root.path);
  apply(root.path, plan(root.path, 31));
  const said = (retained?: RetainedRaw): readonly [string, string | null] => {
    const verdict = verifyOrders(directory, retained === undefined ? {} : { retained });
    assert.ok(verdict.ok);
    const claim = verdict.value.claims.find(({ id }) => id === "raw_samples");
    assert.ok(claim);
    return [claim.verdict, claim.reason];
  };
  const id = basename(directory);
  assert.deepEqual(said(), ["FAIL", "raw_file_lost"]);
  assert.deepEqual(said(recordOf(root.path, id, [key.publicKey])), [
    "NOT_APPLICABLE",
    "retained_out",
  ]);
  assert.deepEqual(said(recordOf(root.path, id, null)), ["NOT_MEASURABLE", "deletion_unproven"]);
  const stranger = recordOf(root.path, id, [otherKey.publicKey]);
  assert.deepEqual(said(stranger), ["FAIL", "deletion_signature_wrong"]);
  const honest = recordOf(root.path, id, [key.publicKey]);
  assert.ok(honest.deletion);
  const files = honest.deletion.files.map((file) => ({ ...file, sha256: "0".repeat(64) }));
  const forged = { signed: true, deletion: { ...honest.deletion, files } };
  assert.deepEqual(said(forged), ["FAIL", "raw_file_lost"]);
});

test("a run that a pin, an incident, the stage-2 pool or a full-tier run names is kept", () => {
  const namings: readonly ((root: string, id: string) => void)[] = [
    (root, id) => {
      const pinned = pinRun(root, id);
      assert.ok(pinned.ok && pinned.value);
      const again = pinRun(root, id);
      assert.ok(again.ok && !again.value);
    },
    (root, id) => put(root, "incidents/2026-01-05/incident.md", `# Incident\nrun ${id} was lost\n`),
    (root, id) =>
      put(root, "pools/stage2/pool.jsonl", `${"x".repeat(2 << 20)}{"run_id":"${id}"}\n`),
    (root, id) =>
      put(root, "runs/AUDIT_0123456789abcdef/run_manifest.json", `{"promoted":"${id}"}`),
  ];
  for (const name of namings) {
    using root = temporaryRoot();
    name(root.path, basename(landSealed(root.path)));
    assert.deepEqual(reasons(plan(root.path, 400)), ["named_elsewhere"]);
  }
});

test("a run that is not sealed, whose end is unknown or whose samples were changed is kept", () => {
  const changes: Readonly<Record<string, (directory: string) => void>> = {
    not_sealed: (directory) => rmSync(join(directory, "SHA256SUMS")),
    end_unknown: (directory) => writeFileSync(join(directory, "run_manifest.json"), "{}\n"),
    sums_differ: (directory) => {
      const path = join(directory, "raw/event_part_0001.jsonl");
      chmodSync(path, 0o644);
      writeFileSync(path, "changed\n");
    },
  };
  for (const [reason, change] of Object.entries(changes)) {
    using root = temporaryRoot();
    change(landSealed(root.path));
    assert.deepEqual(reasons(plan(root.path, 400)), [reason]);
  }
});

test("a part that is gone without a record is a difference, not a deletion", () => {
  using root = temporaryRoot();
  rmSync(join(landSealed(root.path), "raw/event_part_0001.jsonl"));
  assert.deepEqual(reasons(plan(root.path, 400)), ["sums_differ"]);
});

test("a keeper that cannot be read stops everything", () => {
  using root = temporaryRoot();
  landSealed(root.path);
  mkdirSync(join(root.path, "incidents"));
  symlinkSync("/nowhere", join(root.path, "incidents", "link"));
  const planned = planRetention({ root: root.path, nowMs: ended + 400 * day, windowDays: 30 });
  assert.ok(!planned.ok);
  assert.equal(planned.fault.code, "retention_keeper_unreadable");
});

test("a window shorter than seven days is refused", () => {
  using root = temporaryRoot();
  for (const windowDays of [6, 0, -1, 7.5, Number.NaN]) {
    const planned = planRetention({ root: root.path, nowMs: ended, windowDays });
    assert.ok(!planned.ok);
    assert.equal(planned.fault.code, "retention_window_invalid");
  }
});

test("full-tier runs are never looked at", () => {
  using root = temporaryRoot();
  const directory = landVenueRun(root.path);
  mkdirSync(join(directory, "raw"));
  writeFileSync(join(directory, "SHA256SUMS"), "");
  assert.deepEqual(plan(root.path, 400).runs, []);
});

test("wherever a deletion is cut short, no file is gone without record; the next finishes", () => {
  for (let cut = 0; ; cut += 1) {
    using root = temporaryRoot();
    const directory = landSealed(root.path);
    const id = basename(directory);
    const whole = filesOf(directory);
    const broken = breakingAt(cut);
    const planned = planAt(root.path, 31);
    const first = applyRetention(planned, request(root.path, broken.fs));
    const lost = [...whole.keys()].filter((name) => !existsSync(join(directory, name)));
    if (lost.length > 0) {
      const { deletion, signed } = recordOf(root.path, id, [key.publicKey]);
      assert.equal(signed, true);
      const named = new Set(deletion?.files.map(({ path }) => path));
      assert.ok(
        lost.every((name) => named.has(name)),
        lost.join(),
      );
    }
    apply(root.path, planAt(root.path, 32));
    assert.deepEqual(reasons(planAt(root.path, 33)), ["nothing_left"], `cut at ${cut}`);
    const verdict = verifyOrders(directory, {
      retained: recordOf(root.path, id, [key.publicKey]),
    });
    assert.ok(verdict.ok);
    const claim = verdict.value.claims.find(({ id: one }) => one === "raw_samples");
    assert.equal(claim?.reason, "retained_out", `cut at ${cut}`);
    if (first.ok) break;
    assert.ok(cut < 60, "the deletion never ends");
  }
});

test("a deletion record that was changed, or is of another run, is no excuse", () => {
  using root = temporaryRoot();
  const id = basename(landSealed(root.path));
  apply(root.path, plan(root.path, 31));
  const path = deletionPath(root.path, id);
  const bytes = readFileSync(path);
  chmodSync(path, 0o644);
  for (const edit of [
    Buffer.from(""),
    Buffer.from("{}\n"),
    Buffer.concat([bytes, bytes]),
    bytes.subarray(0, bytes.length - 1),
  ]) {
    writeFileSync(path, edit);
    const read = readDeletion(nodeFileSystem, root.path, id, [key.publicKey]);
    assert.ok(!read.ok);
    assert.equal(read.fault.code, "deletion_malformed");
  }
  writeFileSync(path, bytes);
  const other = "HF_0123456789abcdef";
  writeFileSync(deletionPath(root.path, other), bytes);
  const read = readDeletion(nodeFileSystem, root.path, other, [key.publicKey]);
  assert.ok(!read.ok);
});

/** A screening run with raw samples and a seal of its own. */
function landSealed(root: string): string {
  const directory = landVenueRun(root, { tier: "tier1_hf" });
  writeFileSync(join(directory, "SHA256SUMS"), "");
  return directory;
}

function plan(root: string, days: number): RetentionPlan {
  return planAt(root, days);
}

function planAt(root: string, days: number): RetentionPlan {
  const planned = planRetention({ root, nowMs: ended + days * day, windowDays: 30 });
  assert.ok(planned.ok);
  return planned.value;
}

function apply(root: string, planned: RetentionPlan): void {
  assert.ok(applyRetention(planned, request(root, nodeFileSystem)).ok);
}

function request(root: string, fs: FileSystem): Parameters<typeof applyRetention>[1] {
  return { root, nowMs: ended + 31 * day, key, fs };
}

function reasons({ runs }: RetentionPlan): readonly string[] {
  return runs.map(({ reason }) => reason);
}

function recordOf(root: string, id: string, keys: Parameters<typeof readDeletion>[3]): RetainedRaw {
  const read = readDeletion(nodeFileSystem, root, id, keys);
  assert.ok(read.ok);
  return read.value;
}

/** A disk that fails for good at a changing operation. */
function breakingAt(cut: number): Readonly<{ fs: FileSystem }> {
  let operations = 0;
  const guard = <Args extends readonly unknown[], Value>(
    act: (...args: Args) => Value,
  ): ((...args: Args) => Value) => {
    return (...args) => {
      operations += 1;
      if (operations > cut) throw Object.assign(new Error("gone"), { code: "EIO" });
      return act(...args);
    };
  };
  const { write, sync, rename, link, unlink, makeDirectory, changeMode, syncDirectory } =
    nodeFileSystem;
  return {
    fs: {
      ...nodeFileSystem,
      write: guard(write),
      sync: guard(sync),
      rename: guard(rename),
      link: guard(link),
      unlink: guard(unlink),
      makeDirectory: guard(makeDirectory),
      changeMode: guard(changeMode),
      syncDirectory: guard(syncDirectory),
    },
  };
}

function put(root: string, name: string, text: string): void {
  const path = join(root, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
}

/** Digests of all files below a directory, by relative path. */
function filesOf(directory: string): Map<string, string> {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    names.map((path) => {
      const digest = createHash("sha256").update(readFileSync(path)).digest("hex");
      return [path.slice(directory.length + 1), digest];
    }),
  );
}
