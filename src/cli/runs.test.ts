import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
import { Command } from "commander";
import { landRun, landVenueRun, temporaryRoot } from "#support";
import { addCatalog } from "./catalog.ts";
import { createOutput } from "./output.ts";
import { addRuns } from "./runs.ts";

type Said = Readonly<{ code: number | null; out: string; err: string }>;

/** Runs one command line in this process. */
async function assay(...args: readonly string[]): Promise<Said> {
  let [out, err] = ["", ""];
  let code: number | null = null;
  const into = (take: (text: string) => void): Writable =>
    new Writable({
      write(chunk, _encoding, done): void {
        take(String(chunk));
        done();
      },
    });
  const streams = {
    stdout: into((text) => {
      out += text;
    }),
    stderr: into((text) => {
      err += text;
    }),
  };
  const program = new Command("assay").exitOverride().configureOutput({
    writeErr: (text) => {
      err += text;
    },
  });
  const shell = {
    output: ({ json }: Readonly<{ json?: boolean | undefined }>) =>
      createOutput(streams, { json: json === true }),
    end: (given: number) => {
      code = given;
    },
    image: null,
    switches: {},
    environment: {},
  };
  addRuns(program, shell);
  addCatalog(program, shell);
  await program.parseAsync(args, { from: "user" }).catch((cause: unknown) => {
    assert.ok(cause instanceof Error && cause.name === "CommanderError", String(cause));
    code = 2;
  });
  return { code, out, err };
}

