import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { millisPerDay, utf8ToBytes } from "#base";
import { assertStated } from "#support";
import { privateKeyFromSeed } from "../seal/ed25519.ts";
import { enumerateCrashes } from "../store/crash-driver.ts";
import { nodeFileSystem as fs } from "../store/node-file-system.ts";
import type { SimulatedDisk } from "../store/simulated-disk.ts";
import {
  currentKey,
  installKey,
  policyPath,
  readPolicy,
  rotateKey,
  trust,
} from "./installation-keys.ts";
import { formatKeyRecord, keyLabel, parseKeyRecord } from "./key-record.ts";
import {
  createKey,
  currentOwner,
  type KeyRing,
  listKeys,
  loadSigningKey,
  makeKeyRing,
  openKeyRing,
} from "./key-ring.ts";
import { keysPlace } from "./keys-place.ts";
import { formatPolicy, isValidAt, parsePolicy, type TrustPolicy, trustedKeys } from "./policy.ts";
import { revokeKey, setThreshold, trustKey } from "./policy-changes.ts";

const nowMs = Date.UTC(2026, 10, 21);
const system = "assay.local";
const install = { system, nowMs, holder: "development" };

test("a key is made once, is trusted from then on and can sign", () => {
  inRing((ring) => {
    const made = installKey(ring, { ...install, purpose: "run-seal" });
    assert.ok(made.ok && made.value.generation === 1 && made.value.name === "assay.local/run-seal");
    const again = installKey(ring, { ...install, purpose: "run-seal" });
    assert.ok(!again.ok && again.fault.code === "key_exists");
    const key = currentKey(ring, "run-seal", nowMs);
    assert.ok(key.ok);
    const message = utf8ToBytes("message");
    assert.ok(made.value.publicKey.verify(message, key.value.sign(message)));
    assert.ok(!currentKey(ring, "log", nowMs).ok);
    assert.ok(!currentKey(ring, "run-seal", nowMs - 1).ok, "not trusted before it was made");
    assert.equal(statSync(join(ring.directory, "run-seal.1.pem")).mode & 0o777, 0o600);
    assert.equal(statSync(ring.directory).mode & 0o777, 0o700);
  });
});

test("rotation trusts both keys for the overlap and then the new one alone", () => {
  inRing((ring) => {
    const first = installKey(ring, { ...install, purpose: "log" });
    const laterMs = nowMs + 100 * millisPerDay;
    const second = rotateKey(ring, { purpose: "log", nowMs: laterMs, overlapMs: 7 * millisPerDay });
    assert.ok(first.ok && second.ok && second.value.generation === 2);
    assert.equal(second.value.name, first.value.name);
    const policy = readPolicy(ring, policyPath(ring));
    assert.ok(policy.ok);
    const validAt = (days: number): number[] =>
      trustedKeys(policy.value, "log")
        .filter((key) => isValidAt(key, nowMs + days * millisPerDay))
        .map(({ generation }) => generation);
    assert.deepEqual([-1, 0, 99, 100, 107, 108].map(validAt), [[], [1], [1], [1, 2], [1, 2], [2]]);
    const current = currentKey(ring, "log", laterMs);
    assert.ok(current.ok && current.value.generation === 2);
    const none = rotateKey(ring, { purpose: "pool", nowMs, overlapMs: 0 });
    assert.ok(!none.ok && none.fault.code === "key_missing");
  });
});

test("a private key that others could read, or that is no plain file, is not used", () => {
  inRing((ring) => {
    const made = createKey(ring, { purpose: "log", name: "x/log", createdMs: nowMs });
    assert.ok(made.ok);
    const path = join(ring.directory, "log.1.pem");
    const codeOf = (): string => {
      const key = loadSigningKey(ring, made.value);
      return key.ok ? "ok" : key.fault.code;
    };
    assert.equal(codeOf(), "ok");
    for (const mode of [0o644, 0o640, 0o604, 0o660, 0o400, 0o700]) {
      chmodSync(path, mode);
      assert.equal(codeOf(), "key_exposed", mode.toString(8));
    }
    chmodSync(path, 0o600);
    const stranger = { ...ring, owner: (ring.owner ?? 0) + 1 };
    const foreign = loadSigningKey(stranger, made.value);
    assert.ok(!foreign.ok && foreign.fault.code === "key_exposed");
    renameSync(path, `${path}.real`);
    symlinkSync(`${path}.real`, path);
    assert.equal(codeOf(), "store_not_regular");
    rmSync(path);
    assert.equal(codeOf(), "store_missing");
    assert.equal(spawnSync("mkfifo", ["-m", "600", path]).status, 0);
    assert.equal(codeOf(), "store_not_regular");
    rmSync(path);
    for (const content of [
      "",
      "garbage",
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ]) {
      writeFileSync(path, content, { mode: 0o600 });
      assert.equal(codeOf(), "key_malformed", content);
    }
  });
});

