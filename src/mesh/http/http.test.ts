import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createRoute, z } from "@hono/zod-openapi";
import { createLog } from "../log/create-log.ts";
import { createRedact } from "../log/redact.ts";
import { createMetrics } from "../metrics/create-metrics.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { createApi } from "./create-api.ts";
import { createHttpApp, maxBodyBytes } from "./create-http-app.ts";
import type { HttpApp } from "./http-app.ts";
import { type HttpServer, serveHttp } from "./serve-http.ts";

type Host = Readonly<{ app: HttpApp; metrics: Metrics; lines: readonly string[] }>;

function createHost(): Host {
  const lines: string[] = [];
  const metrics = createMetrics();
  const log = createLog({
    speaker: { agent_name: "strategy-service", boot_id: "boot-1234", version: "1" },
    level: "info",
    redact: createRedact([]),
    sink: { write: (line) => void lines.push(line) },
    nowMs: () => 0,
  });
  const monotonicMs = (): number => performance.now();
  const app = createHttpApp({ log, metrics, allowedHosts: ["mesh.internal"], monotonicMs });
  app.get("/ping", (context) => context.text("pong"));
  app.post("/echo", async (context) => context.text(await context.req.text()));
  return { app, metrics, lines };
}

async function errorOf(answer: Response | Promise<Response>): Promise<string> {
  const { status, headers } = await answer;
  const text = await (await answer).text();
  assert.ok(!/\bat .*:\d+/.test(text), `a stack: ${text}`);
  const { error } = JSON.parse(text) as { error: { code: string; request_id: string } };
  assert.equal(error.request_id, headers.get("x-request-id"));
  return `${status} ${error.code}`;
}

const foreign: readonly (readonly [what: string, headers: Record<string, string>, code: string])[] =
  [
    ["a foreign Host", { host: "evil.example:80" }, "403 host_refused"],
    ["a Host that only begins like ours", { host: "localhost.evil.example" }, "403 host_refused"],
    ["a foreign Origin", { origin: "http://evil.example" }, "403 origin_refused"],
    ["an Origin on another port", { origin: "http://localhost:1" }, "403 origin_refused"],
    ["an opaque Origin", { origin: "null" }, "403 origin_refused"],
  ];

for (const [what, headers, code] of foreign) {
  test(`${what} is refused, and no answer allows another origin`, async () => {
    const answer = await createHost().app.request("/ping", { headers });
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
    assert.equal(await errorOf(answer), code);
  });
}

test("names of loopback, those that were set, and the own origin are answered", async () => {
  const { app } = createHost();
  const allowed = [
    {},
    { host: "127.0.0.1:8080" },
    { host: "[::1]:8080" },
    { host: "MESH.internal" },
    { host: "localhost:8080", origin: "http://localhost:8080" },
  ];
  for (const headers of allowed) {
    const answer = await app.request("/ping", { headers });
    assert.equal(await answer.text(), "pong", JSON.stringify(headers));
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.equal(answer.headers.get("cache-control"), "no-store");
  }
});

test("errors are JSON with a stable code and the id of the request, never a stack", async () => {
  const { app, lines } = createHost();
  app.get("/bug", () => {
    throw new TypeError("inner words");
  });
  assert.equal(await errorOf(app.request("/nowhere")), "404 route_not_found");
  assert.equal(await errorOf(app.request("/ping", { method: "DELETE" })), "404 route_not_found");
  const headers = { "x-request-id": "caller-0001" };
  const bug = await app.request("/bug", { headers });
  assert.equal(bug.headers.get("x-request-id"), "caller-0001");
  assert.ok(!(await bug.clone().text()).includes("inner words"));
  assert.equal(await errorOf(bug), "500 internal_error");
  const line = JSON.parse(lines.find((text) => text.includes("http.crashed")) ?? "{}");
  assert.equal(line.request_id, "caller-0001");
  assert.match(line.stack, /inner words/);
});

