import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder } from "./assay.ts";
import { type PaperOrder, paperClient } from "./mesh-paper.ts";
import { ask, type MeshProcess, startUp, until } from "./mesh-process.ts";

/** Half of the time the simulated feed stalls, however late the mesh gets going. */
const plan = Array.from({ length: 20 }, (_, round) => {
  return { kind: "stall", from_ms: 6_000 + round * 12_000, for_ms: 6_000 };
});

const maxAgeSeconds = 2;

type Health = Readonly<{ age_seconds: number | null; ok: boolean; reason: string }>;

test("a feed that stalls is stale in time; all refuse, nobody restarts, all recover", async () => {
  const root = makeFolder();
  const mesh = await startUp(
    root,
    {
      ASSAY_MARKETDATA_SOURCE: "simulator",
      ASSAY_MARKETDATA_SYMBOLS: "SPY",
      ASSAY_MARKETDATA_STEP_MS: "100",
      ASSAY_MARKETDATA_FAILURES: JSON.stringify(plan),
      MARKETDATA_MAX_AGE_SECONDS: String(maxAgeSeconds),
      ASSAY_STRATEGY_RUNTIMES: "whale-strategy",
      STRATEGY_CYCLE_SECONDS: "1",
    },
    ["--only", "marketdata-mcp-server,market-ingest-service,strategy-service,strategy-engine"],
  );
  const paper = paperClient(mesh.urlOf("strategy-service"), root);
  await paper.begin("SPY");
  const order = { symbol: "SPY", side: "BUY", quantity: "1", type: "market" };

  await healthIs(mesh, 200);
  const before = await bootsOf(mesh);

  const stale = await healthIs(mesh, 503);
  assert.equal(stale.reason, "tick_too_old");
  // What was fresh a look ago is stale now; a busy machine looks less often.
  assert.ok((stale.age_seconds ?? Infinity) <= maxAgeSeconds + 2, JSON.stringify(stale));
  const rejected = await paper.place("while-stale", order);
  assert.equal((rejected.body as PaperOrder).reason, "marketdata_stale");
  const refusals = await staleRefusals(mesh);
  await until(
    () => staleRefusals(mesh),
    (count) => count > refusals,
  );
  const ingest = await ask(`${mesh.urlOf("market-ingest-service")}/heartbeat`);
  assert.equal((ingest.body as { now: { fresh: boolean } }).now.fresh, false);
  for (const service of mesh.services) {
    assert.equal((await ask(`${mesh.urlOf(service)}/livez`)).status, 200, service);
  }

  await healthIs(mesh, 200);
  let tries = 0;
  await until(
    async () => (await paper.place(`when-fresh-${(tries += 1)}`, order)).body as PaperOrder,
    ({ status }) => status === "filled",
    5_000,
  );
  const settled = await staleRefusals(mesh);
  await sleep(1_500);
  assert.ok((await staleRefusals(mesh)) <= settled + 1);
  assert.deepEqual(await bootsOf(mesh), before);
  const { code, tookMs } = await mesh.stop("SIGINT");
  assert.equal(code, 130);
  assert.ok(tookMs < 10_000, `${tookMs} ms`);
});

/** Waits for a status; a fresh answer is never given of data that are too old. */
async function healthIs(mesh: MeshProcess, wanted: number): Promise<Health> {
  const { body } = await until(
    async () => {
      const answer = await ask(`${mesh.urlOf("marketdata-mcp-server")}/healthz`);
      const { age_seconds, ok } = answer.body as Health;
      assert.equal(ok, answer.status === 200);
      if (ok) assert.ok((age_seconds ?? Infinity) <= maxAgeSeconds, JSON.stringify(answer.body));
      return answer;
    },
    ({ status }) => status === wanted,
  );
  return body as Health;
}

async function staleRefusals(mesh: MeshProcess): Promise<number> {
  const { body } = await ask(`${mesh.urlOf("strategy-engine")}/metrics`);
  const line = /refusals_total\{strategy="whale-strategy",reason="marketdata_stale"\} (\d+)/;
  return Number(line.exec(String(body))?.[1] ?? 0);
}

async function bootsOf(mesh: MeshProcess): Promise<readonly unknown[]> {
  const answers = await Promise.all(
    mesh.services.map((service) => ask(`${mesh.urlOf(service)}/health`)),
  );
  return answers.map(({ body }) => (body as { boot_id: string }).boot_id);
}
