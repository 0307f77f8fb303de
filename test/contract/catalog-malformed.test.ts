import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import {
  createMemoryStore,
  listRuns,
  listSkipped,
  rebuildCatalog,
  refreshCatalog,
  type SkippedSource,
} from "#catalog";
import { landRun, temporaryRoot } from "#support";
import { writeRun } from "./evidence-root.ts";

const clock = { nowMillis: (): number => 0 };

type Outcome = Readonly<{
  runs: readonly string[];
  /** `code at` of each skipped source by its last name. */
  skipped: ReadonlyMap<string, SkippedSource>;
}>;

async function indexOf(root: string): Promise<Outcome> {
  await using store = createMemoryStore();
  const report = await rebuildCatalog({ root, store, clock });
  assert.ok(report.ok, JSON.stringify(report));
  const runs = await listRuns(store, {
    filter: {},
    sort: { key: "run", order: "asc" },
    limit: 1000,
  });
  const skipped = await listSkipped(store);
  assert.ok(runs.ok && skipped.ok);
  return {
    runs: runs.value.runs.map(({ run_id }) => run_id),
    skipped: new Map(skipped.value.map((each) => [each.path.split("/").at(-1) ?? "", each])),
  };
}

const file = (directory: string, name: string): string => join(directory, name);

/** What is done to a whole sealed run, and the code and place that say so. */
const damages: readonly Readonly<{
  title: string;
  code: string;
  at?: RegExp;
  damage: (directory: string) => void;
}>[] = [
  {
    title: "without a manifest",
    code: "file_missing",
    at: /run_manifest\.json$/,
    damage: (run) => rmSync(file(run, "run_manifest.json")),
  },
  {
    title: "with an empty manifest",
    code: "json_invalid",
    damage: (run) => writeFileSync(file(run, "run_manifest.json"), ""),
  },
  {
    title: "with a manifest that repeats a member",
    code: "json_invalid",
    damage: (run) => {
      const path = file(run, "run_manifest.json");
      const text = readFileSync(path, "utf8");
      writeFileSync(path, text.replace('"seed": 1', '"seed": 1, "seed": 2'));
    },
  },
  {
    title: "with a seed that is no number",
    code: "record_invalid",
    damage: (run) => edit(file(run, "run_manifest.json"), '"seed": 1', '"seed": "1"'),
  },
  {
    title: "with a window whose name holds a zero character",
    code: "record_invalid",
    damage: (run) => edit(file(run, "run_manifest.json"), '"all"', '"a\\u0000l"'),
  },
  {
    title: "with a manifest behind a byte order mark",
    code: "json_invalid",
    damage: (run) => {
      const path = file(run, "run_manifest.json");
      writeFileSync(path, `\ufeff${readFileSync(path, "utf8")}`);
    },
  },
  {
    title: "with a manifest nested without end",
    code: "json_invalid",
    damage: (run) => writeFileSync(file(run, "run_manifest.json"), "[".repeat(1_000_000)),
  },
  {
    title: "with a manifest of 17 MiB",
    code: "file_too_large",
    damage: (run) => writeFileSync(file(run, "run_manifest.json"), " ".repeat(17 * 1024 * 1024)),
  },
  {
    title: "whose manifest is of another run",
    code: "run_id_differs",
    damage: (run) => edit(file(run, "run_manifest.json"), "HF_damaged", "HF_other"),
  },
  {
    title: "whose manifest is a pipe",
    code: "file_not_regular",
    damage: (run) => {
      rmSync(file(run, "run_manifest.json"));
      assert.equal(spawnSync("mkfifo", [file(run, "run_manifest.json")]).status, 0);
    },
  },
  {
    title: "whose roster is a link",
    code: "file_not_regular",
    damage: (run) => {
      renameSync(file(run, "agent_roster.json"), file(run, "elsewhere"));
      symlinkSync("elsewhere", file(run, "agent_roster.json"));
    },
  },
  {
    title: "whose seal is a directory",
    code: "file_not_regular",
    damage: (run) => {
      rmSync(file(run, "SHA256SUMS"));
      mkdirSync(file(run, "SHA256SUMS"));
    },
  },
  {
    title: "without its roster",
    code: "file_missing",
    at: /agent_roster\.json$/,
    damage: (run) => rmSync(file(run, "agent_roster.json")),
  },
  {
    title: "whose roster is not closed",
    code: "roster_unfinished",
    damage: (run) => edit(file(run, "agent_roster.json"), "]}\n", ""),
  },
  {
    title: "whose roster ends in the middle of a line",
    code: "line_unfinished",
    damage: (run) => truncateSync(file(run, "agent_roster.json"), 700),
  },
  {
    title: "whose roster names an agent twice",
    code: "agent_repeated",
    damage: (run) => {
      const path = file(run, "agent_roster.json");
      const lines = readFileSync(path, "utf8").split("\n");
      lines.splice(2, 0, `,${lines[1]}`);
      writeFileSync(path, lines.join("\n"));
    },
  },
  {
    title: "whose roster goes on behind its end",
    code: "record_invalid",
    at: /agent_roster\.json:6$/,
    damage: (run) => appendFileSync(file(run, "agent_roster.json"), "{}\n"),
  },
  {
    title: "whose roster is one line of 9 MiB",
    code: "line_too_long",
    at: /agent_roster\.json:1$/,
    damage: (run) => writeFileSync(file(run, "agent_roster.json"), "x".repeat(9 * 1024 * 1024)),
  },
  {
    title: "with a hash that is none",
    code: "record_invalid",
    at: /agent_roster\.json:2$/,
    damage: (run) => edit(file(run, "agent_roster.json"), '"gene_id":"', '"gene_id":"X'),
  },
  {
    title: "with a death that is not UTF-8",
    code: "text_not_utf8",
    at: /death_events\.jsonl:2$/,
    damage: (run) => appendFileSync(file(run, "death_events.jsonl"), Buffer.from([0xff, 0x0a])),
  },
  {
    title: "with an agent that died twice",
    code: "agent_repeated",
    damage: (run) => {
      const path = file(run, "death_events.jsonl");
      appendFileSync(path, readFileSync(path));
    },
  },
  {
    title: "with a return beyond all measure",
    code: "record_invalid",
    damage: (run) =>
      edit(
        file(run, "multiple_experiments_summary.json"),
        '"system_return": 0.01',
        '"system_return": 1e300',
      ),
  },
];

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(path, "utf8");
  assert.ok(text.includes(from), `${path} does not hold ${from}`);
  writeFileSync(path, text.replace(from, to));
}

