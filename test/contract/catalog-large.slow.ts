import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { findAgents, openStore } from "#catalog";
import { temporaryRoot } from "#support";
import { agentHash, agentName, writeRun } from "./evidence-root.ts";

const agents = 200_000;

test("a roster of 200 000 agents is indexed in a heap that could not hold it", async () => {
  using root = temporaryRoot();
  writeRun(root.path, { run_id: "HF_large", agents });
  // The rows of the roster alone take three times this heap.
  const script = `
    import { openStore, rebuildCatalog } from "#catalog";
    const root = ${JSON.stringify(root.path)};
    const store = await openStore(root, null);
    const clock = { nowMillis: () => 0 };
    const report = await rebuildCatalog({ root, store: store.value, clock });
    process.exitCode = report.ok && report.value.indexed === 1 ? 0 : 1;
  `;
  const child = spawnSync(
    process.execPath,
    ["--max-old-space-size=40", "--input-type=module", "-e", script],
    { cwd: join(import.meta.dirname, "../.."), encoding: "utf8" },
  );
  assert.equal(child.status, 0, child.stderr);
  const opened = await openStore(root.path, null);
  assert.ok(opened.ok);
  await using store = opened.value;
  const last = agentHash("HF_large", agentName(agents - 1));
  const found = await findAgents(store, { filter: { agent_id_hash: last }, limit: 2 });
  assert.ok(found.ok);
  assert.equal(found.value.total, 1);
  assert.equal(found.value.agents[0]?.roster_row, agents - 1);
});