test("a directory of keys is its owner's alone", () => {
  inRing((ring) => {
    for (const mode of [0o755, 0o750, 0o701, 0o777, 0o500]) {
      chmodSync(ring.directory, mode);
      const opened = openKeyRing(ring);
      assert.ok(!opened.ok && opened.fault.code === "keys_exposed", mode.toString(8));
    }
    chmodSync(ring.directory, 0o700);
    const stranger = openKeyRing({ ...ring, owner: (ring.owner ?? 0) + 1 });
    assert.ok(!stranger.ok && stranger.fault.code === "keys_exposed");
    const link = join(ring.directory, "..", "link");
    symlinkSync(ring.directory, link);
    const linked = openKeyRing({ ...ring, directory: link });
    assert.ok(!linked.ok && linked.fault.code === "keys_not_directory");
    const absent = openKeyRing({ ...ring, directory: `${ring.directory}-none` });
    assert.ok(!absent.ok && absent.fault.code === "keys_missing");
  });
});

test("a private key that is not the one of its record is refused", () => {
  inRing((ring) => {
    const one = createKey(ring, { purpose: "log", name: "x", createdMs: nowMs });
    const two = createKey(ring, { purpose: "log", name: "x", createdMs: nowMs });
    assert.ok(one.ok && two.ok && two.value.generation === 2);
    renameSync(join(ring.directory, "log.2.pem"), join(ring.directory, "log.1.pem"));
    const swapped = loadSigningKey(ring, one.value);
    assert.ok(!swapped.ok && swapped.fault.code === "key_differs");
    renameSync(join(ring.directory, "log.2.pub.json"), join(ring.directory, "log.1.pub.json"));
    const listed = listKeys(ring);
    assert.ok(!listed.ok && listed.fault.code === "key_record_malformed");
  });
});

test("openssl reads our private keys", { skip: withoutOpenssl() }, () => {
  inRing((ring) => {
    const made = createKey(ring, { purpose: "log", name: "x", createdMs: nowMs });
    assert.ok(made.ok);
    const pem = join(ring.directory, "log.1.pem");
    const der = spawnSync("openssl", ["pkey", "-in", pem, "-pubout", "-outform", "DER"]);
    assert.deepEqual(der.stdout.subarray(12), Buffer.from(made.value.publicKey.bytes));
  });
});

test("key records have one spelling and no inconsistent parts", () => {
  const publicKey = privateKeyFromSeed(new Uint8Array(32).fill(1)).publicKey;
  const record = {
    purpose: "log",
    generation: 3,
    name: "a/log",
    publicKey,
    createdMs: nowMs,
  } as const;
  const bytes = formatKeyRecord(record);
  const read = parseKeyRecord(bytes);
  assert.ok(read.ok && keyLabel(read.value) === "log.3");
  assert.deepEqual(formatKeyRecord(read.value), bytes);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Uint8Array.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const other = parseKeyRecord(changed);
    // Time, generation and purpose may be other ones, but then they are read as other ones.
    if (other.ok) assert.notDeepEqual(formatKeyRecord(other.value), bytes);
  }
});

test("a policy reads back as it was written", () => {
  const policy = somePolicy();
  const read = parsePolicy(formatPolicy(policy));
  assert.ok(read.ok);
  assert.deepEqual(formatPolicy(read.value), formatPolicy(policy));
  assert.deepEqual(read.value.thresholds, { approval: 2 });
});

