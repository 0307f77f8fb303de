import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, test } from "node:test";
import { Command } from "commander";
import { findInstrument } from "#market";
import { addData } from "./data.ts";
import { createOutput } from "./output.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-data-"));
after(() => rmSync(folder, { recursive: true }));

const start = 1_704_067_200_000;
const header = "ts_ms,open,high,low,close,volume";
const rows = Array.from({ length: 40 }, (_, i) => `${start + i * 900_000},100,102,99,101,1.5`);
const clean = file("clean.csv", [header, ...rows].join("\n"));
const bad = file(
  "bad.csv",
  [header, ...rows, `${start + 40 * 900_000},100,10.0,11.0,101,1`].join("\n"),
);
const asBars = ["--instrument", "BTC-USDT-SWAP", "--interval", "15m"];

test("import lands a file, ls lists it, check verifies it", async () => {
  const root = join(folder, "root");
  const landed = await run("import", clean, ...asBars, "--name", "mine", "--root", root);
  assert.equal(landed.code, 0);
  assert.match(landed.out, /^dataset {3}[0-9a-f]{16} {2}mine\nbars {6}40 of 15m, 2024-01-01 to /);
  assert.match(landed.out, /funding {3}none: not imported\n/);
  assert.match(landed.err, /^landed in /);

  const listed = await run("ls", "--root", root);
  assert.match(listed.out, /\n[0-9a-f]{16} {2}mine {2}BTC-USDT-SWAP {2}15m {4}40 {2}2024-01-01 /);

  const checked = await run("check", "mine", "--root", root);
  assert.equal(checked.code, 0);
  assert.match(checked.out, /verified {2}every byte/);

  const again = await run("import", clean, ...asBars, "--root", root);
  assert.equal(again.code, 0);
  assert.match(again.err, /^already in [^\n]*\n$/);

  const renamed = await run("import", clean, ...asBars, "--name", "yours", "--root", root);
  assert.equal(renamed.code, 0);
  assert.match(renamed.err, /record stands, under its name mine: --name yours names nothing\n$/);
});

test("a bad file is one line, exit 2 and nothing landed", async () => {
  const root = join(folder, "empty");
  const refused = await run("import", bad, ...asBars, "--root", root);
  assert.equal(refused.code, 2);
  assert.equal(refused.out, "");
  assert.match(refused.err, /^assay: line 42: high 10\.0 below low 11\.0; .*\[rows_refused\]\n$/);
  assert.equal((await run("ls", "--root", root)).out, "");

  const allowed = await run("import", bad, ...asBars, "--root", root, "--allow", "high_low");
  assert.equal(allowed.code, 0);
  assert.match(allowed.out, /flaws {5}1 high_low: dropped\n {10}line 42: high 10\.0/);
});

test("check of a file says what an import would and lands nothing", async () => {
  const found = await run("check", bad, ...asBars);
  assert.equal(found.code, 1);
  assert.match(found.out, /flaws {5}1 high_low: if allowed, dropped/);
  assert.equal((await run("check", clean, ...asBars)).code, 0);
  assert.equal((await run("check", clean)).code, 2);
});

test("a damaged dataset is a finding of check and ls, not a crash", async () => {
  const root = join(folder, "damaged");
  const landed = await run("import", clean, ...asBars, "--root", root, "--json");
  const { directory } = JSON.parse(landed.out);
  writeFileSync(join(directory, "bars.bin"), "short");
  const id = directory.slice(-16);
  const checked = await run("check", id, "--root", root);
  assert.equal(checked.code, 1);
  assert.match(checked.err, /bars\.bin has 5 bytes, its document says 1920; .*\[dataset_damaged\]/);
  writeFileSync(join(directory, "dataset.json"), "{}");
  const listed = await run("ls", "--root", root);
  assert.equal(listed.code, 1);
  assert.match(listed.out, /damaged: the dataset document is damaged/);
});

