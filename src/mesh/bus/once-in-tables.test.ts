import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { err, ok } from "#base";
import { newIdentity } from "../identity.ts";
import { openStoreHost } from "../store/open-store.ts";
import { onceInTables, seenTable } from "./once-in-tables.ts";

type Orders = Readonly<{ strategy_service_orders: Readonly<{ id: string }> }>;

test("work and mark are one transaction: both or neither, and once", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "assay-once-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const nowMs = (): number => 1_700_000_000_000;
  const host = await openStoreHost({ root, databaseUrl: null, nowMs });
  assert.ok(host.ok);
  t.after(async () => host.value.close());
  const product = { version: "0.1.0", gitCommit: null };
  const store = host.value.storeOf(newIdentity("strategy-service", product));
  const orders = { name: "strategy_service_orders", columns: { id: "text" }, key: ["id"] } as const;
  const seen = seenTable("strategy_service_seen_events");
  const opened = await store.open<Orders>([{ id: "0001_orders", tables: [orders, seen] }]);
  assert.ok(opened.ok);
  const tables = opened.value;

  let attempts = 0;
  const handler = onceInTables<Orders>({
    ...{ tables, table: seen.name, nowMs },
    async handle(event, db) {
      attempts += 1;
      await db.insertInto("strategy_service_orders").values({ id: event.event_id }).execute();
      // The row is written, and must not stay.
      return attempts === 1 ? err({ code: "not_yet", message: "later" }) : ok(undefined);
    },
  });
  const event = {
    schema: "assay.event/1",
    event_id: "event-0001",
    subject: "proposal.gamma",
    event_type: "proposal",
    source: { agent_name: "strategy-engine", boot_id: "boot-0001", version: "0.1.0" },
    ts_utc: "2024-03-01T14:30:00.000Z",
    seq: 1,
    correlation_id: null,
    payload: {},
  } as const;
  const count = async (): Promise<number> => {
    const rows = await tables.read(async (db) =>
      ok(await db.selectFrom("strategy_service_orders").select("id").execute()),
    );
    return rows.ok ? rows.value.length : -1;
  };
  const said: string[] = [];
  for (const attempt of [1, 2, 3]) {
    await handler({
      ...{ event, attempt, signal: AbortSignal.timeout(5000) },
      ack: () => said.push("ack"),
      nak: (_, reason) => said.push(reason ?? "nak"),
      term: () => said.push("term"),
    });
    if (attempt === 1) assert.equal(await count(), 0);
  }
  assert.deepEqual(said, ["not_yet: later", "ack", "ack"]);
  assert.equal(attempts, 2);
  assert.equal(await count(), 1);
});
