import assert from "node:assert/strict";
import { test } from "node:test";
import { startNats, withoutNats } from "../contract/nats-server.ts";
import { startPostgres, withoutPostgres } from "../contract/postgres-server.ts";
import { assay, makeFolder } from "./assay.ts";
import { startApart } from "./mesh-apart.ts";
import { type PaperOrder, paperClient } from "./mesh-paper.ts";
import { ask, until } from "./mesh-process.ts";

test("services as processes of their own work together over NATS and PostgreSQL", {
  skip: withoutNats() || withoutPostgres(),
}, async () => {
  await using nats = await startNats();
  await using postgres = await startPostgres();
  const mesh = await startApart({
    ASSAY_BUS_URL: nats.url,
    ASSAY_DATABASE_URL: postgres.url.href,
  });
  const { market, ingest, strategies, engine, roots, all } = mesh;

  // Ticks of one process are written by another.
  await until(
    async () => (await ask(`${ingest.urlOf("market-ingest-service")}/quotes`)).body,
    (body) => (body as { quotes: unknown[] }).quotes.length === 2,
  );
  // They fill a paper order of a third.
  const paper = paperClient(strategies.urlOf("strategy-service"), roots.strategies);
  await paper.begin("SPY");
  const order = { symbol: "SPY", side: "BUY", quantity: "1", type: "market" };
  let key = 0;
  const filled = await until(
    async () => (await paper.place(`try-number-${(key += 1)}`, order)).body as PaperOrder,
    ({ status }) => status === "filled",
  );
  assert.equal(filled.reason, null);
  // A fourth asks the first whether its ticks are fresh, and refuses for another reason.
  await until(
    async () => String((await ask(`${engine.urlOf("strategy-engine")}/metrics`)).body),
    (text) => /strategy="whale-strategy",reason="input_missing"\}/.test(text),
  );

  const addresses = all.flatMap((process) =>
    process.services.flatMap((name) => ["--address", `${name}=${process.urlOf(name)}`]),
  );
  const status = await assay(["status", "--json", "--root", makeFolder(), ...addresses]);
  const { agents } = JSON.parse(status.stdout) as { agents: { name: string; state: string }[] };
  const silent = agents.filter(({ state }) => state === "no answer").map(({ name }) => name);
  assert.deepEqual(silent, ["research-runner", "congressional-ingest"]);
  assert.equal(
    market.log.some(({ level }) => level === "error"),
    false,
  );

  const ends = await Promise.all(all.map((process) => process.stop()));
  for (const { code, tookMs } of ends) {
    assert.equal(code, 0);
    assert.ok(tookMs < 10_000, `${tookMs} ms`);
  }
});
