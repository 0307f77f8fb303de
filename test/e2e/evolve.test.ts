import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { isPureFile } from "#evidence";
import { assay, digestOf, digestsOf, makeFolder, manifestOf, runsOf, tiny } from "./assay.ts";

const folder = makeFolder();
const campaign = ["evolve", ...tiny, "--seeds", "3"];

test("a campaign lands one sealed run a seed, its record, and says what to do next", async () => {
  const root = join(folder, "first");
  const run = await assay([...campaign, "--root", root, "--name", "first"]);
  assert.equal(run.code, 0, run.stderr);
  assert.equal(runsOf(root).length, 3);
  for (const directory of runsOf(root)) {
    assert.equal(manifestOf(directory)["status"], "completed");
    assert.ok(readdirSync(directory).includes("SHA256SUMS"));
  }
  assert.match(run.stdout, /^deaths {2}[\d,]+ = [\d,]+ capital_depleted \+ /m);
  assert.match(run.stdout, /^ {2}npx assay verify HF_[0-9a-f]{16} --root /m);
  const [record = ""] = readdirSync(join(root, "campaigns"));
  const lines = readFileSync(join(root, "campaigns", record), "utf8")
    .trimEnd()
    .split("\n");
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    parsed.map(({ type, seed }) => seed ?? type),
    ["campaign", 1, 2, 3],
  );
});

test("a second time everything is there already and not a byte changes", async () => {
  const root = join(folder, "twice");
  assert.equal((await assay([...campaign, "--root", root])).code, 0);
  const before = treeOf(root);
  const again = await assay([...campaign, "--root", root, "--workers", "2"]);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /3 already present/);
  assert.deepEqual(treeOf(root), before);
});

test("workers, time zone, language and heap size change no pure byte and no fact", async () => {
  const ways = [
    { workers: "1", env: { TZ: "UTC", LANG: "C" }, nodeFlags: [] },
    { workers: "2", env: { TZ: "Asia/Kathmandu", LANG: "tr_TR.UTF-8" }, nodeFlags: [] },
    {
      workers: "3",
      env: { TZ: "America/St_Johns", LC_ALL: "de_DE.UTF-8" },
      nodeFlags: ["--max-old-space-size=96", "--max-semi-space-size=1"],
    },
  ];
  const roots = await Promise.all(
    ways.map(async ({ workers, env, nodeFlags }) => {
      const root = join(folder, `workers-${workers}`);
      const args = [...campaign, "--behaviors", "--root", root, "--workers", workers];
      const run = await assay(args, { env, nodeFlags });
      assert.equal(run.code, 0, run.stderr);
      return root;
    }),
  );
  const [first, ...others] = roots.map(factsOf);
  assert.equal(Object.keys(first ?? {}).length, 3);
  for (const facts of others) assert.deepEqual(facts, first);
});

test("the reference kernel lands the same bytes as the SIMD kernel", async () => {
  const [simd, reference] = await Promise.all(
    ["simd", "reference"].map(async (kernel) => {
      const root = join(folder, `kernel-${kernel}`);
      const run = await assay([...campaign, "--root", root, "--kernel", kernel]);
      assert.equal(run.code, 0, run.stderr);
      return factsOf(root);
    }),
  );
  assert.deepEqual(reference, simd);
});

test("with --json every line is one record, and the last says how it ended", async () => {
  const root = join(folder, "json");
  const run = await assay([...campaign, "--root", root, "--json"]);
  const records = run.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    records.map(({ type }) => type),
    ["campaign", "run", "run", "run", "result"],
  );
  assert.equal(records.at(-1)?.["ok"], true);
});

test("a resolved campaign printed as a file is the same campaign when read back", async () => {
  const root = join(folder, "config");
  const flags = [...campaign, "--root", root, "--leverage", "1.5", "--living-cost", "0.01%"];
  const printed = await assay([...flags, "--print-config"]);
  assert.equal(printed.code, 0, printed.stderr);
  const { world } = JSON.parse(printed.stdout) as { world: Record<string, unknown> };
  assert.equal(world["max_leverage_ppm"], 1_500_000);
  assert.equal(world["living_cost_ppm_per_tick"], 100);
  const path = join(folder, "resolved.json");
  writeFileSync(path, printed.stdout);
  const again = await assay(["evolve", "--config", path, "--root", root, "--print-config"]);
  assert.equal(again.stdout, printed.stdout);
});

/** Pure files by digest and the manifest's own fields, by run. */
function factsOf(root: string): Readonly<Record<string, object>> {
  const pairs = runsOf(root).map((directory) => {
    const digests = Object.entries(digestsOf(directory)).filter(([name]) => isPureFile(name));
    assert.ok(digests.length >= 12);
    const manifest = manifestOf(directory);
    const hostFields = new Set(manifest["host_fields"] as readonly string[]);
    const facts = Object.entries(manifest).filter(([key]) => !hostFields.has(key));
    return [basename(directory), { files: Object.fromEntries(digests), facts }] as const;
  });
  return Object.fromEntries(pairs);
}

/** Every file under a root with its digest; the pool's lock counts its holders. */
function treeOf(root: string): Readonly<Record<string, string>> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("pool.lock"))
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.toSorted().map((path) => [path, digestOf(path)]));
}