for (const { title, code, at, damage } of damages) {
  test(`a run ${title} is skipped with its reason, and its neighbours are not`, async () => {
    using root = temporaryRoot();
    for (const run_id of ["HF_after", "HF_damaged", "HF_zebra"]) {
      writeRun(root.path, { run_id, agents: 3 });
    }
    damage(join(root.path, "runs_hf", "HF_damaged"));
    const { runs, skipped } = await indexOf(root.path);
    assert.deepEqual(runs, ["HF_after", "HF_zebra"]);
    const why = skipped.get("HF_damaged");
    assert.equal(why?.reason_code, code);
    assert.match(why?.reason_at ?? "", at ?? /^runs_hf\/HF_damaged/);
    assert.match(why?.reason ?? "", /^[\x20-\x7e]{4,300}$/);
  });
}

test("what is no run in the place of runs is skipped without being opened", async () => {
  using root = temporaryRoot();
  writeRun(root.path, { run_id: "HF_good" });
  const runs = join(root.path, "runs_hf");
  symlinkSync("HF_good", join(runs, "HF_link"));
  writeFileSync(join(runs, "HF_file"), "");
  assert.equal(spawnSync("mkfifo", [join(runs, "HF_pipe")]).status, 0);
  mkdirSync(join(runs, "not a run"));
  mkdirSync(join(runs, ".at-work"));
  mkdirSync(join(root.path, "runs"));
  cpSync(join(runs, "HF_good"), join(root.path, "runs", "HF_good"), { recursive: true });
  writeFileSync(join(root.path, "campaigns"), "a file in the place of a folder");
  const { runs: listed, skipped } = await indexOf(root.path);
  assert.deepEqual(listed, ["HF_good"]);
  assert.deepEqual(
    [...skipped].map(([name, { reason_code }]) => `${name} ${reason_code}`),
    [
      "campaigns folder_unreadable",
      "HF_good name_unknown",
      "HF_file not_a_directory",
      "HF_link not_a_directory",
      "HF_pipe not_a_directory",
      "not a run name_unknown",
    ],
  );
});

