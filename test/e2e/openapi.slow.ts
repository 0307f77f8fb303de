import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { makeFolder } from "./assay.ts";
import { type Asked, ask, type MeshProcess, startUp, until } from "./mesh-process.ts";

/** The description of strategy-service, held by public tools to its form and to the service. */

const run = promisify(execFile);
const redocly = fileURLToPath(import.meta.resolve("@redocly/cli/bin/cli.js"));
const prism = fileURLToPath(import.meta.resolve("@stoplight/prism-cli/dist/index.js"));

const editor = "editor-token-of-the-tests-1";
const reader = "reader-token-of-the-tests-1";

const folder = makeFolder();
const document = join(folder, "openapi.json");

let mesh: MeshProcess;
/** Answers with 500 whenever request or answer is not as described. */
let strict: Proxy;
/** Passes everything on, and says in a header what is not as described. */
let telling: Proxy;

before(async () => {
  mesh = await startUp(
    join(folder, "root"),
    {
      ASSAY_MARKETDATA_SOURCE: "simulator",
      ASSAY_MARKETDATA_SYMBOLS: "SPY",
      ASSAY_STRATEGY_TOKENS: `desk/editor=${editor},desk/reader=${reader}`,
    },
    ["--only", "marketdata-mcp-server,strategy-service"],
  );
  const url = mesh.urlOf("strategy-service");
  writeFileSync(document, JSON.stringify((await ask(`${url}/openapi.json`)).body));
  [strict, telling] = await Promise.all([
    startProxy(url, document, ["--errors"]),
    startProxy(url, document, []),
  ]);
});

after(async () => {
  await Promise.all([strict.stop(), telling.stop()]);
  await mesh.stop();
});