test("a policy that says anything unclear is refused", () => {
  const good = Buffer.from(formatPolicy(somePolicy())).toString();
  const [first, second] = good.match(/"public_key": "[^"]+"/g) ?? [];
  const bad = new Map([
    [good.replace('"v": 1', '"v": 2'), "policy_malformed"],
    [good.replace('"v": 1', '"v": 1, "v": 1'), "policy_malformed"],
    [good.replace('"v": 1', '"v": 1, "extra": 1'), "policy_malformed"],
    [good.replace('"run-seal"', '"anything"'), "policy_malformed"],
    [good.replace("2026-11-21T00:00:00.000Z", "yesterday"), "policy_malformed"],
    [good.replace('"valid_to": null', '"valid_to": "2020-01-01"'), "policy_malformed"],
    [good.replace('"approval": 2', '"approval": 0'), "policy_malformed"],
    [good.replace(second ?? "", first ?? ""), "policy_key_reused"],
    [good.replace(first ?? "", '"public_key": "AAAA"'), "policy_malformed"],
    [good.replace('"assay.local"', '"assay local"'), "policy_malformed"],
    [`\ufeff${good}`, "policy_malformed"],
    ["", "policy_malformed"],
    ["[".repeat(100_000), "policy_malformed"],
  ]);
  for (const [text, code] of bad) {
    const read = parsePolicy(utf8ToBytes(text));
    assert.ok(!read.ok && read.fault.code === code, text.slice(0, 200));
  }
});

test("a crash while keys are made or rotated leaves a ring that works", (t) => {
  const ringOn = (disk: SimulatedDisk): KeyRing => ({ fs: disk, directory: "/keys", owner: 0 });
  const counted = enumerateCrashes<{ done: boolean }>({
    setUp: (disk) => {
      const ring = makeKeyRing(ringOn(disk));
      assert.ok(ring.ok && installKey(ring.value, { ...install, purpose: "log" }).ok);
    },
    ledger: () => ({ done: false }),
    run: (disk, ledger) => {
      const rotated = rotateKey(ringOn(disk), { purpose: "log", nowMs, overlapMs: 1000 });
      ledger.done = rotated.ok;
    },
    check: (disk, ledger, label) => {
      const key = currentKey(ringOn(disk), "log", nowMs);
      assert.ok(key.ok, `${label}: ${JSON.stringify(key)}`);
      if (ledger.done) assert.equal(key.value.generation, 2, label);
      const next = rotateKey(ringOn(disk), { purpose: "log", nowMs, overlapMs: 1000 });
      assert.ok(next.ok, `${label}: ${JSON.stringify(next)}`);
    },
  });
  assertStated(t, "rotating a key", counted);
});

test("a crash while the policy is changed leaves the old one or the new one", (t) => {
  const ringOn = (disk: SimulatedDisk): KeyRing => ({ fs: disk, directory: "/keys", owner: 0 });
  const { publicKey } = privateKeyFromSeed(new Uint8Array(32).fill(9));
  const [purpose, name] = ["approval", "b/approval"] as const;
  const theirs = { purpose, generation: 1, name, publicKey, createdMs: nowMs };
  const changes: readonly ((ring: KeyRing) => boolean)[] = [
    (ring) => trustKey(ring, theirs, { nowMs, holder: "second person" }).ok,
    (ring) => setThreshold(ring, purpose, 2).ok,
    (ring) => revokeKey(ring, publicKey.id, nowMs + 5).ok,
  ];
  const changesIn = ({ keys, thresholds }: TrustPolicy): number => {
    const trusted = keys.find(({ id }) => id === publicKey.id);
    if (trusted === undefined) return 0;
    if (thresholds.approval !== 2) return 1;
    return trusted.validToMs === null ? 2 : 3;
  };
  const counted = enumerateCrashes<{ changes: number }>(
    {
      setUp: (disk) => {
        const ring = makeKeyRing(ringOn(disk));
        assert.ok(ring.ok && installKey(ring.value, { ...install, purpose }).ok);
      },
      ledger: () => ({ changes: 0 }),
      run: (disk, ledger) => {
        for (const change of changes) {
          if (!change(ringOn(disk))) return;
          ledger.changes += 1;
        }
      },
      check: (disk, ledger, label) => {
        const policy = readPolicy(ringOn(disk), policyPath(ringOn(disk)));
        assert.ok(policy.ok, label);
        const found = changesIn(policy.value);
        assert.ok(found >= ledger.changes, `${label}: ${found} of ${ledger.changes}`);
        for (const change of changes.slice(found)) assert.ok(change(ringOn(disk)), label);
      },
    },
    3,
  );
  assertStated(t, "changing the policy", counted);
});