const records = (text: string): readonly Record<string, unknown>[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

test("ls shows what is there now, newest index or none", async () => {
  using root = temporaryRoot();
  const at = ["--root", root.path];
  const none = await assay("runs", "ls", ...at);
  assert.deepEqual([none.code, none.out, none.err], [0, "", "no run matches\n"]);
  const { run_id } = landRun(root.path, { seed: 1 });
  landRun(root.path, { seed: 2 });
  const listed = await assay("runs", "ls", ...at, "--sort", "seed");
  assert.equal(listed.code, 0);
  assert.match(listed.out, /^run +status +verdict +market +window +seed /);
  assert.match(listed.out, new RegExp(`\n${run_id} +completed +- +synthetic +all +1 `));
  assert.equal(listed.err, "2 runs\n");
  const limited = await assay("runs", "ls", ...at, "--sort", "seed", "--reverse", "--limit", "1");
  assert.match(limited.out, / synthetic +all +2 /);
  assert.equal(limited.err, "1 of 2 runs; --limit shows more\n");
  const json = records((await assay("runs", "ls", ...at, "--seed", "1,7", "--json")).out);
  assert.deepEqual(
    json.map(({ type, run_id: id, sealed, total }) => [type, id, sealed, total]),
    [
      ["run", run_id, true, undefined],
      ["result", undefined, undefined, 1],
    ],
  );
});

test("a run at a venue is listed and found with its mode and what it traded", async () => {
  using root = temporaryRoot();
  const run = basename(landVenueRun(root.path));
  const listed = await assay("runs", "ls", "--root", root.path);
  assert.match(listed.out, new RegExp(`\n${run} .* okx_demo BTC-USDT-SWAP `));
  const found = await assay("runs", "find", "--run", run, "--root", root.path);
  assert.match(found.out, /^run .*; okx_demo at a venue, BTC-USDT-SWAP$/m);
});

test("find names the genome behind an agent, and exit 1 says that there is none", async () => {
  using root = temporaryRoot();
  const { run_id, directory } = landRun(root.path);
  const lines = readFileSync(join(directory, "agent_roster.json"), "utf8").split("\n");
  const agent = JSON.parse(lines[6]?.slice(1) ?? "");
  const found = await assay(
    "runs",
    "find",
    "--agent-hash",
    agent.agent_id_hash,
    "--root",
    root.path,
  );
  assert.equal(found.code, 0);
  assert.match(found.out, new RegExp(`^genome {3}${agent.gene_id} `, "m"));
  assert.match(found.out, new RegExp(`^weights {2}sha256 ${agent.weights_sha256}$`, "m"));
  assert.match(found.out, new RegExp(`^run {6}${run_id} {2}completed, not verified; `, "m"));
  assert.match(found.out, /^record {3}runs_hf\/HF_\w+\/agent_roster\.json line 7;/m);
  const upper = agent.gene_id.slice(0, 7).toUpperCase();
  const [record, result] = records(
    (await assay("runs", "find", "--gene-id", upper, "--root", root.path, "--json")).out,
  );
  assert.equal(record?.["agent_id"], agent.agent_id);
  assert.equal(result?.["total"], 1);
  const absent = await assay(
    "runs",
    "find",
    "--agent-hash",
    "0000000000000000",
    "--root",
    root.path,
  );
  assert.deepEqual([absent.code, absent.out], [1, ""]);
  assert.equal(absent.err, "no agent of an indexed run matches\n");
});

test("an entry that cannot be read is counted with every answer and told by info", async () => {
  using root = temporaryRoot();
  mkdirSync(join(root.path, "runs_hf", "HF_broken"), { recursive: true });
  const listed = await assay("runs", "ls", "--root", root.path);
  assert.match(listed.err, /\n1 entry under the root could not be read .*: assay catalog info\n$/);
  const told = await assay("catalog", "info", "--root", root.path);
  assert.equal(told.code, 0);
  const place = "runs_hf/HF_broken/run_manifest.json";
  assert.ok(told.out.endsWith(`  runs_hf/HF_broken: no such file (${place}) [file_missing]\n`));
  const rebuilt = await assay("catalog", "rebuild", "--root", root.path, "--json");
  assert.deepEqual(
    records(rebuilt.out).map(({ type, reason_code, indexed, skipped }) => [
      type,
      reason_code ?? indexed,
      skipped,
    ]),
    [
      ["skipped", "file_missing", undefined],
      ["result", 0, 1],
    ],
  );
});

test("a deleted catalog is the same dump after a rebuild, with and without --json", async () => {
  using root = temporaryRoot();
  landRun(root.path);
  const at = ["--root", root.path];
  const missing = await assay("catalog", "dump", ...at);
  assert.equal(missing.code, 2);
  assert.match(missing.err, /\[catalog_absent\]\n$/);
  assert.equal((await assay("catalog", "rebuild", ...at)).code, 0);
  const first = await assay("catalog", "dump", ...at);
  rmSync(join(root.path, "catalog.sqlite"));
  assert.equal((await assay("catalog", "rebuild", ...at)).code, 0);
  assert.ok(first.out.length > 10_000);
  assert.equal((await assay("catalog", "dump", ...at)).out, first.out);
  assert.equal((await assay("catalog", "dump", ...at, "--json")).out, first.out);
});

test("a place that is not ours is refused, exit 2, and asked in vain", async () => {
  using root = temporaryRoot();
  writeFileSync(join(root.path, "catalog.sqlite"), "a letter");
  for (const args of [
    ["runs", "ls"],
    ["runs", "find", "--run", "HF_x"],
    ["catalog", "rebuild"],
  ]) {
    const refused = await assay(...args, "--root", root.path);
    assert.equal(refused.code, 2);
    assert.match(refused.err, /^assay: .*\[catalog_foreign\]\n$/);
  }
  assert.equal(readFileSync(join(root.path, "catalog.sqlite"), "utf8"), "a letter");
});

test("where the index cannot be kept, one in memory answers", async () => {
  using root = temporaryRoot();
  const { run_id } = landRun(root.path);
  symlinkSync("nowhere/index", join(root.path, "catalog.sqlite"));
  const listed = await assay("runs", "ls", "--root", root.path);
  assert.equal(listed.code, 0);
  assert.ok(listed.out.includes(run_id));
  assert.match(listed.err, /\[catalog_unwritable\]; this is from memory\n1 run\n$/);
  const asked = await assay("catalog", "rebuild", "--root", root.path);
  assert.equal(asked.code, 5);
  assert.match(asked.err, /\[catalog_unwritable\]\n$/);
});

test("a server that is not there is exit 5, and its password is not told", async () => {
  using root = temporaryRoot();
  const url = "postgres://assay:hush@127.0.0.1:1/assay";
  const refused = await assay("runs", "ls", "--root", root.path, "--catalog", url);
  assert.equal(refused.code, 5);
  assert.ok(refused.err.endsWith(`(${url.replace(":hush", "")}) [catalog_unavailable]\n`));
  const odd = await assay("runs", "ls", "--root", root.path, "--catalog", "mysql://u:hush@h/db");
  assert.deepEqual([odd.code, /hush/.test(odd.err + refused.err)], [2, false]);
});

test("wrong words are refused before anything is read", async () => {
  using root = temporaryRoot();
  const at = ["--root", root.path];
  for (const args of [
    ["runs", "find"],
    ["runs", "find", "--gene-id", "xyz1"],
    ["runs", "find", "--gene-id", "abc"],
    ["runs", "find", "--gene-id", "0123456789abcdef0"],
    ["runs", "ls", "--limit", "0"],
    ["runs", "ls", "--sort", "luck"],
    ["runs", "ls", "--seed", "1,x"],
  ]) {
    assert.equal((await assay(...args, ...at)).code, 2, args.join(" "));
  }
  assert.ok(!existsSync(join(root.path, "catalog.sqlite")));
  assert.equal((await assay("runs", "ls", "--root", join(root.path, "none"))).code, 2);
});
