import assert from "node:assert/strict";
import { test } from "node:test";
import { executionStateCodec } from "#protocol";
import { makeFolder } from "./assay.ts";
import { ask, startUp, until } from "./mesh-process.ts";

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