test("an id that is none is replaced", async () => {
  const headers = { "x-request-id": "<script>" };
  const answer = await createHost().app.request("/ping", { headers });
  assert.match(answer.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
});

test("a body over the limit is refused, announced or in chunks", async (t) => {
  const server = await serve(createHost().app, t);
  const post = (text: string, chunked: boolean): Promise<Response> => {
    const options: RequestInit = chunked
      ? { method: "POST", body: new Blob([text]).stream(), duplex: "half" }
      : { method: "POST", body: text };
    return fetch(`${server.url}/echo`, options);
  };
  for (const chunked of [true, false]) {
    assert.equal(await errorOf(post("x".repeat(maxBodyBytes + 1), chunked)), "413 body_too_large");
    assert.equal(await (await post("small", chunked)).text(), "small");
  }
  const bare = await fetch(`${server.url}/ping`, { method: "DELETE" });
  assert.equal(await errorOf(bare), "404 route_not_found");
});

test("requests are counted by route and never by address", async () => {
  const { app, metrics } = createHost();
  app.get("/things/:id", (context) => context.text(context.req.param("id")));
  for (const path of ["/things/1", "/things/2", "/nowhere/3"]) await app.request(path);
  await app.request("/ping", { method: "BREW" });
  const text = await metrics.text();
  assert.match(
    text,
    /assay_http_requests_total\{method="GET",route="\/things\/:id",status="200"\} 2/,
  );
  assert.match(text, /assay_http_requests_total\{method="GET",route="none",status="404"\} 1/);
  assert.match(text, /assay_http_requests_total\{method="other",/);
  assert.ok(!text.includes("nowhere"));
});

test("an API refuses what its schemas do not allow, with the field that is wrong", async () => {
  const { app } = createHost();
  const api = createApi();
  const schema = z.strictObject({ quantity: z.number().min(1) });
  const request = { body: { content: { "application/json": { schema } }, required: true } };
  const responses = { 200: { description: "taken" } };
  api.openapi(createRoute({ method: "post", path: "/orders", request, responses }), (context) => {
    return context.text(String(context.req.valid("json").quantity));
  });
  app.route("/", api);
  const post = (body: string): Response | Promise<Response> => {
    const headers = { "content-type": "application/json" };
    return app.request("/orders", { method: "POST", body, headers });
  };
  assert.equal(await (await post('{"quantity":2}')).text(), "2");
  const wrong = await post('{"quantity":0}');
  const { error } = (await wrong.clone().json()) as { error: { at: string } };
  assert.equal(error.at, "json.quantity");
  assert.equal(await errorOf(wrong), "422 request_invalid");
  assert.equal(await errorOf(post("{")), "400 request_invalid");
});

async function serve(app: HttpApp, context: TestContext): Promise<HttpServer> {
  const server = await serveHttp(app, { host: "127.0.0.1", port: 0 });
  assert.ok(server.ok);
  context.after(() => server.value.close(0));
  return server.value;
}

test("a port that is taken is a fault", async (t) => {
  const { app } = createHost();
  const server = await serve(app, t);
  const second = await serveHttp(app, { host: "127.0.0.1", port: server.port });
  assert.equal(second.ok ? "ok" : second.fault.code, "http_port_unavailable");
});

test("closing waits for what is under way and ends kept connections", async (t) => {
  const { app } = createHost();
  app.get("/slow", async (context) => {
    await sleep(150);
    return context.text("done");
  });
  const server = await serve(app, t);
  const agent = new Agent({ keepAlive: true });
  assert.equal(await fetchText(`${server.url}/ping`, agent), "pong");
  const slow = fetchText(`${server.url}/slow`, agent);
  const idle = connect(server.port, "127.0.0.1");
  await once(idle, "connect");
  await sleep(30);
  const from = performance.now();
  const closed = server.close(5_000);
  assert.equal(await slow, "done");
  await closed;
  assert.ok(performance.now() - from < 2_000, "a kept connection was waited for");
  agent.destroy();
  idle.destroy();
  await assert.rejects(fetchText(`${server.url}/ping`, new Agent()));
});

test("closing ends at its deadline whatever a request does", async (t) => {
  const { app } = createHost();
  app.get("/never", () => new Promise<Response>(() => {}));
  const server = await serve(app, t);
  const never = fetchText(`${server.url}/never`, new Agent()).catch(() => "cut");
  await sleep(50);
  const from = performance.now();
  await server.close(200);
  assert.ok(performance.now() - from < 1_500);
  assert.equal(await never, "cut");
});

test("what is no HTTP is answered with 400 and an empty hand", async (t) => {
  const server = await serve(createHost().app, t);
  const socket = connect(server.port, "127.0.0.1");
  socket.end("NONSENSE\r\n\r\n");
  let said = "";
  for await (const chunk of socket) said += String(chunk);
  assert.match(said, /^HTTP\/1\.1 400/);
});

async function fetchText(url: string, agent: Agent): Promise<string> {
  const request = get(url, { agent });
  const [answer]: IncomingMessage[] = await once(request, "response");
  let text = "";
  for await (const chunk of answer ?? []) text += String(chunk);
  return text;
}
