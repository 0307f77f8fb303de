import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { test } from "node:test";
import { WebSocket, WebSocketServer } from "ws";
import { openRelay, type Relay } from "./open-relay.ts";
import type { Guard } from "./seen.ts";

const letAll: Guard = () => null;

type Upstream = AsyncDisposable & Readonly<{ relay: Relay; seen: string[] }>;

/** A venue that echoes, answers late, and breaks the connection; behind a relay. */
async function upstream(guard: Guard = letAll): Promise<Upstream> {
  const seen: string[] = [];
  const server = createServer((message, response) => {
    let body = "";
    message.on("data", (chunk) => {
      body += String(chunk);
    });
    message.on("end", () => {
      const { method = "", url = "", headers } = message;
      seen.push([method, url, body, headers["x-mark"] ?? ""].join(" "));
      if (message.url === "/break") {
        response.socket?.resetAndDestroy();
        return;
      }
      response.writeHead(418, { "content-type": "text/plain" });
      response.end(`got ${body}`);
    });
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, { url }) => {
    socket.on("message", (data) => {
      const text = Buffer.isBuffer(data) ? data.toString("utf8") : "";
      if (text === "cut") socket.terminate();
      else socket.send(`${url} ${text}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const at = `127.0.0.1:${address.port}`;
  const relay = await openRelay({ restUrl: `http://${at}`, streamUrl: `ws://${at}/up`, guard });
  return {
    relay,
    seen,
    async [Symbol.asyncDispose]() {
      await relay.close();
      sockets.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

test("a request and its answer pass word for word, and are kept", async () => {
  await using venue = await upstream();
  const { relay, seen } = venue;
  const answer = await fetch(`${relay.restUrl}/a?x=1&y=%20`, {
    method: "POST",
    body: "hello",
    headers: { "x-mark": "m" },
  });
  assert.deepEqual([answer.status, await answer.text()], [418, "got hello"]);
  assert.deepEqual(seen, ["POST /a?x=1&y=%20 hello m"]);
  const [kept] = relay.requests();
  assert.deepEqual(
    [kept?.method, kept?.path, kept?.query, kept?.body, kept?.answer],
    [
      "POST",
      "/a",
      [
        ["x", "1"],
        ["y", " "],
      ],
      "hello",
      { status: 418, body: "got hello" },
    ],
  );
  relay.mark();
  assert.deepEqual(relay.requests(), []);
});

test("a connection that the venue breaks is broken for the library too", async () => {
  await using venue = await upstream();
  const { relay } = venue;
  const code = await new Promise((resolve) => {
    const sent = request(`${relay.restUrl}/break`, { method: "POST" });
    sent.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    sent.end();
  });
  assert.equal(code, "ECONNRESET");
  assert.equal(relay.requests()[0]?.lost, "ECONNRESET");
});

test("what the guard stops never reaches the venue", async () => {
  await using venue = await upstream(({ method }) => (method === "POST" ? "halted" : null));
  const { relay, seen } = venue;
  const stopped = await fetch(`${relay.restUrl}/order`, { method: "POST", body: "{}" });
  assert.equal(stopped.status, 403);
  assert.match(await stopped.text(), /halted/);
  await fetch(`${relay.restUrl}/read`);
  assert.deepEqual(seen, ["GET /read  "]);
  assert.equal(relay.requests()[0]?.lost, "stopped here: halted");
});

test("frames pass both ways, and the end of one side is the end of the other", async () => {
  await using venue = await upstream();
  const { relay } = venue;
  const socket = new WebSocket(`${relay.streamUrl}/public?brokerId=1`);
  const first = new Promise((resolve) => {
    socket.on("message", (data) => {
      resolve(Buffer.isBuffer(data) ? data.toString("utf8") : null);
    });
  });
  socket.on("open", () => socket.send("hello"));
  assert.equal(await first, "/up/public?brokerId=1 hello");
  const closed = new Promise((resolve) => {
    socket.on("close", resolve);
  });
  socket.send("cut");
  await closed;
  const [kept] = relay.sockets();
  assert.deepEqual(
    [kept?.path, kept?.frames.map(({ from, text }) => `${from}: ${text}`), kept?.endedBy],
    [
      "/public?brokerId=1",
      ["library: hello", "venue: /up/public?brokerId=1 hello", "library: cut"],
      "venue",
    ],
  );
});
