import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
import { formatChallenge } from "#arming";
import { isoFromMillis } from "#base";
import {
  type ArmingParty,
  openArmingParty,
  type PolicyDocument,
  partyKeys,
  partyPolicy,
  sshBy,
  temporaryRoot,
} from "#support";
import { runCli } from "./program.ts";

type Ran = Readonly<{ code: number; out: string; err: string }>;

async function assay(...args: readonly string[]): Promise<Ran> {
  const [out, err] = [collector(), collector()];
  const streams = { stdout: out.stream, stderr: err.stream };
  const code = await runCli(args, streams, { version: "0.0.0", image: null });
  return { code, out: out.text(), err: err.text() };
}

function collector(): Readonly<{ stream: Writable; text: () => string }> {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done): void {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => chunks.join("") };
}

/** A target at the time of this machine, a key of Joan's in a ring, and the files of a change. */
type Desk = Readonly<{ party: ArmingParty; at: (name: string) => string; keys: string }>;

async function withDesk(act: (desk: Desk) => Promise<void>): Promise<void> {
  using folder = temporaryRoot();
  const at = (name: string): string => join(folder.path, name);
  const keys = at("keys");
  const made = await assay("keys", "new", "change-approval", "--holder", "joan", "--keys", keys);
  assert.equal(made.code, 0, made.err);
  const record = JSON.parse(readFileSync(join(keys, "change-approval.1.pub.json"), "utf8"));
  const policy = partyPolicy((document: PolicyDocument) => {
    const joan = document.people.find(({ name }) => name === "joan");
    assert.ok(joan?.keys[0] !== undefined);
    joan.keys[0].public_key = record.public_key;
  });
  const party = openArmingParty(at("root"), undefined, policy);
  try {
    party.wallMs = Date.now();
    writeFileSync(at("root/arming/approvers.json"), policy);
    writeFileSync(at("challenge.json"), formatChallenge(party.challenge()));
    writeFileSync(at("ticket.md"), "# First live hour\n");
    writeEvidence(at);
    await act({ party, at, keys });
  } finally {
    party.target.close();
  }
}

function writeEvidence(at: (name: string) => string): void {
  const now = Date.now();
  const write = (name: string, value: object): void => {
    writeFileSync(at(name), `${JSON.stringify(value)}\n`);
  };
  const posture = { type: "halt_posture", read_utc: isoFromMillis(now), switch: { allowed: true } };
  write("switch.json", posture);
  write("healthz.json", {
    service: "marketdata-mcp-server",
    last_tick_epoch_seconds: now / 1000 - 1,
    age_seconds: 1,
    max_age_seconds: 60,
    ok: true,
    forced_stale: false,
  });
  write("report.json", {
    schema: "assay.deploy_report/1",
    meta: { generated_utc: isoFromMillis(now) },
    agents: [
      { agent_name: "marketdata-mcp-server", criticality: "P0", verdict: "ok" },
      { agent_name: "execution-agent", criticality: "P0", verdict: "off" },
      { agent_name: "reporting-agent", criticality: "P2", verdict: "degraded" },
    ],
  });
}

function newArgs(at: Desk["at"], ...more: readonly string[]): readonly string[] {
  return [
    ...["change", "new", "--challenge", at("challenge.json"), "--op", "ARM"],
    ...["--change-url", "https://tracker.example/17", "--change-text", at("ticket.md")],
    ...["--evidence", `switch=${at("switch.json")}`],
    ...["--evidence", `heartbeat=${at("healthz.json")}`],
    ...["--evidence", `deploy_report=${at("report.json")}`],
    ...["--requester", "joan", "--reason", "first live hour", "--out", at("change.json"), ...more],
  ];
}

test("a change goes from a challenge through two people to the target that admits it", async () => {
  await withDesk(async ({ party, at, keys }) => {
    const made = await assay(...newArgs(at));
    assert.equal(made.code, 0, made.err);
    assert.match(made.out, /^written {2}.*change\.json\nchange {3}[0-9a-f]{64}\n$/);
    const file = at("change.json");
    const root = ["--root", at("root")];
    const shown = await assay(
      "change",
      "review",
      file,
      ...root,
      "--file",
      `switch=${at("switch.json")}`,
    );
    assert.equal(shown.code, 0, shown.err);
    assert.match(shown.out, /^what {7}ARM: orders with real money may leave\n/);
    assert.match(shown.out, /\ndigest {5}switch: [0-9a-f]{64}, the same\n/);
    assert.match(shown.out, /\ndigest {5}policy: [0-9a-f]{64}, the same\n/);
    assert.match(shown.out, /\ndigest {5}limits: c{64}, not made again/);
    assert.match(shown.out, /\nWARNING {4}this arms orders with real money \[real_money\]\n/);
    const [, prefix = ""] = /--yes-digest ([0-9a-f]{16})\n/.exec(shown.err) ?? [];

    const joan = at("joan.dsse.json");
    const sign = ["change", "sign", file, "--keys", keys, ...root, "--out", joan];
    const signed = await assay(...sign, "--yes-digest", prefix);
    assert.equal(signed.code, 0, signed.err);
    const change = readFileSync(file);
    writeFileSync(at("grace.sig"), sshBy(change, partyKeys.grace).bytes);

    const verify = ["change", "verify", file, ...root, "--challenge", at("challenge.json")];
    const one = await assay(...verify, "--approval", joan);
    assert.equal(one.code, 1);
    assert.match(one.out, /\[threshold_short\]\nFAIL {7}[0-9a-f]{64}\n$/);
    const both = await assay(
      ...verify,
      "--approval",
      joan,
      "--approval",
      at("grace.sig"),
      "--json",
    );
    assert.equal(both.code, 0, both.out);
    const verdict = JSON.parse(both.out);
    assert.equal(verdict.verdict, "PASS");
    assert.deepEqual(
      verdict.approvers.map(({ person }: { person: string }) => person),
      ["joan", "grace"],
    );
    party.wallMs = Date.now();
    const admitted = party.target.admit(change, [
      { name: "joan", bytes: readFileSync(joan) },
      { name: "grace", bytes: readFileSync(at("grace.sig")) },
    ]);
    assert.ok(admitted.ok, admitted.ok ? "" : admitted.fault.message);
  });
});

