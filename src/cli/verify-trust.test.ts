import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
import {
  keysPlace,
  makeDevelopmentKeys,
  openRunSealer,
  type RunSealer,
  type Verdict,
} from "#evidence";
import { eventfulRun, landRun, temporaryRoot } from "#support";
import { runCli } from "./program.ts";

type Said = Readonly<{ code: number; out: string; err: string }>;

/** One command line, in this process. */
async function assay(...args: readonly string[]): Promise<Said> {
  const heard = { out: "", err: "" };
  const into = (key: "out" | "err"): Writable =>
    new Writable({
      write(chunk, _encoding, done): void {
        heard[key] += String(chunk);
        done();
      },
    });
  const streams = { stdout: into("out"), stderr: into("err") };
  const code = await runCli(args, streams, { version: "0.0.0", image: null });
  return { code, ...heard };
}

/** Keys of an installation's own, and what they sign runs of this root with. */
function sealerOf(keys: string, root: string): RunSealer {
  const place = keysPlace(keys, root);
  assert.ok(place.ok, JSON.stringify(place));
  assert.ok(makeDevelopmentKeys(place.value, Date.now()).ok);
  const sealer = openRunSealer(place.value, root, { nowMillis: Date.now });
  assert.ok(sealer.ok && sealer.value !== null);
  return sealer.value;
}

test("only a verdict under the installation's own policy is the verdict of the run", async () => {
  using root = temporaryRoot();
  using folder = temporaryRoot();
  using other = temporaryRoot();
  const [ours, theirs] = [join(folder.path, "ours"), join(folder.path, "theirs")];
  const signed = landRun(root.path, eventfulRun());
  const sealer = sealerOf(ours, root.path);
  assert.ok(sealer.seal(signed.directory, signed.run_id).ok);
  sealerOf(theirs, other.path);
  const place = ["--root", root.path];
  const kept = (name: string): string | null => {
    const path = join(root.path, "verdicts", signed.run_id, name);
    return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Verdict).verdict : null;
  };
  const others = [
    ["other_policy", 1, "--policy", join(theirs, "policy.json")],
    ["other_policy", 1, "--keys", theirs],
    ["integrity_only", 0, "--integrity-only"],
    ["no_policy", 3, "--keys", join(folder.path, "none")],
  ] as const;
  for (const own of [null, "PASS"]) {
    for (const [basis, code, ...trusting] of others) {
      const said = await assay("verify", signed.run_id, ...place, ...trusting);
      assert.equal(said.code, code, said.err);
      assert.match(said.err, new RegExp(`verdict\\.${basis}\\.json; not the run's own`));
      assert.equal(kept("verdict.json"), own, basis);
    }
    assert.equal((await assay("verify", signed.run_id, ...place, "--keys", ours)).code, 0);
    assert.equal(kept("verdict.json"), "PASS");
  }
  assert.equal(kept("verdict.other_policy.json"), "FAIL");
  // The installation itself is told of a log that was spoiled, and keeps it as the run's verdict.
  writeFileSync(join(root.path, "log", "checkpoint"), "nothing\n");
  assert.equal((await assay("verify", signed.run_id, ...place, "--keys", ours)).code, 1);
  assert.equal(kept("verdict.json"), "FAIL");
});

test("an unsigned run does not pass for having been asked for its integrity alone", async () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const none = ["--root", root.path, "--keys", join(root.path, "..", "no-such-keys")];
  assert.equal((await assay("verify", run.run_id, ...none)).code, 3);
  assert.equal((await assay("verify", run.run_id, ...none, "--integrity-only")).code, 0);
  const own = readFileSync(join(root.path, "verdicts", run.run_id, "verdict.json"), "utf8");
  assert.equal((JSON.parse(own) as Verdict).verdict, "NOT_MEASURABLE");
});

test("under another's policy nothing is said of the runs in a log unknown to it", async () => {
  using root = temporaryRoot();
  using folder = temporaryRoot();
  using other = temporaryRoot();
  const sealer = sealerOf(join(folder.path, "ours"), root.path);
  const runs = [1, 2, 3].map((seed) => landRun(root.path, { ...eventfulRun(), seed }));
  for (const { directory, run_id } of runs) assert.ok(sealer.seal(directory, run_id).ok);
  sealerOf(join(folder.path, "theirs"), other.path);
  const policy = join(folder.path, "theirs", "policy.json");
  const said = await assay("verify", "latest", "--root", root.path, "--policy", policy);
  assert.equal(said.code, 1, said.err);
  assert.match(said.out, /\[log_checkpoint_wrong\]/);
  assert.doesNotMatch(said.out, /log_run_unlisted|taken away/);
  assert.match(said.out, /to do: nothing is known of the runs in this log: ask for the policy/);
});
