import assert from "node:assert/strict";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { assay, type Ended, makeFolder, manifestOf, runsOf, tiny } from "./assay.ts";

const folder = makeFolder();

/** One clear line on standard error, nothing on standard output. */
function assertRefused(run: Ended, code: number, pattern: RegExp): void {
  assert.equal(run.code, code, run.stderr);
  assert.equal(run.stdout, "");
  const lines = run.stderr.trimEnd().split("\n");
  assert.equal(lines.length, 1, run.stderr);
  assert.match(lines[0] ?? "", pattern);
}

const wrongArguments: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["an unknown verb", ["evlove"], /unknown command 'evlove' \(Did you mean evolve\?\)/],
  [
    "an unknown option",
    ["evolve", "--sedes", "3"],
    /unknown option '--sedes' \(Did you mean --seeds/,
  ],
  ["seed abc", ["evolve", "--seed-list", "abc"], /expected seeds like 3,5,9 .* got "abc"/],
  ["seeds abc", ["evolve", "--seeds", "abc"], /expected a whole number from 1 .* got "abc"/],
  ["no seeds", ["evolve", "--seeds", "0"], /expected a whole number from 1/],
  ["seeds twice", ["evolve", "--seeds", "2", "--seed-list", "1"], /cannot be used with/],
  ["a bound that holds", ["evolve", "--population", "9007199254740991"], /from 0 to 9{15}, got/],
  ["a negative population", ["evolve", "--population", "-5"], /'-5' is invalid\. expected a whole/],
  ["population 0", ["evolve", "--population", "0"], /population is 0; expected a whole number/],
  [
    "a population over max_agents",
    ["evolve", "--population", "50", "--max-agents", "20"],
    /max_agents is 20, below the population of 50/,
  ],
  ["a leverage of abc", ["evolve", "--leverage", "abc"], /expected a ratio like 0\.05 or 5%/],
  ["a leverage the market refuses", ["evolve", "--leverage", "90"], /exceeds the 2x/],
  ["seasons of nonsense", ["evolve", "--seasons", "12by1000"], /expected COUNTxBARS/],
  ["seasons beyond the window", ["evolve", "--seasons", "2x9999"], /window has 5105 bars/],
  ["an unknown kernel", ["evolve", "--kernel", "gpu"], /Allowed choices are simd, reference/],
  ["an unknown schema", ["evolve", "--schema", "x/9"], /genome_schema_version is not one of/],
  ["an unknown dataset", ["evolve", "--dataset", "nothing"], /no dataset "nothing"/],
  ["a window of nonsense", ["evolve", "--window", "abc"], /not NAME:START\.\.END/],
  ["a backward window", ["evolve", "--window", "A:500..20"], /ends before it starts/],
  ["a window outside", ["evolve", "--window", "A:2030-01-01.."], /the bars \(1d\) are/],
  ["too little capital", ["evolve", "--capital", "5"], /initial_total_capital_micro/],
  ["a missing config", ["evolve", "--config", "/nowhere.json"], /no such file \(\/nowhere\.json\)/],
  ["a run that is not there", ["replay", "HF_0123456789abcdef"], /no run HF_0123456789abcdef/],
  ["a run that is no run", ["replay", "nowhere"], /"nowhere" is no run id and no directory/],
];

for (const [name, args, pattern] of wrongArguments) {
  test(`${name} is refused in one line with exit 2, and no run is begun`, async () => {
    const root = join(folder, name.replaceAll(/\W/g, "-"));
    const withRoot = args[0] === "evlove" ? args : [...args, "--root", root];
    assertRefused(await assay(withRoot), 2, pattern);
    assert.equal(existsSync(join(root, "runs_hf")), false);
    assert.equal(existsSync(join(root, "campaigns")), false);
  });
}

const wrongConfigs: readonly (readonly [string, string, RegExp])[] = [
  ["an unknown key", '{"sedes": 3}', /unknown key "sedes"; known: name, dataset/],
  ["a world key at the top", '{"population": 3}', /unknown key "population".*belong under world/],
  ["an unknown world key", '{"world": {"pop": 3}}', /unknown key "pop" of the world/],
  ["a world value of a wrong kind", '{"world": {"population": "many"}}', /population is "many"/],
  ["a fractional count", '{"world": {"population": 2.5}}', /population is 2\.5; expected a whole/],
  ["a wrong seed", '{"seeds": [1, -2]}', /seeds/],
  ["half a file", '{"seeds": 3,\n "world": {', /the config is no JSON: .*config\.json:2/],
  ["a key twice", '{"seeds": 3, "seeds": 4}', /duplicate member "seeds"/],
];