test("an instrument may come from a JSON file, and a wrong one is refused by field", async () => {
  const swap = findInstrument("BTC-USDT-SWAP");
  const mine = file("mine.json", JSON.stringify({ ...swap, id: "MINE", venue: "home" }));
  const wrong = file("wrong.json", JSON.stringify({ ...swap, lot_size: "0.001" }));
  const interval = ["--interval", "15m"];
  const root = ["--root", join(folder, "instruments")];
  const landed = await run("import", clean, "--instrument", mine, ...interval, ...root);
  assert.match(landed.out, /, MINE\n/);
  const refused = await run("import", clean, "--instrument", wrong, ...interval, ...root);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /instrument\.micro_per_lot_tick: tick \* lot says 100 .*wrong\.json/);
  const unknown = await run("import", clean, "--instrument", "NONE", ...interval, ...root);
  assert.match(unknown.err, /no instrument "NONE"; give a JSON file or one of BTC-USDT-SWAP/);
});

test("wrong options are one line and exit 2", async () => {
  const root = ["--root", join(folder, "options")];
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [["--interval", "15"], /not a bar interval/],
    [["--columns", "time,open"], /"time" is no column/],
    [["--stamp", "middle"], /--stamp is start or end/],
    [["--allow", "everything"], /--allow knows wrong_width/],
    [["--funding-venue", "binance"], /the rates come with --funding/],
    [["--funding", join(folder, "absent.csv")], /no such file/],
    [["--name", "../up"], /a dataset name is letters/],
    [["--name", "deadbeef"], /a dataset name is letters/],
  ];
  for (const [args, message] of cases) {
    const refused = await run("import", clean, ...asBars, ...args, ...root);
    assert.equal(refused.code, 2, args.join(" "));
    assert.match(refused.err, message);
    assert.equal(refused.err.trimEnd().includes("\n"), false);
  }
});

test("fetch refuses what cannot be asked before it asks", async () => {
  const market = ["--exchange", "okx", "--symbol", "BTC-USDT-SWAP", "--interval", "15m"];
  const root = ["--root", join(folder, "fetch")];
  const reversed = await run(
    "fetch",
    ...market,
    "--from",
    "2024-02-01",
    "--to",
    "2024-01-01",
    ...root,
  );
  assert.match(reversed.err, /--from must lie before --to/);
  const malformed = await run("fetch", ...market, "--from", "yesterday", ...root);
  assert.match(malformed.err, /--from: not a UTC time/);
  assert.equal(malformed.code, 2);
});

test("JSON output is one line of data, faults included", async () => {
  const root = join(folder, "json");
  const refused = await run("import", bad, ...asBars, "--root", root, "--json");
  assert.equal(JSON.parse(refused.out).code, "rows_refused");
  assert.equal(refused.err, "");
  const landed = await run("import", clean, ...asBars, "--root", root, "--json");
  assert.equal(JSON.parse(landed.out).document.bars.rows, 40);
  const listed = await run("ls", "--root", root, "--json");
  assert.equal(JSON.parse(listed.out).document.dataset_id.length, 64);
});

test("an empty root lists nothing and says so", async () => {
  const root = join(folder, "nothing");
  mkdirSync(root);
  const listed = await run("ls", "--root", root);
  assert.equal(listed.code, 0);
  assert.match(listed.err, /no dataset in /);
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function run(...args: readonly string[]) {
  const said = { out: "", err: "" };
  const sink = (key: "out" | "err"): Writable =>
    new Writable({
      write(chunk, _encoding, done): void {
        said[key] += String(chunk);
        done();
      },
    });
  let code = -1;
  const streams = { stdout: sink("out"), stderr: sink("err") };
  const program = new Command("assay").exitOverride();
  addData(program, {
    output: ({ json }) => createOutput(streams, { json: json === true }),
    end: (exit) => {
      code = exit;
    },
    image: null,
    switches: {},
    environment: {},
  });
  await program.parseAsync(["data", ...args], { from: "user" });
  return { code, ...said };
}
