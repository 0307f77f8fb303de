import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { assay, makeFolder } from "./assay.ts";

/** What a person gets wrong: one clear line, the exit code of the table, nothing left behind. */

test("a setting that nobody knows is refused with the one that is meant", async () => {
  const root = join(makeFolder(), "root");
  for (const verb of [["up"], ["service", "strategy-service"]]) {
    const env = { ASSAY_BUS_URI: "nats://127.0.0.1:1" };
    const run = await assay([...verb, "--root", root, "--ports", "free"], { env });
    assert.equal(run.code, 2, run.stderr);
    assert.match(run.stderr, /^assay: ASSAY_BUS_URI is no setting.*ASSAY_BUS_URL\?.*\n$/);
  }
  assert.equal(existsSync(join(root, "mesh", "logs")), false);
});

test("a setting that cannot be read is refused without its text", async () => {
  const root = join(makeFolder(), "root");
  const env = { MARKETDATA_MAX_AGE_SECONDS: "hunter2" };
  const run = await assay(["up", "--root", root], { env });
  assert.equal(run.code, 2, run.stderr);
  assert.match(run.stderr, /^assay: MARKETDATA_MAX_AGE_SECONDS cannot be read .*\n$/);
  assert.doesNotMatch(run.stderr, /hunter2/);
  assert.equal(existsSync(root), false);
});

test("a port that is taken is named with its service, and nothing is started", async () => {
  const root = makeFolder();
  // Whoever holds it, the port is taken.
  const holder = createServer().listen(8081, "127.0.0.1");
  await Promise.race([once(holder, "listening"), once(holder, "error")]).catch(() => {});
  const run = await assay(["up", "--root", root, "--only", "market-ingest-service"]);
  holder.close();
  assert.equal(run.code, 5, run.stderr);
  assert.match(
    run.stderr,
    /^assay: the port of market-ingest-service is taken: .*--ports free.*127\.0\.0\.1:8081.*\n$/,
  );
  const left = readdirSync(join(root, "mesh")).filter((name) => /sqlite|^bus/.test(name));
  assert.deepEqual(left, []);
});

test("a bus or a store that is not there ends the start", async () => {
  const root = makeFolder();
  const only = ["--only", "marketdata-mcp-server", "--ports", "free", "--root", root];
  for (const [env, code] of [
    [{ ASSAY_BUS_URL: "nats://127.0.0.1:1" }, 5],
    [{ ASSAY_BUS_URL: "http://127.0.0.1:1" }, 2],
    [{ ASSAY_DATABASE_URL: "mysql://x" }, 2],
  ] as const) {
    const run = await assay(["up", ...only], { env });
    assert.equal(run.code, code, run.stderr);
    assert.equal(run.stderr.split("\n").filter((line) => line.startsWith("assay: ")).length, 1);
  }
});

test("a root that cannot be one is refused", async () => {
  const file = join(makeFolder(), "file");
  writeFileSync(file, "");
  const run = await assay(["up", "--root", join(file, "below")]);
  assert.equal(run.code, 2, run.stderr);
  assert.match(run.stderr, /^assay: the root is not a directory.*\n$/);
  const nowhere = await assay(["up", "--root", "/proc/assay"]);
  assert.equal(nowhere.code, 5, nowhere.stderr);
});

test("names that are none, or belong elsewhere, are told apart", async () => {
  const root = ["--root", makeFolder()];
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [["up", "--only", "strategy-engin"], /no service "strategy-engin"/],
    [["up", "--only", "execution-agent"], /never hosted: --with execution-agent/],
    [["up", "--only", "mission-control"], /a batch: assay service mission-control/],
    [["up", "--with", "strategy-engine"], /only execution-agent runs beside/],
    [["service", "nobody"], /there is no service "nobody"/],
    [["service", "strategy-service", "--stdio"], /does not speak MCP/],
    [["service", "strategy-service", "--venue", "okx_live"], /has no venue/],
    [["status", "--address", "nobody=http://x"], /expected NAME=URL/],
  ];
  const runs = await Promise.all(cases.map(([args]) => assay([...args, ...root])));
  for (const [index, run] of runs.entries()) {
    assert.equal(run.code, 2, run.stderr);
    assert.match(run.stderr, cases[index]?.[1] ?? /./);
    assert.equal(run.stderr.trimEnd().split("\n").length, 1);
  }
});

test("--config shows which settings are there, and no secret", async () => {
  const env = { APCA_API_KEY_ID: "hunter2", MARKETDATA_MAX_AGE_SECONDS: "30" };
  const run = await assay(["service", "marketdata-mcp-server", "--config"], { env });
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /APCA_API_KEY_ID +set \(secret\)/);
  assert.match(run.stdout, /MARKETDATA_MAX_AGE_SECONDS +set /);
  assert.match(run.stdout, /ASSAY_BUS_URL +not set/);
  assert.doesNotMatch(run.stdout, /hunter2/);
});
