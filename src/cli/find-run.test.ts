import assert from "node:assert/strict";
import { existsSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
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

/** Runs of these tests are not signed, and no keys of the machine are looked at. */
function verify(...args: readonly string[]): Promise<Said> {
  return assay("verify", ...args, "--integrity-only");
}

test("what is no run is none in any verb: exit 2, and what lists the runs", async () => {
  using root = temporaryRoot();
  landRun(root.path, eventfulRun());
  const place = ["--root", root.path];
  const asked = [
    ["verify", root.path, "--integrity-only"],
    ["verify", join(root.path, "runs_hf"), ...place, "--integrity-only"],
    ["show", root.path],
    ["replay", root.path],
    ["diverge", root.path, root.path],
    ...["verify", "show", "replay"].map((verb) => [verb, "HF_ffff", ...place]),
    ["diverge", "HF_ffff", "HF_ffff", ...place],
    ["verify", "nowhere", ...place],
  ];
  for (const line of asked) {
    const said = await assay(...line);
    assert.deepEqual([said.code, said.out], [2, ""], line.join(" "));
    assert.match(said.err, /^assay: [^\n]+\n$/, line.join(" "));
    assert.ok(said.err.includes(`assay runs ls --root ${root.path} lists them`), said.err);
  }
  const { err } = await assay("verify", root.path);
  assert.match(err, /no run here: .*it holds none of run_manifest\.json, .*\[no_run_here\]/);
  assert.ok(!existsSync(join(root.path, "verdicts")));
});

test("latest is the run sealed last", async () => {
  using root = temporaryRoot();
  const older = landRun(root.path, eventfulRun());
  const newer = landRun(root.path, { ...eventfulRun(), seed: 9 });
  utimesSync(join(older.directory, "SHA256SUMS"), 1000, 1000);
  const said = await verify("latest", "--root", root.path);
  assert.match(said.out, new RegExp(`^PASS +${newer.run_id}`, "m"));
  assert.ok(existsSync(join(root.path, "verdicts", newer.run_id)));
  assert.doesNotMatch(said.err, /passed over/);
  using empty = temporaryRoot();
  const none = await verify("latest", "--root", empty.path);
  assert.equal(none.code, 2);
});

test("latest is a finished run, and names the newer one that it passed over", async () => {
  using root = temporaryRoot();
  const finished = landRun(root.path, eventfulRun());
  const killed = landRun(root.path, { ...eventfulRun(), seed: 9 });
  rmSync(join(killed.directory, "SHA256SUMS"));
  const aside = new RegExp(
    `^latest is ${finished.run_id}.* passed over.*${killed.directory}$`,
    "m",
  );
  for (const verb of ["verify", "show", "replay"]) {
    const said = await assay(verb, "latest", "--root", root.path);
    assert.match(said.err, aside, verb);
    assert.ok(said.out.includes(finished.run_id), verb);
  }
  rmSync(join(finished.directory, "SHA256SUMS"));
  const none = await verify("latest", "--root", root.path);
  assert.equal(none.code, 2);
  assert.match(
    none.err,
    /no finished run under this root yet \(HF_\w+ was begun, and is not finished\)/,
  );
  // What was cut off before the last run was sealed was not passed over for it.
  using quiet = temporaryRoot();
  const old = landRun(quiet.path, { ...eventfulRun(), seed: 9 });
  rmSync(join(old.directory, "SHA256SUMS"));
  const later = landRun(quiet.path, eventfulRun());
  const future = Date.now() / 1000 + 60;
  utimesSync(join(later.directory, "SHA256SUMS"), future, future);
  assert.doesNotMatch((await verify("latest", "--root", quiet.path)).err, /passed over/);
});
