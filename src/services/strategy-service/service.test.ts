import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Json, ok } from "#base";
import {
  type Bus,
  createEnding,
  hosted,
  type RunningMesh,
  type Service,
  type ServiceDeps,
  startMesh,
} from "#mesh";
import { createEvent, eventIdOf, subjects, tickSchema } from "#protocol";
import { strategyService } from "./service.ts";

const roots: string[] = [];
after(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

const editor = "e".repeat(32);
const reader = "r".repeat(32);
const stranger = "s".repeat(32);
const tokens = `desk/editor=${editor},desk/reader=${reader},other/editor=${stranger}`;

test("a strategy is made, read, changed at its version, listed and removed", async () => {
  await withDesk({}, async ({ call }) => {
    const made = await call("POST", "/strategies", { strategy_id: "gamma-spy", ...draft });
    assert.equal(made.status, 201);
    assert.equal(made.headers.get("etag"), '"1"');
    const changed = await call("PUT", "/strategies/gamma-spy", { ...draft, enabled: false }, '"1"');
    assert.equal(changed.status, 200);
    assert.equal(changed.body["version"], 2);
    assert.equal(changed.body["enabled"], false);
    const late = await call("PUT", "/strategies/gamma-spy", draft, '"1"');
    assert.deepEqual([late.status, late.code], [412, "version_conflict"]);
    const blind = await call("PUT", "/strategies/gamma-spy", draft);
    assert.deepEqual([blind.status, blind.code], [428, "version_missing"]);
    const again = await call("POST", "/strategies", { strategy_id: "gamma-spy", ...draft });
    assert.deepEqual([again.status, again.code], [409, "strategy_exists"]);
    const removed = await call("DELETE", "/strategies/gamma-spy", undefined, '"2"');
    assert.equal(removed.status, 204);
    const gone = await call("GET", "/strategies/gamma-spy");
    assert.deepEqual([gone.status, gone.code], [404, "strategy_missing"]);
  });
});

test("lists come in pages that miss nothing and repeat nothing", async () => {
  await withDesk({}, async ({ call }) => {
    const names = Array.from({ length: 7 }, (_, index) => `s-${index}`);
    for (const name of names) await call("POST", "/strategies", { strategy_id: name, ...draft });
    const seen: unknown[] = [];
    let path = "/strategies?limit=3";
    for (;;) {
      const { body } = await call("GET", path);
      const page = body["strategies"] as { strategy_id: string }[];
      seen.push(...page.map(({ strategy_id }) => strategy_id));
      if (body["next"] === null) break;
      path = `/strategies?limit=3&after=${textOf(body["next"])}`;
    }
    assert.deepEqual(seen, names);
  });
});

test("whoever has no token, only reads, or belongs elsewhere gets no further", async () => {
  await withDesk({}, async ({ url, call, as }) => {
    await call("POST", "/strategies", { strategy_id: "mine", ...draft });
    for (const header of [undefined, "Bearer wrong", `Basic ${editor}`, `Bearer ${editor}x`]) {
      const headers = header === undefined ? {} : { authorization: header };
      const answer = await fetch(`${url}/strategies`, { headers });
      assert.equal(answer.status, 401, String(header));
    }
    const read = await as(reader)("GET", "/strategies/mine");
    assert.equal(read.status, 200);
    const write = await as(reader)("DELETE", "/strategies/mine", undefined, '"1"');
    assert.deepEqual([write.status, write.code], [403, "role_insufficient"]);
    const foreign = await as(stranger)("GET", "/strategies/mine");
    assert.deepEqual([foreign.status, foreign.code], [404, "strategy_missing"]);
  });
});

test("nothing can be made live, by any door", async () => {
  await withDesk({}, async ({ call, order }) => {
    const live = { strategy_id: "live", ...draft, mode: "LIVE" };
    const made = await call("POST", "/strategies", live);
    assert.deepEqual([made.status, made.code], [403, "live_refused"]);
    await call("POST", "/strategies", { strategy_id: "paper", ...draft });
    const raised = await call("PUT", "/strategies/paper", { ...draft, mode: "LIVE" }, '"1"');
    assert.deepEqual([raised.status, raised.code], [403, "live_refused"]);
    const placed = await order("key-live-1", { execution: "live" });
    assert.deepEqual([placed.status, placed.code], [403, "live_refused"]);
    const trade = await call("POST", "/trades/execute", { symbol: "SPY" });
    assert.deepEqual([trade.status, trade.code], [403, "live_refused"]);
    const smuggled = await order("key-live-2", { broker_account_id: "x" });
    assert.deepEqual([smuggled.status, smuggled.code], [422, "request_invalid"]);
    const listed = await call("GET", "/paper-orders");
    assert.deepEqual(listed.body["orders"], []);
  });
});

test("a market order fills at the touch, once however often it is sent", async () => {
  await withDesk({}, async ({ call, order, quote }) => {
    await call("POST", "/strategies", { strategy_id: "paper", ...draft });
    await quote("SPY", "500", "500.1");
    const first = await order("key-000001", {});
    assert.equal(first.status, 201, JSON.stringify(first.body));
    assert.deepEqual([first.body["status"], first.body["fill_price"]], ["filled", "500.1"]);
    const second = await order("key-000001", {});
    assert.equal(second.status, 200);
    assert.deepEqual(second.body, first.body);
    const other = await order("key-000001", { quantity: "3" });
    assert.deepEqual([other.status, other.code], [409, "idempotency_key_reused"]);
    const { body } = await call("GET", "/strategies/paper/analytics");
    assert.equal(body["cash"], "98999.8");
    assert.equal(body["equity"], "99999.8");
    assert.equal(body["unrealised"], "-0.2");
    assert.deepEqual(body["orders"], { open: 0, filled: 1, rejected: 0, cancelled: 0 });
  });
});

test("without a fresh quote nothing fills, and the account has no worth", async () => {
  await withDesk({}, async ({ call, order, quote }) => {
    await call("POST", "/strategies", { strategy_id: "paper", ...draft });
    const none = await order("key-000001", {});
    assert.deepEqual([none.body["status"], none.body["reason"]], ["rejected", "marketdata_stale"]);
    await quote("SPY", "500", "500.1", Date.now() - 61_000);
    const old = await order("key-000002", {});
    assert.deepEqual([old.body["status"], old.body["reason"]], ["rejected", "marketdata_stale"]);
    await quote("SPY", "500", "500.1", Date.now() + 60_000);
    const future = await order("key-000003", {});
    assert.equal(future.body["status"], "rejected");
    const { body } = await call("GET", "/strategies/paper/analytics");
    assert.deepEqual(body["rejections"], { marketdata_stale: 3 });
  });
});

test("a limit order rests until a quote reaches it, over a restart too", async () => {
  const root = newRoot();
  await withDesk({ root }, async ({ call, order, quote }) => {
    await call("POST", "/strategies", { strategy_id: "paper", ...draft });
    await quote("SPY", "500", "500.1");
    const limit = { type: "limit", limit_price: "499" };
    const resting = await order("key-resting", limit);
    assert.equal(resting.body["status"], "open");
    const path = `/paper-orders/${textOf((await order("key-cancel", limit)).body["order_id"])}`;
    assert.equal((await call("DELETE", path)).body["status"], "cancelled");
    assert.equal((await call("DELETE", path)).status, 200);
    const busy = await call("DELETE", "/strategies/paper", undefined, '"1"');
    assert.deepEqual([busy.status, busy.code], [409, "strategy_has_open_orders"]);
  });
  await withDesk({ root }, async ({ call, order, quote }) => {
    await quote("SPY", "498.8", "498.9");
    const known = await order("key-resting", { type: "limit", limit_price: "499" });
    assert.deepEqual([known.status, known.body["status"]], [200, "filled"]);
    assert.equal(known.body["fill_price"], "498.9");
    const ended = await call("DELETE", `/paper-orders/${textOf(known.body["order_id"])}`);
    assert.deepEqual([ended.status, ended.code], [409, "order_ended"]);
  });
});

test("resting orders fill as they came, and not while their strategy is off", async () => {
  await withDesk({}, async ({ call, order, quote }) => {
    await call("POST", "/strategies", { strategy_id: "paper", ...draft });
    await quote("SPY", "50000", "50001");
    // Cash is enough for one of them alone: the one that came first.
    const keys = Array.from({ length: 8 }, (_, index) => `key-rest-${index}`);
    const rest = { type: "limit", limit_price: "49000" };
    for (const key of keys) await order(key, rest);
    await call("PUT", "/strategies/paper", { ...draft, enabled: false }, '"1"');
    await quote("SPY", "48900", "48901");
    const statuses = async (): Promise<readonly unknown[]> => {
      const answers = await Promise.all(keys.map((key) => order(key, rest)));
      return answers.map(({ body }) => body["status"]);
    };
    assert.deepEqual(new Set(await statuses()), new Set(["open"]));
    await call("PUT", "/strategies/paper", draft, '"2"');
    await quote("SPY", "48800", "48801");
    const [first, ...others] = await statuses();
    assert.equal(first, "filled");
    assert.deepEqual(new Set(others), new Set(["rejected"]));
  });
});

test("a paper order needs a strategy that is enabled in mode PAPER", async () => {
  await withDesk({}, async ({ call, order }) => {
    const unknown = await order("key-000001", {});
    assert.deepEqual([unknown.status, unknown.code], [404, "strategy_missing"]);
    await call("POST", "/strategies", { strategy_id: "paper", ...draft, mode: "OBSERVE" });
    const observing = await order("key-000002", {});
    assert.deepEqual([observing.status, observing.code], [409, "strategy_not_paper"]);
    const keyless = await call("POST", "/paper-orders", paperOrder);
    assert.deepEqual([keyless.status, keyless.code], [400, "idempotency_key_missing"]);
  });
});

test("garbage is refused with the field that is wrong, never with a stack", async () => {
  await withDesk({}, async ({ url, call, order }) => {
    const cases: readonly [string, unknown, string][] = [
      ["/strategies", { strategy_id: "UPPER", ...draft }, "strategy_id"],
      ["/strategies", { strategy_id: "x", ...draft, symbols: [] }, "symbols"],
      ["/strategies", { strategy_id: "x", ...draft, extra: 1 }, ""],
      ["/strategies", { strategy_id: "x", ...draft, config: { "bad name": 1 } }, "config"],
      ["/strategies", [], ""],
    ];
    for (const [path, body, field] of cases) {
      const answer = await call("POST", path, body);
      assert.deepEqual([answer.status, answer.code], [422, "request_invalid"], field);
      assert.ok(answer.message.includes(field), answer.message);
    }
    for (const quantity of ["0", "-1", "1e5", "1.123456789", "", "NaN"]) {
      const answer = await order(`key-q-${quantity.length}0000`, { quantity });
      assert.equal(answer.status, 422, quantity);
    }
    const text = await fetch(`${url}/strategies`, {
      method: "POST",
      headers: { authorization: `Bearer ${editor}`, "content-type": "application/json" },
      body: "{ not json",
    });
    assert.ok(text.status >= 400 && text.status < 500);
    assert.doesNotMatch(await text.text(), /at .*\.ts:/);
  });
});

test("without tokens one of our own is kept in a file that only its owner reads", async () => {
  const root = newRoot();
  await withDesk({ root, env: {} }, async ({ url }) => {
    const file = join(root, "mesh", "strategy-service", "api-token");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const token = readFileSync(file, "utf8").trim();
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await fetch(`${url}/strategies`, { headers })).status, 200);
    assert.equal((await fetch(`${url}/strategies`)).status, 401);
    assert.equal((await fetch(`${url}/health`)).status, 200);
    assert.equal((await fetch(`${url}/openapi.json`)).status, 200);
  });
});

