import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { before, test } from "node:test";
import { assay, type Ended, makeFolder, runsOf, tiny } from "./assay.ts";

const folder = makeFolder();
const root = join(folder, "root");
const keys = join(folder, "keys");
const campaign = ["evolve", ...tiny, "--seeds", "3", "--root", root];
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const hasPython = spawnSync("python3", ["--version"]).status === 0;
const hasSums = spawnSync("sha256sum", ["--version"]).status === 0;

before(async () => {
  const run = await assay([...campaign, "--keys", keys, "--dev-keys"]);
  assert.equal(run.code, 0, run.stderr);
  assert.match(
    run.stderr,
    /^made development keys run-seal\.1, log\.1 and pool\.1 in .*, mode 0600$/m,
  );
  assert.match(run.stdout, /^seals {3}3 runs signed for assay\.local and entered in its log/m);
});

function verify(run: string, ...options: readonly string[]): Promise<Ended> {
  return assay(["verify", run, "--root", root, "--keys", keys, ...options]);
}

/** Words of the claims about the seal; findings by code. */
async function judged(
  run: string,
  ...options: readonly string[]
): Promise<Readonly<{ code: number | null; words: readonly string[]; codes: readonly string[] }>> {
  const { code, stdout, stderr } = await verify(run, ...options, "--json");
  assert.ok(stdout.startsWith("{"), stderr);
  const { claims, findings } = JSON.parse(stdout) as {
    claims: { id: string; verdict: string }[];
    findings: { claim: string; code: string }[];
  };
  const ids = ["seal", "authenticity", "installation_log"];
  const words = ids.map((id) => claims.find((claim) => claim.id === id)?.verdict ?? "absent");
  const codes = findings.map((finding) => `${finding.claim} ${finding.code}`);
  return { code, words, codes: [...new Set(codes)] };
}

test("every run is signed, logged and passes, and a second time nothing changes", async () => {
  assert.equal(statSync(join(keys, "run-seal.1.pem")).mode & 0o777, 0o600);
  for (const run of runsOf(root)) {
    const passed = { code: 0, words: ["PASS", "PASS", "PASS"], codes: [] };
    assert.deepEqual(await judged(run), passed, run);
  }
  const before = treeOf(root);
  const again = await assay([...campaign, "--keys", keys]);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /^seals {3}0 runs signed .*, 3 there$/m);
  assert.deepEqual(treeOf(root), before);
  const replayed = await assay(["replay", runsOf(root)[0] ?? "", "--root", root]);
  assert.equal(replayed.code, 0, replayed.stdout);
});

test("the campaign's record names the sums that the seal signs", () => {
  const [name = ""] = readdirSync(join(root, "campaigns"));
  const record = readFileSync(join(root, "campaigns", name), "utf8");
  for (const run of runsOf(root)) {
    const digest = sha256Of(readFileSync(join(run, "SHA256SUMS")));
    assert.ok(record.includes(`"seal_sha256":"${digest}"`), run);
  }
});

test("sha256sum checks a sealed run without us", { skip: !hasSums && "no sha256sum" }, () => {
  for (const cwd of runsOf(root)) {
    const { status, stderr } = spawnSync("sha256sum", ["-c", "--strict", "SHA256SUMS"], { cwd });
    assert.equal(status, 0, stderr.toString());
  }
});

test("openssl checks seal and log", {
  skip: !hasOpenssl && "no openssl",
}, async () => {
  const [run = ""] = runsOf(root);
  const sealer = await publicKey("run-seal.1");
  const envelope = JSON.parse(
    readFileSync(join(run, "attestations.intoto.jsonl"), "utf8"),
  ) as Readonly<{ payload: string; payloadType: string; signatures: { sig: string }[] }>;
  const payload = Buffer.from(envelope.payload, "base64");
  const type = envelope.payloadType;
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  const signed = Buffer.concat([Buffer.from(head), payload]);
  const signature = Buffer.from(envelope.signatures[0]?.sig ?? "", "base64");
  assert.ok(opensslAccepts(sealer, signed, signature));
  assert.equal(opensslAccepts(sealer, Buffer.concat([signed, Buffer.from(" ")]), signature), false);
  for (const [path, key] of [
    [join(run, "tlog", "checkpoint"), sealer],
    [join(root, "log", "checkpoint"), await publicKey("log.1")],
  ] as const) {
    const [text = "", lines = ""] = readFileSync(path, "utf8").split("\n\n");
    const note = Buffer.from(lines.trim().split(" ").at(-1) ?? "", "base64");
    assert.ok(opensslAccepts(key, Buffer.from(`${text}\n`), note.subarray(4)), path);
  }
});