for (const [name, text, pattern] of wrongConfigs) {
  test(`a config file with ${name} is refused by name`, async () => {
    const root = join(folder, `config-${name.replaceAll(/\W/g, "-")}`);
    mkdirSync(root);
    const path = join(root, "config.json");
    writeFileSync(path, text);
    assertRefused(await assay(["evolve", "--root", root, "--config", path]), 2, pattern);
    assert.equal(existsSync(join(root, "runs_hf")), false);
  });
}

test("a root that is a file, or may not be written, is refused", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  assertRefused(await assay(["evolve", "--root", file]), 2, /root is not a directory/);
  const closed = join(folder, "closed");
  mkdirSync(closed);
  chmodSync(closed, 0o555);
  chmodSync(folder, 0o755);
  // Root may write anywhere, so it becomes somebody else.
  const uid = process.getuid?.() === 0 ? 65_534 : undefined;
  const options = uid === undefined ? {} : { uid };
  assertRefused(await assay(["evolve", "--root", closed], options), 5, /permission denied/);
});

test("a place held by something else, and a damaged run, are never written over", async () => {
  const root = join(folder, "foreign");
  const args = ["evolve", ...tiny, "--seeds", "1", "--root", root];
  assert.equal((await assay(args)).code, 0);
  const [directory = ""] = runsOf(root);

  const damaged = join(directory, "birth_events.jsonl");
  chmodSync(damaged, 0o644);
  writeFileSync(damaged, readFileSync(damaged, "utf8").replace("founder", "foundee"));
  const held = await assay(args);
  assert.equal(held.code, 2);
  assert.match(held.stderr, /run_exists_damaged/);

  // A stranger: another run's record in this run's place.
  const other = ["evolve", ...tiny, "--seed-list", "2", "--root", root];
  const run = await assay([...other, "--json"]);
  const stranger = (JSON.parse(run.stdout.split("\n")[1] ?? "") as { directory: string }).directory;
  const third = join(folder, "third");
  mkdirSync(join(third, "runs_hf"), { recursive: true });
  cpSync(stranger, join(third, "runs_hf", directory.split("/").at(-1) ?? ""), { recursive: true });
  const foreign = await assay(["evolve", ...tiny, "--seeds", "1", "--root", third]);
  assert.equal(foreign.code, 2);
  assert.match(foreign.stderr, /run_exists_other/);
});

test("a truncated dataset is refused before anything is run", async () => {
  const root = join(folder, "truncated");
  assert.equal((await assay(["evolve", ...tiny, "--seeds", "1", "--root", root])).code, 0);
  const [id = ""] = readdirSync(join(root, "datasets"));
  const bars = join(root, "datasets", id, "bars.bin");
  chmodSync(bars, 0o644);
  truncateSync(bars, 1000);
  const run = await assay(["evolve", ...tiny, "--seed-list", "7", "--dataset", id, "--root", root]);
  assertRefused(run, 2, /bars\.bin has 1000 bytes/);
});

test("a disk that takes no more leaves an aborted record and exit 5", async () => {
  const root = join(folder, "full");
  assert.equal((await assay(["evolve", ...tiny, "--seeds", "1", "--root", root])).code, 0);
  const args = ["evolve", "--seed-list", "2,3", "--population", "60", "--root", root];
  // 1024 blocks of 512 bytes: genomes of a run of this size need more.
  const run = await assay([...args, "--workers", "1"], { before: "ulimit -f 1024" });
  assert.equal(run.code, 5, run.stderr);
  assert.match(run.stderr, /seed 2 .* ABORTED: cannot write: .*\[\w+_write_failed\]/);
  assert.match(run.stderr, /seed 3 .* ABORTED/);
  const aborted = runsOf(root).filter((path) => manifestOf(path)["status"] === "aborted");
  assert.equal(aborted.length, 2);
  for (const directory of aborted) {
    assert.equal(existsSync(join(directory, "SHA256SUMS")), false);
    assert.equal((await assay(["replay", directory])).code, 3);
  }
});
