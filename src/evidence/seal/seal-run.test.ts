import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { bytesToHex } from "#base";
import { assertStated } from "#support";
import { sha256 } from "../merkle/hash.ts";
import { naiveRoot } from "../merkle/naive.ts";
import { makeDirectories } from "../store/document.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { SimulatedDisk } from "../store/simulated-disk.ts";
import { checkSeal, type SealCheck, type SealCheckOptions } from "./check-seal.ts";
import { parseEnvelope, preAuthEncoding } from "./dsse.ts";
import { spkiOf } from "./ed25519.ts";
import { crashWhileRefusing, crashWhileSealing } from "./seal-crash-scenario.ts";
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
const request = { runId, system, keys: [key], nowMs: sealedMs };
const options: SealCheckOptions = { policy, runId };

test("a sealed run checks clean, by every file and every record", () => {
  inRun((directory) => {
    const sealed = sealRun(directory, request);
    assert.ok(sealed.ok, JSON.stringify(sealed));
    assert.equal(sealed.value.origin, `assay.local/run/${runId}`);
    const check = checked(directory, options);
    assert.deepEqual(check.findings, []);
    assert.equal(check.authenticity, "proven");
    assert.deepEqual(check.seal, sealed.value);
    // 7 + 300 + 0 + 3 records, three whole files and the table.
    assert.equal(check.counted.leaves, 7 + 300 + 3 + 3 + 1);
    assert.equal(sealed.value.treeSize, 314);
    assert.equal(check.counted.signatures, 2);
    assert.equal(statSync(join(directory, "death_events.jsonl")).mode & 0o777, 0o444);
  });
});

test("the root is that of the leaves as the contract words them", () => {
  inRun((directory) => {
    const sealed = sealRun(directory, request);
    assert.ok(sealed.ok);
    assert.deepEqual(sealed.value.root, naiveRoot(leavesByContract(directory)));
  });
});

test("the same run, key and time give the same seal", () => {
  const seals = [1, 2].map(() => {
    const disk = new SimulatedDisk();
    writeRun(disk, "/run");
    const sealed = sealRun("/run", { ...request, fs: disk });
    assert.ok(sealed.ok);
    return disk.contents();
  });
  assert.deepEqual(seals[0], seals[1]);
});

test("coreutils and openssl accept a sealed run", { skip: withoutOpenssl() }, () => {
  inRun((directory) => {
    assert.ok(sealRun(directory, request).ok);
    const sums = spawnSync("sha256sum", ["--strict", "-c", "SHA256SUMS"], { cwd: directory });
    assert.equal(sums.status, 0, sums.stderr.toString());

    const pem = spawnSync("openssl", ["pkey", "-pubin", "-inform", "DER"], {
      input: spkiOf(key.publicKey.bytes),
    }).stdout;
    writeFileSync(join(directory, "..", "key.pem"), pem);
    const verify = (message: Uint8Array, signature: Uint8Array): string => {
      writeFileSync(join(directory, "..", "message"), message);
      writeFileSync(join(directory, "..", "signature"), signature);
      const args = ["-verify", "-pubin", "-inkey", "../key.pem", "-rawin", "-in", "../message"];
      const run = spawnSync("openssl", ["pkeyutl", ...args, "-sigfile", "../signature"], {
        cwd: directory,
      });
      return `${run.status} ${run.stdout.toString()}`;
    };

    const note = readFileSync(join(directory, "tlog", "checkpoint"));
    const split = note.lastIndexOf("\n\n");
    const line =
      note
        .subarray(split + 2)
        .toString()
        .trimEnd()
        .split(" ")
        .at(-1) ?? "";
    const text = note.subarray(0, split + 1);
    assert.match(verify(text, Buffer.from(line, "base64").subarray(4)), /^0 .*Success/);
    assert.match(
      verify(Buffer.concat([text, text]), Buffer.from(line, "base64").subarray(4)),
      /^1 /,
    );

    const envelope = parseEnvelope(readFileSync(join(directory, "attestations.intoto.jsonl")));
    assert.ok(envelope.ok);
    const { payloadType, payload, signatures } = envelope.value;
    const signature = signatures[0]?.signature ?? new Uint8Array(0);
    assert.match(verify(preAuthEncoding(payloadType, payload), signature), /^0 .*Success/);
  });
});