test("tokens that cannot be read stop the start, and are not repeated", async () => {
  const env = { ASSAY_STRATEGY_TOKENS: "desk/owner=secretsecretsecretsecret" };
  const options = {
    root: newRoot(),
    env,
    product,
    ports: "free",
    sink: { write: () => {} },
  } as const;
  const mesh = await startMesh([hosted(strategyService)], options);
  assert.ok(!mesh.ok);
  assert.equal(mesh.fault.code, "config_invalid");
  assert.doesNotMatch(mesh.fault.message, /secretsecret/);
});

const product = { version: "0.1.0", gitCommit: null };

const draft = {
  name: "Gamma on SPY",
  kind: "gamma",
  symbols: ["SPY"],
  mode: "PAPER",
  enabled: true,
};

const paperOrder = {
  strategy_id: "paper",
  symbol: "SPY",
  side: "BUY",
  type: "market",
  quantity: "2",
};

type Answer = Readonly<{
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
  code: string;
  message: string;
}>;
type Call = (method: string, path: string, body?: unknown, match?: string) => Promise<Answer>;

type Desk = Readonly<{
  url: string;
  call: Call;
  as: (token: string) => Call;
  order: (key: string, changes: object) => Promise<Answer>;
  quote: (symbol: string, bid: string, ask: string, atMs?: number) => Promise<void>;
}>;

