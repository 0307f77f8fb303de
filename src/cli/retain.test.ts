import assert from "node:assert/strict";
import { existsSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
import { Command } from "commander";
import { landVenueRun, temporaryRoot } from "#support";
import { addKeys } from "./keys.ts";
import { createOutput } from "./output.ts";
import { addRetain } from "./retain.ts";
import type { AddVerb, Shell } from "./verb.ts";

test("a dry run says what would go and touches nothing", () => {
  using root = temporaryRoot();
  const directory = landSealed(root.path);
  const said = retain(root.path, "--dry-run");
  assert.equal(said.code, 0, said.err);
  assert.match(said.out, /^would {3}HF_\w+ {2}older_than_window, \d+ days, [\d ,]+ bytes\n/);
  assert.match(said.out, /\n1 of 1 runs with raw samples are past 30 days: /);
  assert.ok(existsSync(join(directory, "raw/event_part_0001.jsonl")));
});

test("without a log key nothing is deleted, and the user hears how to make one", () => {
  using root = temporaryRoot();
  using keys = temporaryRoot();
  const directory = landSealed(root.path);
  const said = retain(root.path, "--keys", join(keys.path, "keys"));
  assert.equal(said.code, 2);
  assert.match(said.err, /assay keys new/);
  assert.ok(existsSync(join(directory, "raw/event_part_0001.jsonl")));
});

test("with a key the samples go, a record stays, and the next time nothing is left", () => {
  using root = temporaryRoot();
  using keys = temporaryRoot();
  const place = join(keys.path, "keys");
  const directory = landSealed(root.path);
  assert.equal(run(addKeys, ["keys", "new", "log", "--keys", place, "--root", root.path]).code, 0);
  const said = retain(root.path, "--keys", place);
  assert.equal(said.code, 0, said.err);
  assert.match(said.out, /\ndeleted [\d ,]+ bytes of 1 run\n$/);
  assert.deepEqual(readdirSync(join(directory, "raw")).sort(), ["SHA256SUMS", "raw_account.json"]);
  assert.deepEqual(readdirSync(join(root.path, "log/deletions")), [
    `${basename(directory)}.dsse.json`,
  ]);
  assert.match(retain(root.path, "--keys", place).out, /^keep {4}HF_\w+ {2}nothing_left, /);
});

test("a pinned run is kept", () => {
  using root = temporaryRoot();
  const id = basename(landSealed(root.path));
  assert.equal(retain(root.path, "--pin", id).out, `pinned ${id}\n`);
  assert.equal(retain(root.path, "--pin", id).out, `${id} was pinned before\n`);
  assert.match(retain(root.path, "--dry-run").out, /named_elsewhere: pins\/HF_/);
});

test("samples that were changed are kept and end with exit 1", () => {
  using root = temporaryRoot();
  writeFileSync(join(landSealed(root.path), "raw/stray.jsonl"), "x\n");
  const said = retain(root.path, "--dry-run", "--json");
  assert.equal(said.code, 1);
  const [first] = said.out.split("\n").map((line) => line && JSON.parse(line));
  assert.deepEqual([first.type, first.action, first.reason], ["run", "keep", "sums_differ"]);
});

test("wrong input is one line and exit 2", () => {
  using root = temporaryRoot();
  for (const args of [
    ["--days", "3"],
    ["--days", "soon"],
    ["--pin", "yesterday"],
  ]) {
    const said = retain(root.path, ...args);
    assert.equal(said.code, 2, args.join(" "));
    assert.match(said.err, /^assay: [^\n]+\n$/);
  }
  assert.equal(retain(join(root.path, "none"), "--dry-run").code, 2);
  symlinkSync("/nowhere", join(root.path, "pins"));
  const said = retain(root.path, "--dry-run");
  assert.equal(said.code, 2);
  assert.match(said.err, /nothing is deleted/);
});

function landSealed(root: string): string {
  const directory = landVenueRun(root, { tier: "tier1_hf" });
  writeFileSync(join(directory, "SHA256SUMS"), "");
  return directory;
}

type Said = Readonly<{ code: number; out: string; err: string }>;

function retain(root: string, ...args: readonly string[]): Said {
  return run(addRetain, ["retain", "--root", root, ...args]);
}

function run(add: AddVerb, args: readonly string[]): Said {
  const out: string[] = [];
  const err: string[] = [];
  let code = -1;
  const shell: Shell = {
    output: ({ json }) =>
      createOutput({ stdout: collect(out), stderr: collect(err) }, { json: json === true }),
    end: (exit) => {
      code = exit;
    },
    image: null,
    switches: {},
    environment: {},
  };
  const program = new Command("assay").exitOverride();
  add(program, shell);
  program.parse(args, { from: "user" });
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