test("a directory is sealed once, and what is no plain evidence is not sealed", () => {
  inRun((directory) => {
    writeFileSync(join(directory, ".hidden"), "");
    const hidden = sealRun(directory, request);
    assert.ok(!hidden.ok && hidden.fault.code === "seal_path_unfit");
    rmSync(join(directory, ".hidden"));
    assert.equal(spawnSync("mkfifo", [join(directory, "pipe")]).status, 0);
    const fifo = sealRun(directory, request);
    assert.ok(!fifo.ok && fifo.fault.code === "seal_path_unfit");
    rmSync(join(directory, "pipe"));
    writeFileSync(join(directory, "torn.jsonl"), '{"a":1}\n{"b"');
    const torn = sealRun(directory, request);
    assert.ok(!torn.ok && torn.fault.code === "seal_torn_record");
    assert.deepEqual(readdirSync(directory).sort(), [...runFiles.keys(), "torn.jsonl"].sort());
    rmSync(join(directory, "torn.jsonl"));
    assert.ok(sealRun(directory, request).ok);
    const again = sealRun(directory, request);
    assert.ok(!again.ok && again.fault.code === "seal_exists");
  });
});

test("sums that the run wrote itself must hold, and are then extended", () => {
  inRun((directory) => {
    const sums = [...runFiles].map(([path, content]) => {
      return `${bytesToHex(sha256(Buffer.from(content, "latin1")))}  ${path}\n`;
    });
    const own = sums.join("");
    for (const wrong of [
      own.replace(/^./, "g"),
      own.replace(/^../, "00"),
      `${own}${"0".repeat(64)}  zzz\n`,
    ]) {
      writeFileSync(join(directory, "SHA256SUMS"), wrong);
      const refused = sealRun(directory, request);
      assert.ok(!refused.ok && refused.fault.code === "seal_sums_differ");
      assert.deepEqual(readdirSync(directory).sort(), ["SHA256SUMS", ...runFiles.keys()].sort());
      assert.equal(readFileSync(join(directory, "SHA256SUMS"), "utf8"), wrong);
    }
    writeFileSync(join(directory, "SHA256SUMS"), own);
    assert.ok(sealRun(directory, request).ok);
    assert.deepEqual(checked(directory, options).findings, []);
  });
});

test("a disk that fails while the seal is written is left without a seal", () => {
  const whole = new SimulatedDisk();
  writeRun(whole, "/run");
  const from = whole.operations;
  assert.ok(sealRun("/run", { ...request, fs: whole }).ok);
  const names = ["/run", ...[...runFiles.keys()].map((path) => `/run/${path}`)];
  for (let at = from; at < whole.operations; at += 1) {
    const disk = new SimulatedDisk([{ at, error: "ENOSPC" }]);
    writeRun(disk, "/run");
    if (sealRun("/run", { ...request, fs: disk }).ok) continue;
    const found = [...disk.contents().keys()];
    const isSealed = found.includes("/run/attestations.intoto.jsonl");
    if (isSealed) continue;
    assert.deepEqual(found, names.slice(1), `${at}`);
    assert.equal(disk.look("/run/tlog") ?? disk.look("/run/proofs"), null, `${at}`);
  }
});

test("a record without an end is refused before anything is written", () => {
  const disk = new SimulatedDisk();
  writeRun(disk, "/run");
  const file = disk.open("/run/errors.jsonl", "append", 0o644);
  disk.write(file, Buffer.from('{"n":1}\n{"n'));
  const { operations } = disk;
  const torn = sealRun("/run", { ...request, fs: disk });
  assert.ok(!torn.ok && torn.fault.code === "seal_torn_record");
  assert.equal(disk.operations, operations);
});

test("a crash while a run is refused changes nothing of it, and mended it is sealed", (t) => {
  const counted = crashWhileRefusing();
  assertStated(t, "refusing to seal a run", counted);
  assert.ok(counted.untouched > 0);
});

