import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openBus, openOutbox } from "#mesh";
import { anEvent, codeOf, collect, until, valueOf } from "./mesh-bus-bench.ts";
import { handlesOnceThroughKills } from "./mesh-bus-kills.ts";
import { startNats, withoutNats } from "./nats-server.ts";

const skip = withoutNats();

function aFolder(t: test.TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "assay-bus-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("a killed and restarted server: what the outbox acknowledged is handled once and in order", {
  skip,
}, async (t) => {
  await handlesOnceThroughKills(aFolder(t), 1);
});

test("a server that comes back empty is set up again; nothing in the outbox is lost", {
  skip,
}, async (t) => {
  await using server = await startNats();
  const folder = aFolder(t);
  const bus = valueOf(await openBus(server.url));
  // A bus that is left open would look for its server for ever.
  t.after(async () => bus.close());
  const passing = await collect(bus, ["market.tick.*"], null);
  const owner = await collect(bus, ["proposal.gamma"], "owner");
  for (let seq = 1; seq <= 20; seq++) valueOf(await bus.publish(anEvent("market.tick.SPY", seq)));
  await until("ticks", () => passing.seen.length === 20);
  await server.kill();
  await until("noticed", () => bus.status().state === "reconnecting");
  const outbox = valueOf(openOutbox({ folder: join(folder, "out"), bus }));
  valueOf(await outbox.append(anEvent("proposal.gamma", 1)));
  await until("trouble", () => outbox.status().trouble !== null);
  assert.equal(outbox.status().trouble?.code, "bus_unreachable");
  await server.forget();
  await server.start();
  await until("it is back", () => bus.status().state === "up");
  assert.ok(await outbox.flushed(10_000));
  await until("the owner has it", () => owner.seen.length === 1);
  await until("ticks again", async () => {
    await bus.publish(anEvent("market.tick.SPY", Date.now(), { salt: "again" }));
    return passing.seen.length > 20;
  });
  valueOf(await outbox.close());
});

test("values are still watched after a restart", { skip }, async (t) => {
  await using server = await startNats();
  const bus = valueOf(await openBus(server.url));
  // A bus that is left open would look for its server for ever.
  t.after(async () => bus.close());
  const kv = valueOf(await bus.kv("state"));
  const seen = new Map<string, unknown>();
  const watch = valueOf(await kv.watch(">", ({ key, value }) => seen.set(key, value)));
  valueOf(await kv.put("before", 1));
  await until("before", () => seen.get("before") === 1);
  await server.kill();
  await until("noticed", () => bus.status().state === "reconnecting");
  assert.equal(codeOf(await kv.get("before")), "bus_unreachable");
  await server.start();
  await until("it is back", () => bus.status().state === "up");
  assert.equal(valueOf(await kv.get("before"))?.value, 1);
  valueOf(await kv.put("after", 2));
  await until("after", () => seen.get("after") === 2, 30_000);
  await watch.stop();
});

test("a server without JetStream, too old, or not there ends the start with its code", {
  skip,
}, async () => {
  assert.equal(codeOf(await openBus("nats://127.0.0.1:1")), "bus_unreachable");
  assert.equal(codeOf(await openBus("http://127.0.0.1:4222")), "bus_address_invalid");
  assert.equal(codeOf(await openBus("nats://a b")), "bus_address_invalid");
  await using plain = await startNats({ jetstream: false });
  assert.equal(codeOf(await openBus(plain.url)), "bus_without_jetstream");
  await using closed = await startNats({ more: ["--user", "assay", "--pass", "p@ss"] });
  assert.equal(codeOf(await openBus(closed.url)), "bus_denied");
  const withLogin = closed.url.replace("//", "//assay:p%40ss@");
  const bus = valueOf(await openBus(withLogin));
  assert.match(bus.status().server ?? "", /\d+\.\d+\.\d+/);
  await bus.close();
});