const missing = spawnSync("ssh-keygen", ["-?"]).error !== undefined;
const skip = missing && "no ssh-keygen: apt-get install openssh-client";

test("what ssh-keygen signs by the line that review prints is verified", { skip }, async () => {
  await withDesk(async ({ at }) => {
    assert.equal((await assay(...newArgs(at))).code, 0);
    const shown = await assay("change", "review", at("change.json"), "--root", at("root"));
    const [, namespace = ""] = /ssh-keygen -Y sign -f KEY -n (\S+) /.exec(shown.err) ?? [];
    const keygen = (...args: readonly string[]): void => {
      const ran = spawnSync("ssh-keygen", args, { encoding: "utf8", input: "" });
      assert.equal(ran.status, 0, ran.stderr);
    };
    keygen("-q", "-t", "ed25519", "-N", "", "-C", "", "-f", at("key"));
    keygen("-Y", "sign", "-f", at("key"), "-n", namespace, at("change.json"));
    const document = JSON.parse(readFileSync(at("root/arming/approvers.json"), "utf8"));
    document.people[1].keys[0].public_key = readFileSync(at("key.pub"), "utf8").trim();
    writeFileSync(at("policy.json"), JSON.stringify(document));
    const args = ["change", "verify", at("change.json"), "--policy", at("policy.json")];
    const ran = await assay(...args, "--approval", at("change.json.sig"));
    assert.match(ran.out, /^approved {3}grace \(reviewer\)\n/, "the signature holds");
    assert.match(ran.out, /\[policy_digest_differs\]/, "and the policy is another one");
  });
});

test("nothing is signed that was not shown", async () => {
  await withDesk(async ({ at, keys }) => {
    assert.equal((await assay(...newArgs(at))).code, 0);
    const out = at("out.json");
    for (const prefix of ["", "yes", "0123456789a", "f".repeat(65), "0".repeat(12)]) {
      const args = ["sign", at("change.json"), "--keys", keys, "--root", at("root"), "--out", out];
      const ran = await assay("change", ...args, "--yes-digest", prefix);
      assert.equal(ran.code, 4, prefix);
      assert.match(ran.err, /\[change_not_reviewed\]\n$/);
      assert.equal(existsSync(out), false);
    }
  });
});

test("a file that is not the one that the change names is a finding of the review", async () => {
  await withDesk(async ({ at }) => {
    assert.equal((await assay(...newArgs(at))).code, 0);
    writeFileSync(at("ticket.md"), "# Something else\n");
    const file = ["--file", `change_text=${at("ticket.md")}`];
    const ran = await assay("change", "review", at("change.json"), "--root", at("root"), ...file);
    assert.equal(ran.code, 1);
    assert.match(ran.out, /change_text: [0-9a-f]{64}, but DIFFERS: [0-9a-f]{64}\n/);
  });
});

test("bad input is one line, the right exit code, and nothing written", async () => {
  await withDesk(async ({ at }) => {
    writeFileSync(at("bad.json"), "{}\n");
    const cases: readonly (readonly [number, string, readonly string[]])[] = [
      [2, "store_missing", newArgs(at, "--challenge", at("none"))],
      [2, "challenge_malformed", newArgs(at, "--challenge", at("bad.json"))],
      [2, "count_malformed", newArgs(at, "--minutes", "481")],
      [2, "option_unfit", newArgs(at, "--from", "noon")],
      [2, "option_unfit", newArgs(at, "--evidence", "switch")],
      [2, "option_unfit", newArgs(at, "--evidence", `switch=${at("switch.json")}`)],
      [2, "evidence_unknown", newArgs(at, "--evidence", `weather=${at("bad.json")}`)],
      [2, "change_malformed", newArgs(at, "--reason", "two\nlines")],
      [2, "change_malformed", newArgs(at, "--requester", "Ada Lovelace")],
      [2, "change_malformed", newArgs(at, "--proposed", at("bad.json"))],
      [2, "store_missing", ["change", "review", at("none")]],
      [2, "change_malformed", ["change", "review", at("bad.json")]],
      [3, "policy_missing", ["change", "verify", at("bad.json"), "--root", at("nowhere")]],
      [2, "policy_malformed", ["change", "verify", at("bad.json"), "--policy", at("bad.json")]],
    ];
    for (const [code, fault, args] of cases) {
      const ran = await assay(...args);
      assert.equal(ran.code, code, `${fault}: ${ran.out}${ran.err}`);
      assert.match(ran.err, new RegExp(`^assay: [^\\n]+\\[${fault}\\]\\n$`));
      assert.equal(existsSync(at("change.json")), false);
    }
    assert.equal((await assay(...newArgs(at))).code, 0);
    const again = await assay(...newArgs(at));
    assert.equal(again.code, 2);
    assert.match(again.err, /\[change_exists\]\n$/);
  });
});
