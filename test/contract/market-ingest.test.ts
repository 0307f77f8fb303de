import assert from "node:assert/strict";
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { changeFolder, hosted, type RunningMesh, readChanges, startMesh } from "#mesh";
import { marketdataService, marketIngestService } from "#services";

/** Both services in one process over the real bus and a real SQLite store. */

type Opened = Readonly<{
  mesh: RunningMesh;
  root: string;
  get: (path: string) => Promise<unknown>;
}>;

async function open(
  context: TestContext,
  env: Record<string, string>,
  root?: string,
): Promise<Opened> {
  const place = root ?? mkdtempSync(join(tmpdir(), "assay-ingest-"));
  if (root === undefined) {
    context.after(() => rmSync(place, { recursive: true, force: true, maxRetries: 3 }));
  }
  const mesh = await startMesh([hosted(marketdataService()), hosted(marketIngestService())], {
    root: place,
    env: {
      ASSAY_MARKETDATA_SOURCE: "simulator",
      ASSAY_MARKETDATA_STEP_MS: "20",
      ASSAY_INGEST_FLUSH_MS: "20",
      ASSAY_INGEST_SYMBOL_INTERVAL_MS: "50",
      ...env,
    },
    product: { version: "0.1.0", gitCommit: null },
    ports: "free",
    sink: { write: () => {} },
  });
  assert.ok(mesh.ok, mesh.ok ? "" : mesh.fault.message);
  context.after(async () => mesh.value.stop());
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${mesh.value.urlOf("market-ingest-service")}${path}`);
    return answer.json();
  };
  return { mesh: mesh.value, root: place, get };
}

/** Asks until it holds, for eight seconds at most. */
async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask();
    if (holds(answer)) return answer;
    assert.ok(tries < 160, JSON.stringify(answer));
    await sleep(50);
  }
}

type Quotes = Readonly<{ quotes: readonly Readonly<{ symbol: string; quote_ts_ms: number }>[] }>;
type Beat = Readonly<{ now: Readonly<{ fresh: boolean; reason: string }> }>;

// What the service under test answers.
const quotesOf = async ({ get }: Opened) => (await get("/quotes")) as Quotes;
const beatOf = async ({ get }: Opened) => (await get("/heartbeat")) as Beat;

test("ticks of the stream end in the store, newest last, and the heartbeat says fresh", async (context) => {
  const opened = await open(context, {});
  const first = await until(
    async () => quotesOf(opened),
    ({ quotes }) => quotes.length === 3,
  );
  const time = (quotes: Quotes): number => quotes.quotes[0]?.quote_ts_ms ?? 0;
  await until(
    async () => quotesOf(opened),
    (later) => time(later) > time(first),
  );
  await until(
    async () => beatOf(opened),
    ({ now }) => now.fresh,
  );
  await opened.mesh.stop();
  const changes = readChanges(changeFolder(opened.root, "market-ingest-service"));
  assert.match(JSON.stringify(changes), /quotes_written/);
});

test("a soft pause stops the writing, and going on needs no restart", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "assay-pause-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "INGEST_ENABLED");
  const opened = await open(context, {
    INGEST_ENABLED_FILE: file,
    ASSAY_INGEST_ENABLED_POLL_MS: "50",
  });
  assert.equal((await beatOf(opened)).now.reason, "ingest_paused", "a missing file pauses");
  assert.deepEqual(await quotesOf(opened), { quotes: [] });
  writeFileSync(file, "1\n");
  await until(
    async () => quotesOf(opened),
    ({ quotes }) => quotes.length === 3,
  );
  unlinkSync(file);
  const paused = await until(
    async () => beatOf(opened),
    ({ now }) => now.reason === "ingest_paused",
  );
  assert.equal(paused.now.fresh, false);
  const [before, after] = [await quotesOf(opened), (await sleep(200), await quotesOf(opened))];
  assert.deepEqual(after, before, "nothing is written while it is paused");
  writeFileSync(file, "1\n");
  await until(
    async () => quotesOf(opened),
    (later) => JSON.stringify(later) !== JSON.stringify(before),
  );
});

test("a second start goes on where the store is", async (context) => {
  const first = await open(context, {});
  await until(
    async () => quotesOf(first),
    ({ quotes }) => quotes.length === 3,
  );
  await first.mesh.stop();
  const second = await open(context, { INGEST_ENABLED: "0" }, first.root);
  const { quotes } = await quotesOf(second);
  assert.equal(quotes.length, 3);
});