test("a run of a refused name takes no rows from the run that has it", async () => {
  using root = temporaryRoot();
  writeRun(root.path, { run_id: "HF_good" });
  await using store = createMemoryStore();
  const options = { root: root.path, store, clock };
  assert.ok((await refreshCatalog(options)).ok);
  mkdirSync(join(root.path, "runs", "HF_good"), { recursive: true });
  assert.ok((await refreshCatalog(options)).ok);
  rmSync(join(root.path, "runs"), { recursive: true });
  assert.ok((await refreshCatalog(options)).ok);
  const runs = await listRuns(store, { filter: {}, sort: { key: "run", order: "asc" }, limit: 9 });
  assert.equal(runs.ok ? runs.value.total : null, 1);
});

test("a run that died at work is listed with the agents it had landed", async () => {
  using root = temporaryRoot();
  const directory = writeRun(root.path, { run_id: "HF_dead", agents: 6, sealed: false });
  const roster = readFileSync(join(directory, "agent_roster.json"), "utf8").split("\n");
  writeFileSync(
    join(directory, "agent_roster.json"),
    `${roster.slice(0, 4).join("\n")}\n${roster[4]?.slice(0, 50)}`,
  );
  rmSync(join(directory, "survivors.jsonl"));
  await using store = createMemoryStore();
  assert.ok((await rebuildCatalog({ root: root.path, store, clock })).ok);
  const runs = await listRuns(store, { filter: {}, sort: { key: "run", order: "asc" }, limit: 9 });
  const dumped = await store.read(async (db) => ({
    ok: true,
    value: await db.selectFrom("agents").selectAll().execute(),
  }));
  assert.ok(runs.ok && dumped.ok);
  assert.deepEqual(
    runs.value.runs.map(({ run_id, sealed, survivors }) => [run_id, sealed, survivors]),
    [["HF_dead", 0, null]],
  );
  assert.equal(dumped.value.length, 3);
});

test("a file that only its owner may read is skipped for others", async () => {
  using root = temporaryRoot();
  const directory = writeRun(root.path, { run_id: "HF_closed" });
  chmodSync(join(directory, "run_manifest.json"), 0o000);
  const { runs, skipped } = await indexOf(root.path);
  // The superuser reads everything.
  if (process.getuid?.() === 0) assert.deepEqual(runs, ["HF_closed"]);
  else assert.equal(skipped.get("HF_closed")?.reason_code, "file_unreadable");
});

test("a verdict that cannot be read hides nothing but itself", async () => {
  using root = temporaryRoot();
  const verdicts = {
    HF_none: null,
    HF_other: '{"run_id":"HF_none","verdict":"PASS"}',
    HF_pass: '{"run_id":"HF_pass","verdict":"PASS"}',
    HF_torn: '{"run_id":"HF_to',
  };
  for (const [run_id, text] of Object.entries(verdicts)) {
    writeRun(root.path, { run_id });
    if (text === null) continue;
    mkdirSync(join(root.path, "verdicts", run_id), { recursive: true });
    writeFileSync(join(root.path, "verdicts", run_id, "verdict.json"), text);
  }
  await using store = createMemoryStore();
  assert.ok((await rebuildCatalog({ root: root.path, store, clock })).ok);
  const runs = await listRuns(store, { filter: {}, sort: { key: "run", order: "asc" }, limit: 9 });
  assert.ok(runs.ok);
  assert.deepEqual(
    runs.value.runs.map(({ verdict, verdict_reason }) => [verdict, verdict_reason]),
    [
      [null, "not_verified"],
      [null, "verdict_of_other_run"],
      ["PASS", null],
      [null, "json_invalid"],
    ],
  );
});

test("keys that a newer version adds change nothing", async () => {
  using root = temporaryRoot();
  writeRun(root.path, {
    run_id: "HF_newer",
    manifest: { newer_key: { deep: [1] }, window: { name: "all", shape: "round" } },
  });
  const { runs, skipped } = await indexOf(root.path);
  assert.deepEqual([runs, skipped.size], [["HF_newer"], 0]);
});

test("a real run with one byte less at the end of its roster is skipped", async () => {
  using root = temporaryRoot();
  const { directory } = landRun(root.path);
  const path = join(directory, "agent_roster.json");
  const bytes = readFileSync(path).length;
  chmodSync(path, 0o644);
  truncateSync(path, bytes - 1);
  const { runs, skipped } = await indexOf(root.path);
  assert.deepEqual(runs, []);
  assert.equal([...skipped.values()][0]?.reason_code, "line_unfinished");
});