type Setup = Readonly<{ root?: string; env?: Record<string, string> }>;

/** The service as it runs, on a real socket, with a bus on which a test speaks for the market. */
async function withDesk(setup: Setup, act: (desk: Desk) => Promise<void>): Promise<void> {
  const market = createMarket();
  const mesh = await startMesh([hosted(market.service), hosted(strategyService)], {
    root: setup.root ?? newRoot(),
    env: setup.env ?? { ASSAY_STRATEGY_TOKENS: tokens },
    product,
    ports: "free",
    sink: { write: () => {} },
  });
  assert.ok(mesh.ok, mesh.ok ? "" : mesh.fault.message);
  try {
    await act(deskOf(mesh.value, market));
  } finally {
    await mesh.value.stop();
  }
}

function deskOf(mesh: RunningMesh, market: Market): Desk {
  const url = mesh.urlOf("strategy-service") ?? "";
  const as =
    (token: string): Call =>
    (method, path, body, match) =>
      send(`${url}${path}`, method, token, { body, match });
  return {
    url,
    as,
    call: as(editor),
    order: (key, changes) =>
      send(`${url}/paper-orders`, "POST", editor, { body: { ...paperOrder, ...changes }, key }),
    quote: market.quote,
  };
}

type Extras = Readonly<{ body?: unknown; match?: string | undefined; key?: string }>;

