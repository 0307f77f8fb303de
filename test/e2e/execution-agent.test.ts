import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { hosted, startMesh } from "#mesh";
import { executionStateCodec } from "#protocol";
import { executionAgentAt } from "#services";
import { engageHalt, releaseHalt } from "#venues";
import { agentKey, anIntent, type ExecutionBench, until, withAgent } from "./execution-bench.ts";

test("at boot it is OFF, shows every gate, and takes no order", async () => {
  await withAgent({}, async (bench) => {
    const state = await bench.state();
    assert.ok(executionStateCodec.read(state).ok);
    assert.ok(executionStateCodec.write(state).ok, "a member that the protocol does not know");
    assert.deepEqual([state.mode, state.state, state.may_execute], ["OFF", "READY", false]);
    assert.deepEqual(state.gates.armed, { held: false, until_utc: null });
    const told = await bench.execute("key-000001");
    assert.deepEqual([told.status, told.code], [409, "agent_mode_not_live"]);
    assert.equal(bench.venue.oracle.acceptedCount(), 0);
  });
});

test("without a venue every order is refused, and nobody can recover it", async () => {
  await withAgent({ venue: null }, async (bench) => {
    const told = await bench.execute("key-000001");
    assert.deepEqual([told.status, told.code], [409, "venue_not_configured"]);
    assert.ok((await bench.state()).refusals.includes("venue_not_configured"));
    // No key is configured: the door is shut, not open.
    for (const headers of [
      {},
      { authorization: "Bearer " },
      { authorization: `Bearer ${agentKey}` },
    ]) {
      const tried = await bench.call("POST", "/recover", { by: "ada" }, headers);
      assert.deepEqual([tried.status, tried.code], [401, "unauthorised"]);
    }
    for (const path of ["/arm", "/cancel-all"]) {
      assert.equal((await bench.call("POST", path, {}, {})).status, 401, path);
    }
    assert.equal((await bench.call("GET", "/arm/challenge", undefined, {})).status, 401);
  });
});

test("a venue is not started without its key, its address and the key of the agent", async () => {
  const product = { version: "0.1.0", gitCommit: null };
  await withAgent({ venue: null }, async ({ root, switchFile }) => {
    const all: Record<string, string> = {
      ASSAY_EXECUTION_KEY: agentKey,
      ASSAY_EXECUTION_VENUE_URL: "http://127.0.0.1:9",
      ASSAY_EXECUTION_API_KEY: "a",
      ASSAY_EXECUTION_API_SECRET: "b",
      ASSAY_EXECUTION_API_PASSPHRASE: "c",
    };
    const startWith = async (
      edit: Record<string, string>,
      mode: "simulated" | "okx_live" = "simulated",
    ): Promise<string> => {
      const env = { EXECUTION_HALTED_FILE: switchFile, ...all, ...edit, ASSAY_LOG_LEVEL: "error" };
      const sink = { write: (): void => undefined };
      const options = { root: join(root, "other"), env, product, sink, ports: "free" } as const;
      const started = await startMesh([hosted(executionAgentAt(mode))], options);
      if (!started.ok) return `${started.fault.code} ${started.fault.at ?? ""}`;
      await started.value.stop();
      return "started";
    };
    for (const name of Object.keys(all)) {
      assert.equal(await startWith({ [name]: "" }), `config_missing ${name}`);
    }
    const short = { ASSAY_EXECUTION_KEY: "k".repeat(23) };
    assert.equal(await startWith(short), "config_invalid ASSAY_EXECUTION_KEY");
    assert.equal(await startWith({}), "venue_unreachable ");
    const clear = { ASSAY_EXECUTION_VENUE_URL: "http://192.0.2.1:80" };
    const refused = "config_invalid ASSAY_EXECUTION_VENUE_URL";
    assert.equal(await startWith(clear, "okx_live"), refused);
  });
});

test("a person who knows the key makes it PAPER, and orders go through the broker", async () => {
  await withAgent({}, async (bench) => {
    for (const headers of [
      {},
      { authorization: `Bearer ${agentKey}x` },
      { authorization: agentKey },
    ]) {
      const tried = await bench.call("POST", "/recover", { by: "ada" }, headers);
      assert.deepEqual([tried.status, tried.code], [401, "unauthorised"]);
      const order = await bench.call(
        "POST",
        "/execute",
        {},
        { ...headers, "idempotency-key": "key-000000" },
      );
      assert.deepEqual([order.status, order.code], [401, "unauthorised"]);
    }
    const nobody = await bench.call("POST", "/recover", {});
    assert.deepEqual([nobody.status, nobody.code], [422, "recover_by_nobody"]);
    await bench.enable();
    assert.equal((await bench.state()).mode, "PAPER");
    const told = await bench.execute("key-000001");
    assert.deepEqual([told.status, told.body["decision"]], [200, "accepted"], told.text);
    const [order] = bench.venue.oracle.accepted();
    const placed = told.body["order"] as Readonly<{ client_order_id: string; order_id: string }>;
    assert.equal(order?.cl_ord_id, placed.client_order_id);
    assert.equal(order?.ord_id, placed.order_id);
    await bench.restart();
    assert.equal((await bench.state()).mode, "OFF", "nothing on the disk turns it on");
  });
});

