import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import {
  type CatalogStore,
  createMemoryStore,
  dumpCatalog,
  rebuildCatalog,
  refreshCatalog,
} from "#catalog";
import { temporaryRoot } from "#support";
import { writeRun } from "./evidence-root.ts";

const clock = { nowMillis: (): number => 0 };

/** One thing that may happen under a root between two looks at it. */
type Happening = Readonly<{
  what: "land" | "remove" | "break" | "tear" | "verdict" | "misplace" | "pool" | "refresh";
  run: number;
  agents: number;
}>;

function happen(root: string, { what, run, agents }: Happening): void {
  const run_id = `HF_${run}`;
  const directory = join(root, "runs_hf", run_id);
  const lands = (): string => writeRun(root, { run_id, agents, sealed: agents % 2 === 0 });
  switch (what) {
    case "land":
      rmSync(directory, { recursive: true, force: true });
      lands();
      break;
    case "remove":
      rmSync(directory, { recursive: true, force: true });
      break;
    case "break":
      writeFileSync(join(lands(), "run_manifest.json"), "{");
      break;
    case "tear":
      truncateSync(join(lands(), "agent_roster.json"), 100 * agents);
      break;
    case "verdict":
      mkdirSync(join(root, "verdicts", run_id), { recursive: true });
      writeFileSync(
        join(root, "verdicts", run_id, "verdict.json"),
        JSON.stringify({ run_id, verdict: agents > 2 ? "PASS" : "FAIL" }),
      );
      break;
    case "misplace":
      mkdirSync(join(root, "runs", run_id), { recursive: true });
      break;
    case "pool": {
      const record = { id: `${run_id}:a${agents}`, source: { run_id }, agent_id: `a${agents}` };
      mkdirSync(join(root, "pools", "stage1"), { recursive: true });
      appendFileSync(join(root, "pools", "stage1", "pool.jsonl"), `${JSON.stringify(record)}\n`);
      break;
    }
    case "refresh":
      break;
  }
}

async function dump(store: CatalogStore): Promise<readonly string[]> {
  const lines: string[] = [];
  assert.ok((await dumpCatalog(store, (line) => lines.push(line))).ok);
  return lines;
}

test("whatever happens under a root, refreshing ends where a rebuild does", async () => {
  const happening = fc.record<Happening>({
    what: fc.constantFrom(
      "land",
      "remove",
      "break",
      "tear",
      "verdict",
      "misplace",
      "pool",
      "refresh",
    ),
    run: fc.integer({ min: 1, max: 3 }),
    agents: fc.integer({ min: 1, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 12 }), async (happenings) => {
      using root = temporaryRoot();
      await using store = createMemoryStore();
      for (const each of happenings) {
        happen(root.path, each);
        if (each.what !== "refresh") continue;
        assert.ok((await refreshCatalog({ root: root.path, store, clock })).ok);
      }
      assert.ok((await refreshCatalog({ root: root.path, store, clock })).ok);
      const refreshed = await dump(store);
      assert.ok((await rebuildCatalog({ root: root.path, store, clock })).ok);
      assert.deepEqual(refreshed, await dump(store));
    }),
    { numRuns: 60, seed: 20_260_101 },
  );
});

test("contents exchanged under an old date and size are noticed", async () => {
  using root = temporaryRoot();
  const path = join(writeRun(root.path, { run_id: "HF_1", seed: 4 }), "run_manifest.json");
  await using store = createMemoryStore();
  const options = { root: root.path, store, clock };
  utimesSync(path, 1, 1);
  assert.ok((await refreshCatalog(options)).ok);
  const text = readFileSync(path, "utf8");
  assert.ok(text.includes('"seed": 4'));
  writeFileSync(path, text.replace('"seed": 4', '"seed": 5'));
  utimesSync(path, 1, 1);
  const report = await refreshCatalog(options);
  assert.equal(report.ok ? report.value.indexed : null, 1);
  assert.ok((await dump(store)).some((line) => line.includes('"seed":5')));
});
