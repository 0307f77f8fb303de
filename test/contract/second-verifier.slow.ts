import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { sealVenueRun, verifyRun } from "#evidence";
import { landVenueRun, orderVariants, temporaryRoot } from "#support";

/*
 * Every wrong session that the tests of the claims know, judged by both verifiers. They have to say
 * the same of each claim: where only one of them finds something, the contract is read in two ways.
 */
const tools = join(import.meta.dirname, "../../tools/verify_py");
const skip = spawnSync("python3", ["--version"]).status !== 0 && "no python3";
const temporary = temporaryRoot();
after(() => temporary[Symbol.dispose]());

/** A seal begins only on a directory of its own name, and on samples that are as their sums say. */
const neverSealed = 4;

type Spoken = Readonly<{ claims: readonly { id: string; verdict: string }[] }>;

test("both say the same of each claim about every wrong session", { skip }, () => {
  const runs: (readonly [name: string, directory: string])[] = [];
  for (const [at, { name, claim, code, spec, edits }] of orderVariants.entries()) {
    const place = join(temporary.path, String(at));
    mkdirSync(place);
    const run = landVenueRun(place, spec, edits);
    if (sealVenueRun(run, null).ok) runs.push([`${claim} ${code}: ${name}`, run]);
  }
  assert.equal(runs.length, orderVariants.length - neverSealed);
  const args = [join(tools, "verify.py"), ...runs.map(([, run]) => run), "--alone", "--json"];
  const { stdout, stderr } = spawnSync("python3", args, { encoding: "utf8", maxBuffer: 1 << 28 });
  const lines = stdout.split("\n").filter((line) => line !== "");
  assert.equal(lines.length, runs.length, stderr);
  for (const [at, [name, run]] of runs.entries()) {
    const verdict = verifyRun(run, { root: null });
    assert.ok(verdict.ok);
    const { claims } = JSON.parse(lines[at] ?? "") as Spoken;
    const second = new Map(claims.map(({ id, verdict: word }) => [id, word]));
    // Who sealed is asked of nobody here, and the two say so in words of their own.
    const compared = verdict.value.claims.filter(({ id }) => id !== "authenticity");
    for (const { id, verdict: word } of compared) {
      assert.equal(second.get(id) ?? word, word, `${id} of ${name}`);
    }
  }
});
