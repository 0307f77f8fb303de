import assert from "node:assert/strict";
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { changeFolder, readChanges } from "#mesh";
import { beatOf, lastOf, openIngest, quotesOf, until } from "./ingest-bench.ts";

test("ticks of the stream end in the store, and the heartbeat says fresh", async (context) => {
  const opened = await openIngest(context, {});
  const first = await until(
    async () => quotesOf(opened),
    ({ quotes }) => quotes.length === 3,
  );
  await until(
    async () => quotesOf(opened),
    (later) => lastOf(later) > lastOf(first),
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
  const opened = await openIngest(context, {
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
  const first = await openIngest(context, {});
  await until(
    async () => quotesOf(first),
    ({ quotes }) => quotes.length === 3,
  );
  await first.mesh.stop();
  const second = await openIngest(context, { INGEST_ENABLED: "0" }, first.root);
  const { quotes } = await quotesOf(second);
  assert.equal(quotes.length, 3);
});