test("the policy is changed key by key, and trust only ever ends earlier", () => {
  inRing((ring) => {
    assert.ok(installKey(ring, { ...install, purpose: "approval" }).ok);
    const publicKey = privateKeyFromSeed(new Uint8Array(32).fill(9)).publicKey;
    const theirs = {
      purpose: "approval",
      generation: 1,
      name: "b/approval",
      publicKey,
      createdMs: nowMs,
    } as const;
    const terms = { nowMs, holder: "second person" };
    assert.ok(trustKey(ring, theirs, terms).ok);
    const twice = trustKey(ring, { ...theirs, purpose: "log" }, terms);
    assert.ok(!twice.ok && twice.fault.code === "policy_key_reused");
    assert.ok(setThreshold(ring, "approval", 2).ok);
    assert.ok(!setThreshold(ring, "approval", 0).ok);
    assert.ok(revokeKey(ring, publicKey.id.slice(0, 12), nowMs + 5).ok);
    assert.ok(revokeKey(ring, publicKey.id, nowMs + 9).ok);
    const policy = readPolicy(ring, policyPath(ring));
    assert.ok(policy.ok);
    const revoked = policy.value.keys.find(({ id }) => id === publicKey.id);
    assert.deepEqual([revoked?.validToMs, revoked?.holder], [nowMs + 5, "second person"]);
    assert.deepEqual(policy.value.thresholds, { approval: 2 });
    for (const start of ["", publicKey.id.slice(0, 7), "0".repeat(64)]) {
      const missing = revokeKey(ring, start, nowMs);
      assert.ok(!missing.ok && missing.fault.code === "key_missing");
    }
  });
});

test("keys do not lie under the root, not even through a link", () => {
  inRing((ring) => {
    const above = join(ring.directory, "..");
    const codeOf = (directory: string, root: string | null): string => {
      const place = keysPlace(directory, root);
      return place.ok ? "ok" : place.fault.code;
    };
    assert.equal(codeOf(ring.directory, null), "ok");
    assert.equal(codeOf(ring.directory, join(above, "root")), "ok");
    assert.equal(codeOf(ring.directory, above), "keys_inside_root");
    assert.equal(codeOf(ring.directory, ring.directory), "keys_inside_root");
    symlinkSync(above, join(above, "link"));
    assert.equal(codeOf(join(above, "link", "new", "keys"), above), "keys_inside_root");
    assert.equal(codeOf(join(above, "..keys"), join(above, "root")), "ok");
    assert.equal(codeOf(join(above, "..keys"), above), "keys_inside_root");
  });
});

test("a ring holds nothing but its files", () => {
  inRing((ring) => {
    assert.ok(installKey(ring, { ...install, purpose: "log" }).ok);
    assert.deepEqual(readdirSync(ring.directory).sort(), [
      "log.1.pem",
      "log.1.pub.json",
      "policy.json",
    ]);
    const text = readFileSync(policyPath(ring), "utf8");
    assert.ok(!text.includes("PRIVATE"));
    const other = installKey(ring, { ...install, system: "other", purpose: "pool" });
    assert.ok(!other.ok && other.fault.code === "key_system_differs");
  });
});

function somePolicy(): TrustPolicy {
  const terms = { validFromMs: nowMs, validToMs: null, holder: "one" };
  const keys = (["run-seal", "approval"] as const).map((purpose, at) => {
    const { publicKey } = privateKeyFromSeed(new Uint8Array(32).fill(at + 1));
    return trust(
      { purpose, generation: 1, name: `a/${purpose}`, publicKey, createdMs: nowMs },
      terms,
    );
  });
  return { system, keys, thresholds: { approval: 2 } };
}

function inRing(act: (ring: KeyRing) => void): void {
  const above = mkdtempSync(join(tmpdir(), "assay-keys-"));
  try {
    mkdirSync(join(above, "a"));
    const ring = makeKeyRing({ fs, directory: join(above, "a", "keys"), owner: currentOwner() });
    assert.ok(ring.ok);
    act(ring.value);
  } finally {
    rmSync(above, { recursive: true });
  }
}

function withoutOpenssl(): string | false {
  return spawnSync("openssl", ["version"]).status === 0 ? false : "needs openssl";
}
