import assert from "node:assert/strict";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { executionStateCodec } from "#protocol";
import { makeFolder, startAssay } from "./assay.ts";
import { ask, isRunning, startUp, until } from "./mesh-process.ts";

test("execution-agent comes when it is asked for, is OFF, and dies with the mesh", async () => {
  const only = ["--only", "marketdata-mcp-server", "--with", "execution-agent"];
  const mesh = await startUp(makeFolder(), {}, only);
  const url = mesh.urlOf("execution-agent");
  const state = executionStateCodec.read((await ask(`${url}/state`)).body);
  assert.ok(state.ok);
  const { mode, may_execute, gates } = state.value;
  assert.deepEqual([mode, may_execute, gates.armed.held], ["OFF", false, false]);
  const order = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
  const { status } = await ask(`${url}/execute`, order);
  assert.ok(status >= 400, String(status));
  await mesh.kill();
  const isThere = (): Promise<boolean> => {
    return ask(`${url}/livez`).then(
      () => true,
      () => false,
    );
  };
  await until(isThere, (there) => !there, 10_000);
});

test("a mesh that is stopped while it starts ends in time and leaves no process", async () => {
  const args = ["up", "--root", makeFolder(), "--ports", "free", "--json"];
  const child = startAssay(args);
  const exited = once(child, "exit");
  assert.ok(child.stderr !== null);
  const lines = createInterface({ input: child.stderr });
  const pids: number[] = [];
  lines.on("line", (line) => {
    // The first strategy runs, the others do not yet.
    const pid = /"event":"strategy.started".*"pid":(\d+)/.exec(line)?.[1];
    if (pid === undefined) return;
    if (pids.push(Number(pid)) === 1) child.kill("SIGTERM");
  });
  const fromMs = performance.now();
  await exited;
  assert.equal(child.exitCode, 0);
  assert.ok(performance.now() - fromMs < 30_000);
  assert.ok(pids.length > 0);
  await until(
    () => pids.filter(isRunning),
    (left) => left.length === 0,
    5_000,
  );
});