test("the description lints; one operation is there to be refused", async () => {
  const env = { PATH: process.env["PATH"], REDOCLY_TELEMETRY: "off", HOME: folder };
  const { stdout } = await run(process.execPath, [redocly, "lint", "--format=json", document], {
    env: { ...env, REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
  });
  const { problems } = JSON.parse(stdout) as {
    problems: { ruleId: string; location: { pointer: string }[] }[];
  };
  const found = problems.map(({ ruleId, location }) => `${ruleId} ${location[0]?.pointer ?? ""}`);
  assert.deepEqual(found, ["operation-2xx-response #/paths/~1trades~1execute/post/responses"]);
});

test("a validating proxy finds no difference on any route or refusal", async () => {
  const at = (path: string, init: Call = {}): Promise<Asked> => strict.call(path, init);
  const refused = async (status: number, code: string, answer: Promise<Asked>): Promise<void> => {
    const { status: got, body } = await answer;
    const said = (body as { error?: { code: string } }).error?.code;
    assert.deepEqual([got, said], [status, code], JSON.stringify(body));
  };
  const done = async (status: number, answer: Promise<Asked>): Promise<Record<string, unknown>> => {
    const { status: got, body } = await answer;
    assert.equal(got, status, JSON.stringify(body));
    return body as Record<string, unknown>;
  };

  // Strategies, with their versions.
  const draft = { name: "Desk", description: "", kind: "other", symbols: ["SPY"], config: {} };
  const whole = { ...draft, mode: "PAPER", enabled: true };
  const post = (path: string, body: object, headers = {}): Call & { path: string } => {
    return { path, method: "POST", body, headers };
  };
  const send = ({ path, ...init }: Call & { path: string }): Promise<Asked> => at(path, init);
  await done(201, send(post("/strategies", { strategy_id: "desk", ...whole })));
  await done(201, send(post("/strategies", { strategy_id: "idle", ...draft, mode: "OFF" })));
  await refused(
    409,
    "strategy_exists",
    send(post("/strategies", { strategy_id: "desk", ...whole })),
  );
  const live = { strategy_id: "live", ...draft, mode: "LIVE" };
  await refused(403, "live_refused", send(post("/strategies", live)));
  await done(200, at("/strategies"));
  await done(200, at("/strategies?limit=1"));
  await done(200, at("/strategies?limit=1&after=desk"));
  await done(200, at("/strategies/desk"));
  await refused(404, "strategy_missing", at("/strategies/nobody"));
  const put = (id: string, version: string | null, body: object): Promise<Asked> => {
    const headers: Record<string, string> = version === null ? {} : { "if-match": version };
    return at(`/strategies/${id}`, { method: "PUT", body, headers });
  };
  await done(200, put("desk", '"1"', { ...whole, description: "changed", config: { size: 2 } }));
  await refused(412, "version_conflict", put("desk", '"1"', whole));
  await refused(428, "version_missing", put("desk", null, whole));
  await refused(404, "strategy_missing", put("nobody", '"1"', whole));
  await refused(403, "live_refused", put("desk", '"2"', { ...whole, mode: "LIVE" }));

  // Paper orders: filled, resting, repeated, cancelled, refused.
  const order = { strategy_id: "desk", symbol: "SPY", side: "BUY", quantity: "1.5" };
  const market = { ...order, type: "market" };
  const resting = { ...order, type: "limit", limit_price: "0.01" };
  const place = (body: object, key: string | null): Promise<Asked> => {
    const headers: Record<string, string> = key === null ? {} : { "idempotency-key": key };
    return send(post("/paper-orders", body, headers));
  };
  const unquoted = await done(201, place({ ...market, symbol: "ZZZ" }, "unquoted-1"));
  assert.deepEqual([unquoted["status"], unquoted["reason"]], ["rejected", "marketdata_stale"]);
  let tries = 0;
  const filled = await until(
    async () => done(201, place(market, `filled-${(tries += 1)}-of-many`)),
    ({ status }) => status === "filled",
  );
  const rests = await done(201, place(resting, "resting-1"));
  assert.equal(rests["status"], "open");
  const again = await done(200, place(resting, "resting-1"));
  assert.equal(again["order_id"], rests["order_id"]);
  await refused(409, "idempotency_key_reused", place(market, "resting-1"));
  await refused(400, "idempotency_key_missing", place(market, null));
  await refused(409, "strategy_not_paper", place({ ...market, strategy_id: "idle" }, "idle-order"));
  await refused(404, "strategy_missing", place({ ...market, strategy_id: "nobody" }, "no-order-1"));
  await refused(403, "live_refused", place({ ...market, execution: "live" }, "live-order"));
  await done(200, at("/paper-orders"));
  await done(200, at("/paper-orders?limit=2&strategy_id=desk"));
  await done(200, at(`/paper-orders/${String(filled["order_id"])}`));
  await refused(404, "order_missing", at(`/paper-orders/${"0".repeat(32)}`));
  await done(200, at("/strategies/desk/analytics"));
  await refused(404, "strategy_missing", at("/strategies/nobody/analytics"));

  const remove = (path: string, version: string | null = null): Promise<Asked> => {
    const headers: Record<string, string> = version === null ? {} : { "if-match": version };
    return at(path, { method: "DELETE", headers });
  };
  await refused(409, "strategy_has_open_orders", remove("/strategies/desk", '"2"'));
  await done(200, remove(`/paper-orders/${String(rests["order_id"])}`));
  await done(200, remove(`/paper-orders/${String(rests["order_id"])}`));
  await refused(409, "order_ended", remove(`/paper-orders/${String(filled["order_id"])}`));
  await refused(404, "order_missing", remove(`/paper-orders/${"0".repeat(32)}`));
  await refused(412, "version_conflict", remove("/strategies/idle", '"9"'));
  await refused(428, "version_missing", remove("/strategies/idle"));
  await refused(404, "strategy_missing", remove("/strategies/nobody", '"1"'));
  assert.equal((await remove("/strategies/idle", '"1"')).status, 204);

  // Whoever may only read, and what nobody may.
  const asReader = { method: "POST", token: reader, body: { strategy_id: "mine", ...whole } };
  await refused(403, "role_insufficient", at("/strategies", asReader));
  await done(200, at("/strategies", { token: reader }));
  await refused(403, "live_refused", at("/trades/execute", { method: "POST" }));
});

test("a description that says something else is found out", async () => {
  const other = join(folder, "other.json");
  const text = readFileSync(document, "utf8");
  writeFileSync(
    other,
    text.replace('"updated_utc":{"type":"string"', '"updated_utc":{"type":"null"'),
  );
  const proxy = await startProxy(mesh.urlOf("strategy-service"), other, ["--errors"]);
  try {
    const { status } = await proxy.call("/strategies/desk", {});
    assert.equal(status, 500);
  } finally {
    await proxy.stop();
  }
});

test("what the proxy finds wrong with a request, the service refuses as described", async () => {
  const wrong: readonly (readonly [path: string, init: Call, status: number, code: string])[] = [
    ["/strategies", { token: null }, 401, "unauthorised"],
    ["/paper-orders", { token: null }, 401, "unauthorised"],
    ["/strategies/desk", { token: null }, 401, "unauthorised"],
    ["/trades/execute", { method: "POST", token: null }, 401, "unauthorised"],
    ["/strategies", { method: "POST", body: { strategy_id: "x" } }, 422, "request_invalid"],
    ["/strategies?limit=x", {}, 422, "request_invalid"],
    ["/strategies/NOT-A-NAME", {}, 422, "request_invalid"],
    [
      "/paper-orders",
      { method: "POST", body: { side: "HOLD" }, headers: { "idempotency-key": "wrong-order" } },
      422,
      "request_invalid",
    ],
    ["/paper-orders/short", {}, 422, "request_invalid"],
  ];
  for (const [path, init, status, code] of wrong) {
    const { status: got, body, violations } = await telling.call(path, init);
    const said = (body as { error?: { code: string } }).error?.code;
    assert.deepEqual([got, said], [status, code], `${path}: ${JSON.stringify(body)}`);
    const places = violations.map(({ location }) => location[0]);
    assert.ok(places.length > 0, `${path}: the description lets it pass`);
    assert.ok(
      places.every((place) => place === "request"),
      JSON.stringify(violations),
    );
  }
});

type Call = Readonly<{
  method?: string;
  body?: object;
  headers?: Readonly<Record<string, string>>;
  /** Null: none. */
  token?: string | null;
}>;

type Violation = Readonly<{ location: readonly string[]; message: string }>;

type Proxy = Readonly<{
  call: (path: string, call: Call) => Promise<Asked & { violations: readonly Violation[] }>;
  stop: () => Promise<void>;
}>;

async function startProxy(
  upstream: string,
  described: string,
  flags: readonly string[],
): Promise<Proxy> {
  const port = await freePort();
  const args = ["proxy", described, upstream, "--port", String(port), ...flags];
  const child: ChildProcess = spawn(process.execPath, [prism, ...args], {
    env: { PATH: process.env["PATH"], HOME: folder },
    stdio: "ignore",
  });
  const quit = (): void => void child.kill("SIGKILL");
  process.once("exit", quit);
  const url = `http://127.0.0.1:${port}`;
  await until(
    async () =>
      fetch(`${url}/strategies`).then(
        () => true,
        () => child.exitCode,
      ),
    (answers) => answers !== null,
  );
  assert.equal(child.exitCode, null, "the proxy did not start");
  return {
    async call(path, { method = "GET", body, headers = {}, token = editor }) {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const violations = JSON.parse(answer.headers.get("sl-violations") ?? "[]") as Violation[];
      return { status: answer.status, body: text === "" ? null : JSON.parse(text), violations };
    },
    async stop() {
      process.removeListener("exit", quit);
      if (child.exitCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  assert.ok(address !== null && typeof address === "object");
  return address.port;
}
