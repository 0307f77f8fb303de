import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, test } from "node:test";
import { Command } from "commander";
import { addKeys } from "./keys.ts";
import { createOutput } from "./output.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-keys-cli-"));
after(() => rmSync(folder, { recursive: true }));

test("a key is made, listed, rotated and exported", () => {
  const keys = join(folder, "keys");
  const made = run(keys, "new", "run-seal", "--holder", "me");
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /^made run-seal\.1, key id [0-9a-f]{64}\n$/);
  assert.equal(run(keys, "new", "log").code, 0);
  const again = run(keys, "new", "log");
  assert.equal(again.code, 2);
  assert.match(again.err, /^assay: log\.1 is there already; .*\[key_exists\]\n$/);

  const rotated = run(keys, "rotate", "run-seal", "--overlap-days", "7");
  assert.match(rotated.out, /^made run-seal\.2,/);
  assert.match(rotated.err, /run-seal\.1 is trusted for 7 more days/);
  const listed = run(keys, "ls");
  assert.equal(listed.code, 0);
  assert.match(listed.out, /\nlog\.1 +assay\.local\/log +[0-9a-f]{16} .* ok +yes\n/);
  assert.match(listed.out, /\nrun-seal\.1 .* ok +to \d{4}-\d\d-\d\d\n/);

  assert.match(
    run(keys, "export", "log.1", "--format", "vkey").out,
    /^assay\.local\/log\+[0-9a-f]{8}\+/,
  );
  const pem = join(folder, "log.pem");
  writeFileSync(pem, run(keys, "export", "log.1", "--format", "pem").out);
  assert.match(readFileSync(pem, "utf8"), /^-----BEGIN PUBLIC KEY-----\n/);
  assert.equal(run(keys, "export", "log.9").code, 2);
});

test("another installation's key is trusted by its record, and revoked by its id", () => {
  const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")];
  run(ours, "new", "approval");
  run(theirs, "new", "approval", "--system", "other.local");
  const record = join(folder, "approval.json");
  writeFileSync(record, run(theirs, "export", "approval.1").out);
  const trusted = run(ours, "policy", "--trust", record, "--holder", "second person");
  assert.equal(trusted.code, 0, trusted.err);
  const policy = JSON.parse(trusted.out);
  assert.equal(policy.keys.length, 2);
  assert.equal(policy.keys[1].holder, "second person");
  assert.deepEqual(JSON.parse(run(ours, "policy", "--threshold", "approval=2").out).thresholds, {
    approval: 2,
  });
  const id = JSON.parse(readFileSync(record, "utf8")).key_id;
  assert.notEqual(
    JSON.parse(run(ours, "policy", "--revoke", id.slice(0, 16)).out).keys[1].valid_to,
    null,
  );
  for (const bad of [
    ["--trust", "x"],
    ["--revoke", "0"],
    ["--threshold", "approval"],
    ["--trust", "x", "--revoke", "y"],
  ]) {
    const refused = run(ours, "policy", ...bad);
    assert.equal(refused.code, 2);
    assert.match(refused.err, /^assay: [^\n]+\]\n$/);
  }
});

test("keys that are open to others, absent or under the root are refused in one line", () => {
  const keys = join(folder, "open");
  run(keys, "new", "log");
  chmodSync(join(keys, "log.1.pem"), 0o644);
  const listed = run(keys, "ls");
  assert.equal(listed.code, 1);
  assert.match(listed.out, / key_exposed +yes\n/);
  assert.match(run(keys, "rotate", "log").err, /chmod 600 .*\[key_exposed\]\n$/);
  chmodSync(keys, 0o755);
  assert.match(run(keys, "ls").err, /chmod 700 .*\[keys_exposed\]\n$/);
  assert.match(run(join(folder, "none"), "ls").err, /\[keys_missing\]\n$/);
  const inside = run(join(folder, "root", "keys"), "new", "log", "--root", join(folder, "root"));
  assert.equal(inside.code, 2);
  assert.match(inside.err, /\[keys_inside_root\]\n$/);
});

test("--json gives one JSON line for each key", () => {
  const keys = join(folder, "json");
  run(keys, "new", "pool");
  const [line = "", ...rest] = run(keys, "ls", "--json").out.trim().split("\n");
  const key = JSON.parse(line);
  assert.deepEqual(rest, []);
  assert.deepEqual(
    [key.type, key.label, key.private_key, key.trusted_now],
    ["key", "pool.1", "ok", true],
  );
});

test("openssl reads what is exported", {
  skip: spawnSync("openssl", ["version"]).status === 0 ? false : "needs openssl",
}, () => {
  const keys = join(folder, "pem");
  run(keys, "new", "log");
  const pem = run(keys, "export", "log.1", "--format", "pem").out;
  const read = spawnSync("openssl", ["pkey", "-pubin", "-noout", "-text"], { input: pem });
  assert.match(read.stdout.toString(), /ED25519 Public-Key/i);
});

function run(
  keys: string,
  ...args: readonly string[]
): Readonly<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  let code = -1;
  const program = new Command("assay").exitOverride();
  addKeys(program, {
    output: ({ json }) =>
      createOutput({ stdout: collect(out), stderr: collect(err) }, { json: json === true }),
    end: (exit) => {
      code = exit;
    },
    image: null,
    switches: {},
    environment: {},
  });
  program.parse(["keys", ...args, "--keys", keys], { from: "user" });
  return { code, out: out.join(""), err: err.join("") };
}

function collect(into: string[]): Writable {
  return new Writable({
    write(chunk, _encoding, done): void {
      into.push(String(chunk));
      done();
    },
  });
}
