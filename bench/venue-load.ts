import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import { authHeaders, loginPrehash, sign } from "#okx";
import type { VenueKey } from "#simulator";

/** How long each answer took, how long all took together, and how many orders that were. */
export type Load = Readonly<{ micros: Float64Array; elapsedMs: number; orders: number }>;

export type LoadSize = Readonly<{ pairs: number; lanes: number; price: string }>;

const instId = "BTC-USDT-SWAP";
let sent = 0;

/** Far below the market, so that nothing fills: place, cancel, place, cancel. */
function pair(price: string): readonly [place: string, cancel: string] {
  sent += 1;
  const clOrdId = `b${sent}`;
  const order = { instId, tdMode: "cross", side: "buy", ordType: "limit", sz: "1", px: price };
  return [JSON.stringify({ ...order, clOrdId }), JSON.stringify({ instId, clOrdId })];
}

/**
 * Signed place and cancel requests over kept connections, `lanes` at a time. The client writes
 * bytes that were made before and looks for the end of each answer: it is not the bottleneck.
 */
export async function loadRest(
  port: number,
  key: VenueKey,
  { pairs, lanes, price }: LoadSize,
): Promise<Load> {
  const each = Math.floor(pairs / lanes);
  const scripts = Array.from({ length: lanes }, () =>
    Array.from({ length: each }, () => pair(price)).flatMap(([place, cancel]) => [
      httpBytes("/api/v5/trade/order", place, key),
      httpBytes("/api/v5/trade/cancel-order", cancel, key),
    ]),
  );
  const micros = new Float64Array(each * 2 * lanes);
  const sockets = await Promise.all(scripts.map(() => connected(port)));
  const began = performance.now();
  await Promise.all(
    scripts.map((script, lane) =>
      converse(sockets[lane] as Socket, script, micros.subarray(lane * each * 2)),
    ),
  );
  const elapsedMs = performance.now() - began;
  for (const socket of sockets) socket.destroy();
  return { micros, elapsedMs, orders: micros.length };
}

function httpBytes(path: string, body: string, key: VenueKey): Buffer {
  const timestamp = new Date().toISOString();
  const okxKey = { apiKey: key.apiKey, secret: key.secretKey, passphrase: key.passphrase };
  const request = { timestamp, method: "POST", requestPath: path, body } as const;
  const headers = {
    ...authHeaders(okxKey, request, true),
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    host: "127.0.0.1",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("connect", () => resolve(socket)).once("error", reject);
  });
}

/** One request after the other; each waits for the answer to the one before. */
function converse(socket: Socket, script: readonly Buffer[], micros: Float64Array): Promise<void> {
  return new Promise((resolve, reject) => {
    let at = 0;
    let began = 0;
    let answer = "";
    const next = (): void => {
      const bytes = script[at];
      if (bytes === undefined) return resolve();
      began = performance.now();
      socket.write(bytes);
    };
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString("latin1");
      const head = answer.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? Number.NaN);
      if (head < 0 || answer.length < head + 4 + length) return;
      if (!answer.includes('"code":"0"')) return reject(new Error(answer));
      micros[at] = (performance.now() - began) * 1000;
      at += 1;
      answer = "";
      next();
    });
    socket.on("error", reject);
    next();
  });
}

/** The same over one WebSocket that logged in, `lanes` operations under way at a time. */
export async function loadStream(port: number, key: VenueKey, size: LoadSize): Promise<Load> {
  const { pairs, lanes, price } = size;
  const script = Array.from({ length: pairs }, () => pair(price)).flatMap(([place, cancel], n) => [
    `{"id":"${2 * n}","op":"order","args":[${place}]}`,
    `{"id":"${2 * n + 1}","op":"cancel-order","args":[${cancel}]}`,
  ]);
  return exchange(await loggedIn(port, key), script, lanes, 1);
}

const listLength = 20;

/** Lists of twenty orders, and of twenty cancellations, one list at a time. */
export async function loadLists(port: number, key: VenueKey, size: LoadSize): Promise<Load> {
  const { pairs, lanes, price } = size;
  const script = Array.from({ length: Math.floor(pairs / listLength) }, (_, n) => {
    const list = Array.from({ length: listLength }, () => pair(price));
    const args = (at: 0 | 1): string => list.map((each) => each[at]).join(",");
    return [
      `{"id":"${2 * n}","op":"batch-orders","args":[${args(0)}]}`,
      `{"id":"${2 * n + 1}","op":"batch-cancel-orders","args":[${args(1)}]}`,
    ];
  }).flat();
  return exchange(await loggedIn(port, key), script, lanes, listLength);
}

async function loggedIn(port: number, key: VenueKey): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/v5/private`);
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const timestamp = String(Math.floor(Date.now() / 1000));
  const { apiKey, passphrase, secretKey } = key;
  const login = { apiKey, passphrase, timestamp, sign: sign(secretKey, loginPrehash(timestamp)) };
  socket.send(JSON.stringify({ op: "login", args: [login] }));
  await new Promise((resolve) => socket.once("message", resolve));
  return socket;
}

function exchange(
  socket: WebSocket,
  script: readonly string[],
  lanes: number,
  ordersEach: number,
): Promise<Load> {
  return new Promise((resolve, reject) => {
    const micros = new Float64Array(script.length);
    const sentAt = new Float64Array(script.length);
    let next = 0;
    let done = 0;
    const began = performance.now();
    const send = (): void => {
      const text = script[next];
      if (text === undefined) return;
      sentAt[next] = performance.now();
      next += 1;
      socket.send(text);
    };
    socket.on("message", (data: Buffer) => {
      const text = data.toString("latin1");
      if (!text.includes('"code":"0"')) return reject(new Error(text));
      // Answers come in the order of the requests, since one connection is one queue.
      micros[done] = (performance.now() - (sentAt[done] ?? 0)) * 1000;
      done += 1;
      if (done < script.length) return send();
      socket.terminate();
      resolve({ micros, elapsedMs: performance.now() - began, orders: done * ordersEach });
    });
    for (let lane = 0; lane < lanes; lane += 1) send();
  });
}
