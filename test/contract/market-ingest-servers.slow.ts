import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { beatOf, lastOf, openIngest, type Quotes, quotesOf, until } from "./ingest-bench.ts";
import { startNats, withoutNats } from "./nats-server.ts";
import { startPostgres, withoutPostgres } from "./postgres-server.ts";

const noServers = withoutNats() || withoutPostgres();

test("over NATS and PostgreSQL quotes are stored, also after the bus was killed and came back", {
  skip: noServers,
}, async (context) => {
  await using postgres = await startPostgres();
  await using nats = await startNats();
  const opened = await openIngest(context, {
    ASSAY_BUS_URL: nats.url,
    ASSAY_DATABASE_URL: postgres.url.href,
  });
  await until(
    async () => quotesOf(opened),
    ({ quotes }) => quotes.length === 3,
  );
  await until(
    async () => beatOf(opened),
    ({ now }) => now.fresh,
  );
  await nats.kill();
  await sleep(300);
  const before = await quotesOf(opened);
  await nats.start();
  const isLater = (quotes: Quotes): boolean => lastOf(quotes) > lastOf(before) + 1000;
  await until(async () => quotesOf(opened), isLater);
  assert.equal(opened.mesh.statusOf("market-ingest-service")?.starts, 1, "no restart");
  await opened.mesh.stop();
});