test("the second verifier accepts the runs with their log, and the pool", {
  skip: !hasPython && "no python3",
}, () => {
  const script = join(import.meta.dirname, "../../tools/verify_py/verify.py");
  const places = [...runsOf(root), join(root, "pools", "stage1")];
  const policy = ["--policy", join(keys, "policy.json")];
  const { status, stdout } = spawnSync("python3", [script, ...places, ...policy], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout);
  assert.equal(stdout.match(/^PASS {2}\//gm)?.length, places.length, stdout);
  assert.match(stdout, /^PASS {11}installation_log /m);
});

test("whom to trust comes from the verifier: nobody, somebody else, or no question", async () => {
  const [run = ""] = runsOf(root);
  const nobody = await judged(run, "--keys", join(folder, "no-keys"));
  assert.deepEqual([nobody.code, ...nobody.words], [3, "PASS", "NOT_MEASURABLE", "NOT_MEASURABLE"]);
  const others = join(folder, "others");
  for (const purpose of ["run-seal", "log"]) {
    const made = await assay(["keys", "new", purpose, "--keys", others, "--root", root]);
    assert.equal(made.code, 0, made.stderr);
  }
  const policy = ["--policy", join(others, "policy.json")];
  const wrong = await judged(run, ...policy);
  assert.deepEqual([wrong.code, ...wrong.words], [1, "PASS", "FAIL", "FAIL"]);
  assert.ok(wrong.codes.includes("authenticity seal_signer_untrusted"));
  const right = await judged(run, "--policy", join(keys, "policy.json"));
  assert.deepEqual([right.code, ...right.words], [0, "PASS", "PASS", "PASS"]);
  const half = JSON.parse(readFileSync(join(keys, "policy.json"), "utf8")) as { keys: object[] };
  const sealers = half.keys.filter((key) => "purpose" in key && key.purpose === "run-seal");
  const path = join(folder, "sealers.json");
  writeFileSync(path, JSON.stringify({ ...half, keys: sealers }));
  const ofSeals = await judged(run, "--policy", path);
  assert.deepEqual([ofSeals.code, ...ofSeals.words], [3, "PASS", "PASS", "NOT_MEASURABLE"]);
  const unasked = await judged(run, ...policy, "--integrity-only");
  assert.deepEqual(
    [unasked.code, ...unasked.words],
    [0, "PASS", "NOT_APPLICABLE", "NOT_APPLICABLE"],
  );
});

test("a run that was taken away is missed by every run of its root", async () => {
  const [run = "", other = ""] = runsOf(root);
  await withCopy(run, async () => {
    rmSync(run, { recursive: true });
    const found = await judged(other);
    assert.deepEqual([found.code, ...found.words], [1, "PASS", "PASS", "FAIL"]);
    assert.deepEqual(found.codes, ["installation_log log_run_missing"]);
    const said = await verify(other);
    assert.match(said.stdout, new RegExp(`${basename(run)}: the log says that it was sealed`));
    const again = await assay([...campaign, "--keys", keys]);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /^assay: the log knows this run as sealed.*restore.*\[run_gone\]$/m);
    assert.equal(existsSync(run), false);
  });
});

test("a seal taken off is found; one never finished is finished by the campaign", async () => {
  const [run = ""] = runsOf(root);
  await withCopy(run, async () => {
    rmSync(join(run, "attestations.intoto.jsonl"));
    const found = await judged(run);
    assert.equal(found.code, 1);
    assert.ok(found.codes.includes("installation_log log_run_replaced"), found.codes.join());
    const alone = await judged(run, "--integrity-only");
    assert.deepEqual([alone.code, alone.codes], [1, ["seal seal_incomplete"]]);
    const said = await verify(run, "--integrity-only");
    assert.match(said.stdout, /to do: when its sealing was cut off, run the same campaign again/);
  });
  const fresh = join(folder, "fresh");
  const args = ["evolve", ...tiny, "--seeds", "1", "--root", fresh, "--keys", keys];
  assert.equal((await assay(args)).code, 0);
  const [begun = ""] = runsOf(fresh);
  // As a crash between the last two files of the seal leaves it, before the log.
  rmSync(join(begun, "attestations.intoto.jsonl"));
  rmSync(join(fresh, "log"), { recursive: true });
  rmSync(join(keys, "witness", witnessOf(fresh)), { recursive: true });
  const again = await assay(args);
  assert.match(again.stdout, /^seals {3}1 run signed/m, again.stderr);
  const whole = await assay(["verify", begun, "--root", fresh, "--keys", keys]);
  assert.equal(whole.code, 0, whole.stdout);
});

test("a root begun anew at an old path is sealed with the same keys, and its pool", async () => {
  const anew = join(folder, "anew");
  const args = ["evolve", ...tiny, "--seeds", "1", "--root", anew, "--keys", keys];
  assert.equal((await assay(args)).code, 0);
  const pool = join(anew, "pools");
  renameSync(pool, `${pool}.away`);
  const lost = await assay(args);
  assert.notEqual(lost.code, 0);
  assert.match(lost.stderr, /the pool has 0 records, and had \d+ when last seen at this path; /);
  assert.match(lost.stderr, /restore the pool .*or move its runs .* away .*\[pool_rolled_back\]/);
  renameSync(anew, `${anew}.away`);
  const again = await assay(args);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, /^this root is new; what was seen of the former/m);
});