test("a seal that its own check could not walk is refused before it is begun", () => {
  const entry = { size: 0, permissions: 0o644, owner: 0, kind: "file" } as const;
  const refusal = (count: number, name: (at: number) => string): string => {
    const names = Array.from({ length: count }, (_, at) => ({ name: name(at), kind: entry.kind }));
    const fs = { ...nodeFileSystem, list: () => names, look: () => entry };
    const sealed = sealRun("/nowhere", { ...request, fs });
    return sealed.ok ? "sealed" : `${sealed.fault.code} ${sealed.fault.message}`;
  };
  const part = (at: number): string => `m_execution_raw_part_${at}.json`;
  assert.match(refusal(50_001, part), /^seal_path_unfit with its proofs more than 100000 files/);
  // As many as there is room for pass, and only then is the first one opened.
  assert.match(refusal(49_990, part), /^store_missing/);
  assert.match(
    refusal(99_990, (at) => `${at}.jsonl`),
    /^store_missing/,
  );
  assert.match(
    refusal(49_990, (at) => `${at}.${"x".repeat(450)}`),
    /^seal_path_unfit .* too long/,
  );
});

test("who sealed is judged by the policy alone", () => {
  inRun((directory) => {
    const two = [key, testKey(2)];
    assert.ok(sealRun(directory, { ...request, keys: two }).ok);
    const codes = (given: SealCheckOptions): string[] => {
      const check = checked(directory, given);
      return [check.authenticity, ...new Set(check.findings.map(({ code }) => code))];
    };
    const both = policyOf(two);
    assert.deepEqual(codes({ policy: both, runId }), ["proven"]);
    assert.deepEqual(codes({ policy: { ...both, thresholds: { "run-seal": 2 } }, runId }), [
      "proven",
    ]);
    const three = { ...both, thresholds: { "run-seal": 3 } };
    assert.deepEqual(codes({ policy: three, runId }), ["failed", "seal_threshold_missed"]);
    assert.deepEqual(codes({ policy: null, runId }), ["not_measurable"]);
    assert.deepEqual(codes({ policy: policyOf([testKey(9)]), runId }).slice(0, 2), [
      "failed",
      "seal_signer_untrusted",
    ]);
    // A key that is trusted for something else is no sealer.
    const asLog = policyOf(two.map((sealer) => ({ ...sealer, purpose: "log" as const })));
    assert.deepEqual(codes({ policy: asLog, runId }).slice(0, 2), [
      "failed",
      "seal_signer_untrusted",
    ]);
    const ended = policyOf(two, { validToMs: sealedMs - 1 });
    assert.deepEqual(codes({ policy: ended, runId }), ["failed", "seal_key_expired"]);
    const elsewhere = { ...both, system: "other.local" };
    assert.deepEqual(codes({ policy: elsewhere, runId }), ["failed", "seal_origin_differs"]);
    assert.deepEqual(codes({ policy: both, runId: "HF_other" }), ["proven", "seal_run_differs"]);
  });
});

test("a folder with its own sums may be retained out, and not otherwise be changed", () => {
  const disk = new SimulatedDisk();
  writeRun(disk, "/run");
  makeDirectories(disk, "/run/raw");
  const raw = Buffer.from("raw evidence");
  const sum = bytesToHex(sha256(raw));
  put(disk, "/run/raw/a.bin", raw);
  put(disk, "/run/raw/b.bin", raw);
  put(disk, "/run/raw/SHA256SUMS", Buffer.from(`${sum}  a.bin\n${sum}  b.bin\n`));
  const sealed = sealRun("/run", { ...request, fs: disk, detached: ["raw"] });
  assert.ok(sealed.ok);
  const codes = (isRetainedOut: (path: string) => boolean): string[] => {
    const check = checked("/run", { ...options, fs: disk, isRetainedOut });
    return check.findings.map(({ code, at }) => `${code} ${at}`);
  };
  const none = (): boolean => false;
  assert.deepEqual(codes(none), []);
  disk.unlink("/run/raw/a.bin");
  assert.deepEqual(codes(none), ["seal_file_missing raw/a.bin"]);
  assert.deepEqual(
    codes((path) => path === "raw/a.bin"),
    [],
  );
  put(disk, "/run/raw/a.bin", Buffer.from("other"));
  put(disk, "/run/raw/c.bin", raw);
  assert.deepEqual(codes(none), ["seal_file_differs raw/a.bin", "seal_file_unlisted raw/c.bin"]);
});