async function send(url: string, method: string, token: string, extras: Extras): Promise<Answer> {
  const { body, match, key } = extras;
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(match === undefined ? {} : { "if-match": match }),
      ...(key === undefined ? {} : { "idempotency-key": key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const parsed = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  const error = parsed["error"] as { code?: string; message?: string } | undefined;
  const { status, headers } = answer;
  return { status, headers, body: parsed, code: error?.code ?? "", message: error?.message ?? "" };
}

type Market = Readonly<{ service: Service<object>; quote: Desk["quote"] }>;

/** Stands where the market data server would, and says what the test wants. */
function createMarket(): Market {
  let deps: ServiceDeps<object> | null = null;
  let seq = 0;
  const ending = createEnding();
  return {
    service: {
      name: "marketdata-mcp-server",
      config: {},
      start: async (given) => {
        deps = given;
        return ok({
          readiness: () => ({ ready: true, checks: {} }),
          opsFacts: () => {
            throw new Error("not asked in these tests");
          },
          stop: async () => ending.end({ outcome: "stopped" }),
          ended: ending.ended,
        });
      },
    },
    async quote(symbol, bid, ask, atMs = Date.now()) {
      assert.ok(deps !== null);
      seq += 1;
      await publish(deps.bus, deps.identity, seq, {
        schema: tickSchema,
        symbol,
        kind: "quote",
        bid,
        ask,
        bid_size: "100",
        ask_size: "100",
        price: null,
        size: null,
        exchange_ts_ms: atMs,
        received_ts_ms: atMs,
        source: "test",
        sequence: seq,
      });
    },
  };
}

async function publish(
  bus: Bus,
  identity: ServiceDeps<object>["identity"],
  seq: number,
  tick: Record<string, Json>,
): Promise<void> {
  const subject = subjects.tick(textOf(tick["symbol"]));
  const { agent_name, boot_id, version } = identity;
  const event = createEvent({
    event_id: eventIdOf(subject, tick),
    subject,
    source: { agent_name, boot_id, version },
    ts_utc: new Date().toISOString(),
    seq,
    correlation_id: null,
    payload: tick,
  });
  assert.ok(event.ok, event.ok ? "" : event.fault.message);
  const receipt = await bus.publish(event.value);
  assert.ok(receipt.ok);
  // The subscription of the service is not durable: give its handler a turn.
  await new Promise((resolve) => setTimeout(resolve, 50));
}

function textOf(value: unknown): string {
  assert.ok(typeof value === "string");
  return value;
}

function newRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "assay-strategy-service-"));
  roots.push(root);
  return root;
}