test("without keys the runs stay unsigned, and the campaign says how to make some", async () => {
  const unsigned = join(folder, "unsigned");
  const none = ["--root", unsigned, "--keys", join(folder, "none")];
  const run = await assay(["evolve", ...tiny, "--seeds", "1", ...none]);
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /^seals {3}unsigned; assay keys new run-seal and assay keys new log/m);
  assert.equal(existsSync(join(folder, "none")), false);
  const [directory = ""] = runsOf(unsigned);
  assert.equal(existsSync(join(directory, "tlog")), false);
  assert.equal((await assay(["verify", directory, ...none])).code, 3);
  assert.equal((await assay(["verify", directory, ...none, "--integrity-only"])).code, 0);
});

test("keys that others can read stop a campaign before it begins", async () => {
  const open = join(folder, "open-keys");
  cpSync(keys, open, { recursive: true });
  chmodSync(open, 0o700);
  chmodSync(join(open, "log.1.pem"), 0o644);
  const place = join(folder, "never");
  const run = await assay(["evolve", ...tiny, "--seeds", "1", "--root", place, "--keys", open]);
  assert.equal(run.code, 2);
  assert.match(run.stderr, /^assay: .*chmod 600 .*\[key_exposed\]\n$/);
  assert.equal(existsSync(join(place, "runs_hf")), false);
});

/** Lets a test spoil a run and puts it back. */
async function withCopy(run: string, act: () => Promise<void>): Promise<void> {
  const kept = `${run.replace("runs_hf", "kept")}.kept`;
  cpSync(run, kept, { recursive: true, preserveTimestamps: true });
  try {
    await act();
  } finally {
    rmSync(run, { recursive: true, force: true });
    renameSync(kept, run);
  }
}

function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The folder of the memory of this root. */
function witnessOf(place: string): string {
  return sha256Of(Buffer.from(realpathSync(place))).slice(0, 32);
}

async function publicKey(label: string): Promise<string> {
  const said = await assay(["keys", "export", label, "--keys", keys, "--format", "pem"]);
  const path = join(folder, `${label}.pub.pem`);
  writeFileSync(path, said.stdout);
  return path;
}

function opensslAccepts(key: string, message: Buffer, signature: Buffer): boolean {
  const [text, proof] = [join(folder, "message"), join(folder, "signature")];
  writeFileSync(text, message);
  writeFileSync(proof, signature);
  const args = ["pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", text];
  return spawnSync("openssl", [...args, "-sigfile", proof]).status === 0;
}

/** Every file under a root with its digest; locks count their holders. */
function treeOf(place: string): Readonly<Record<string, string>> {
  const entries = readdirSync(place, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.includes(".lock"))
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.toSorted().map((path) => [path, sha256Of(readFileSync(path))]));
}