test("samples that nobody synced are durable and as their sums say before the seal is", () => {
  const disk = new SimulatedDisk();
  writeRun(disk, "/run");
  makeDirectories(disk, "/run/raw");
  const raw = Buffer.alloc(3000, "raw evidence");
  put(disk, "/run/raw/a.bin", raw);
  put(disk, "/run/raw/SHA256SUMS", Buffer.from(`${bytesToHex(sha256(raw))}  a.bin\n`));
  put(disk, "/run/raw/stray.bin", raw);
  const detached = { ...request, fs: disk, detached: ["raw"] };
  const stray = sealRun("/run", detached);
  assert.ok(!stray.ok && stray.fault.code === "seal_sums_differ");
  assert.match(stray.fault.at ?? "", /raw\/stray\.bin$/);
  disk.unlink("/run/raw/stray.bin");
  assert.ok(sealRun("/run", detached).ok);
  const lost = { label: "all that was not synced", name: never, sector: never, size: never };
  const after = disk.afterCrash(lost);
  assert.deepEqual(checked("/run", { ...options, fs: after }).findings, []);
  assert.ok(after.contents().has("/run/raw/a.bin"));
});

function never(): boolean {
  return false;
}

test("after any crash a run is unsealed or sealed well, and sealing again ends the same", (t) => {
  const counted = crashWhileSealing(11);
  assertStated(t, "sealing a run", counted);
  assert.ok(counted.clean > 0);
});

/** The leaves of docs/contracts/seal.md, read off it and not off the code. */
function leavesByContract(directory: string): Uint8Array[] {
  const leaves: Uint8Array[] = [];
  const wholeFile = (path: string): void => {
    const bytes = readFileSync(join(directory, path));
    if (bytes.length <= 8192)
      leaves.push(Buffer.concat([Buffer.from(`assay/1 document ${path}\n`), bytes]));
    else
      leaves.push(
        Buffer.from(`assay/1 digest ${path}\n${bytes.length} ${bytesToHex(sha256(bytes))}`),
      );
  };
  for (const path of [...runFiles.keys()].sort()) {
    if (!path.endsWith(".jsonl")) {
      wholeFile(path);
      continue;
    }
    const lines = readFileSync(join(directory, path)).toString("latin1").split("\n").slice(0, -1);
    for (const [at, line] of lines.entries()) {
      const body = Buffer.from(line, "latin1");
      const digest = `${body.length} ${bytesToHex(sha256(body))}`;
      const text =
        body.length <= 8192
          ? `assay/1 line ${path} ${at + 1}\n${line}`
          : `assay/1 line-digest ${path} ${at + 1}\n${digest}`;
      leaves.push(Buffer.from(text, "latin1"));
    }
  }
  wholeFile("tlog/files.json");
  return leaves;
}

function checked(directory: string, given: SealCheckOptions): SealCheck {
  const check = checkSeal(directory, given);
  assert.ok(check.ok);
  return check.value;
}

function put(disk: SimulatedDisk, path: string, bytes: Uint8Array): void {
  const file = disk.open(path, "create", 0o644);
  disk.write(file, bytes);
  disk.close(file);
}

function inRun(act: (directory: string) => void): void {
  const above = mkdtempSync(join(tmpdir(), "assay-seal-"));
  try {
    const directory = join(above, runId);
    writeRun(nodeFileSystem, directory);
    act(directory);
  } finally {
    rmSync(above, { recursive: true });
  }
}

function withoutOpenssl(): string | false {
  return spawnSync("openssl", ["version"]).status === 0 ? false : "needs openssl";
}