test("the same key has the same answer, over a restart too, and no other intent", async () => {
  await withAgent({}, async (bench) => {
    const refused = await bench.execute("key-early1");
    await bench.enable();
    const first = await bench.execute("key-000001");
    const second = await bench.execute("key-000001");
    assert.equal(second.text, first.text);
    assert.equal(second.headers.get("idempotent-replayed"), "true");
    const other = await bench.execute("key-000001", { quantity: "2" });
    assert.deepEqual([other.status, other.code], [409, "idempotency_key_reused"]);
    const borrowed = await bench.execute("key-000009", { intent_id: "intent-key-000001" });
    assert.deepEqual([borrowed.status, borrowed.code], [409, "intent_taken"]);
    assert.equal((await bench.execute("key-early1")).text, refused.text, "a refusal is an answer");
    const together = await Promise.all(
      Array.from({ length: 6 }, () => bench.execute("key-000002")),
    );
    assert.equal(new Set(together.map(({ text }) => text)).size, 1);
    await bench.restart();
    assert.equal((await bench.execute("key-000001")).text, first.text);
    assert.equal(
      (await bench.execute("key-000001", { quantity: "2" })).code,
      "idempotency_key_reused",
    );
    assert.equal(bench.venue.oracle.acceptedCount(), 2);
  });
});

test("a request that a dead process left open is answered by what its order became", async () => {
  await withAgent({}, async (bench) => {
    await bench.enable();
    const first = await bench.execute("key-000001");
    await bench.stop();
    forgetAnswers(bench);
    await bench.start();
    const again = await bench.execute("key-000001");
    assert.deepEqual([again.status, again.body["decision"]], [200, "accepted"], again.text);
    const idOf = (told: typeof first): unknown => Reflect.get(told.body["order"] ?? {}, "order_id");
    assert.equal(idOf(again), idOf(first));
    assert.equal(bench.venue.oracle.acceptedCount(), 1, "it was not sent again");
  });
});

const refusals: readonly (readonly [
  status: number,
  code: string,
  edit: Readonly<Record<string, unknown>>,
])[] = [
  [409, "intent_not_approved", { approval: null }],
  [409, "intent_of_other_venue", { venue: "okx_demo" }],
  [409, "intent_expired", { valid_until_utc: "2024-01-01T00:00:00.000Z" }],
  [
    409,
    "intent_from_future",
    { created_at_utc: "2099-01-01T00:00:00.000Z", valid_until_utc: "2099-01-01T00:05:00.000Z" },
  ],
  [409, "intent_validity_too_long", { valid_until_utc: "2098-01-01T00:00:00.000Z" }],
  [409, "asset_type_not_traded", { asset_type: "EQUITY" }],
  [409, "symbol_not_allowed", { symbol: "ETH-USDT-SWAP" }],
  [409, "lot_size_invalid", { quantity: "1.005" }],
  [422, "request_invalid", { quantity: "-1" }],
  [422, "request_invalid", { order_type: "LIMIT", limit_price: null }],
  [422, "request_invalid", { stop_price: "1" }],
  [422, "request_invalid", { schema: "assay.intent/2" }],
];

test("an intent that cannot be meant for here and now is refused, with its reason", async () => {
  await withAgent({}, async (bench) => {
    await bench.enable();
    for (const [at, [status, code, edit]] of refusals.entries()) {
      const told = await bench.execute(`key-bad-${at}`, edit);
      assert.deepEqual([told.status, told.code], [status, code], JSON.stringify(edit));
    }
    for (const [given, code] of [
      ["", "idempotency_key_missing"],
      ["short", "idempotency_key_malformed"],
      ["with space", "idempotency_key_malformed"],
    ] as const) {
      const headers = { authorization: `Bearer ${agentKey}`, "idempotency-key": given };
      const told = await bench.call("POST", "/execute", anIntent("x", Date.now()), headers);
      assert.deepEqual([told.status, told.code], [400, code]);
    }
    const headers = { authorization: `Bearer ${agentKey}`, "idempotency-key": "key-000001" };
    const torn = await bench.call("POST", "/execute", "{", headers);
    assert.deepEqual([torn.status, torn.code], [400, "body_malformed"]);
    assert.equal(bench.venue.oracle.acceptedCount(), 0);
  });
});

test("stale or unreachable market data refuses, until ticks come again", async () => {
  await withAgent({}, async (bench) => {
    await bench.enable();
    bench.tickAgeMs = 61_000;
    const stale = await bench.execute("key-000001");
    assert.deepEqual([stale.status, stale.code], [409, "marketdata_stale"]);
    assert.equal((await bench.state()).state, "DEGRADED");
    const late = await bench.call("POST", "/recover", { by: "ada" });
    assert.deepEqual([late.status, late.code], [409, "recover_data_stale"]);
    bench.tickAgeMs = null;
    const gone = await bench.execute("key-000002");
    assert.deepEqual([gone.status, gone.code], [409, "marketdata_unreachable"]);
    bench.tickAgeMs = 0;
    await until("fresh data", async () => (await bench.state()).state === "READY");
    assert.equal((await bench.execute("key-000003")).status, 200);
  });
});

test("a halt stays when the switch says off again, until a person lets go of it", async () => {
  await withAgent({}, async (bench) => {
    await bench.enable();
    writeFileSync(bench.switchFile, "1");
    const halted = await bench.execute("key-000001");
    assert.deepEqual([halted.status, halted.code], [409, "kill_switch_enabled"]);
    writeFileSync(bench.switchFile, "off");
    const after = await bench.execute("key-000002");
    assert.equal(after.code, "kill_switch_enabled", "the latch holds");
    const state = await bench.state();
    assert.deepEqual([state.state, state.mode], ["HALTED", "OFF"]);
    assert.equal(state.gates.latch.state, "latched");
    const early = await bench.call("POST", "/recover", { by: "ada" });
    assert.deepEqual([early.status, early.code], [409, "recover_switch_halted"]);
    assert.ok(releaseHalt(bench.places, "ada").ok);
    assert.equal(
      (await bench.execute("key-000003")).code,
      "kill_switch_enabled",
      "nobody recovered",
    );
    await bench.enable();
    assert.equal((await bench.execute("key-000004")).status, 200);
  });
});

test("whoever halts by HTTP or by the command halts; STOP halts while it is there", async () => {
  await withAgent({}, async (bench) => {
    await bench.enable();
    const halted = await bench.call("POST", "/halt", { by: "joan", reason: "drill" }, {});
    assert.deepEqual([halted.status, halted.body["state"]], [200, "HALTED"]);
    assert.ok(releaseHalt(bench.places, "ada").ok);
    await bench.enable();
    assert.ok(engageHalt(bench.places, "ada").ok);
    assert.equal((await bench.execute("key-000001")).code, "kill_switch_enabled");
    assert.ok(releaseHalt(bench.places, "ada").ok);
    await bench.enable();
    writeFileSync(join(bench.root, "STOP"), "");
    assert.equal((await bench.execute("key-000002")).code, "kill_switch_enabled");
  });
});

test("what rests is cancelled by the watchdog, over its own connection", async () => {
  await withAgent({}, async (bench) => {
    await bench.enable();
    const px = await restingPrice(bench);
    const limit = { order_type: "LIMIT", limit_price: px, time_in_force: "GTC", quantity: "0.1" };
    const told = await bench.execute("key-000001", limit);
    assert.equal(told.status, 200, told.text);
    assert.equal(openOrders(bench), 1);
    writeFileSync(bench.switchFile, "halt");
    await until("nothing rests", () => openOrders(bench) === 0);
  });
});

test("cancelling stays possible while it is halted", async () => {
  await withAgent({}, async (bench) => {
    await bench.enable();
    writeFileSync(bench.switchFile, "halt");
    const told = await bench.call("POST", "/cancel-all");
    assert.deepEqual([told.status, told.body["clear"]], [200, true], told.text);
    const stranger = await bench.call("POST", "/cancel-all", {}, {});
    assert.equal(stranger.status, 401);
  });
});

test("a folder of orders that cannot be read keeps it from starting", async () => {
  await withAgent({}, async (bench) => {
    await bench.stop();
    const folder = join(bench.root, "mesh", "execution-agent", "orders");
    const [name] = readdirSync(folder);
    appendFileSync(join(folder, name ?? "", "folder.json"), "{}");
    await assert.rejects(bench.start(), /order_folder_malformed/);
    assert.match(readFileSync(join(folder, name ?? "", "folder.json"), "utf8"), /AUDIT_/);
  });
});

function openOrders({ venue }: ExecutionBench): number {
  return venue.floor.exchange.openOrders(0).length;
}

/** Within the collar, and not where it would trade. */
async function restingPrice({ venue }: ExecutionBench): Promise<string> {
  const path = "/api/v5/public/mark-price?instType=SWAP&instId=BTC-USDT-SWAP";
  const told = await venue.handle({ method: "GET", path, headers: {}, body: "" });
  const { data } = JSON.parse(told.body) as { data: readonly { markPx: string }[] };
  return String(Math.round(Number(data[0]?.markPx) * 0.97));
}

/** As if the process had died between sending and answering. */
function forgetAnswers({ root }: ExecutionBench): void {
  const store = new DatabaseSync(join(root, "mesh", "store.sqlite"));
  store.exec("UPDATE execution_agent_requests SET status = NULL, answer = NULL");
  store.close();
}
