import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { isSignedBy, loginPrehash, type OkxKey, parseClientFrame, restPrehash } from "#okx";

/** One request as it arrived, and whether its signature and headers are those of OKX. */
export type Seen = Readonly<{
  method: string;
  path: string;
  query: Readonly<Record<string, string>>;
  body: unknown;
  headers: Readonly<Record<string, string | undefined>>;
  signed: boolean;
}>;

/** What to answer: a status and a text, nothing at all, or a connection that is cut. */
export type Reply =
  | Readonly<{ status?: number; json?: unknown; text?: string }>
  | "silence"
  | "cut";

export type ScriptedVenue = Readonly<{
  baseUrl: string;
  streamUrl: string;
  seen: Seen[];
  /** The answer of every path that has none of its own is an empty success. */
  replies: Map<string, Reply | ((seen: Seen) => Reply)>;
  /** Called with each subscription; sends frames back. */
  onSubscribe: { handle: (arg: Record<string, string>, send: (frame: unknown) => void) => void };
  /** Cuts every stream. */
  cutStreams: () => void;
  [Symbol.asyncDispose]: () => Promise<void>;
}>;

/** A venue that answers what a test tells it to, over real sockets. */
export async function startScriptedVenue(key: OkxKey): Promise<ScriptedVenue> {
  const seen: Seen[] = [];
  const replies: ScriptedVenue["replies"] = new Map();
  const onSubscribe: ScriptedVenue["onSubscribe"] = { handle: () => {} };
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    void readRequest(request, key).then((read) => {
      seen.push(read);
      const reply = replies.get(read.path) ?? { json: { code: "0", msg: "", data: [] } };
      answer(response, typeof reply === "function" ? reply(read) : reply);
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const streams = new WebSocketServer({ server });
  streams.on("connection", (socket) => converse(socket, key, onSubscribe));
  const port = await listen(server);

  return {
    baseUrl: `http://127.0.0.1:${port}`,
    streamUrl: `ws://127.0.0.1:${port}/ws/v5`,
    seen,
    replies,
    onSubscribe,
    cutStreams: () => {
      for (const socket of streams.clients) socket.terminate();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of streams.clients) socket.terminate();
      for (const socket of sockets) socket.destroy();
      streams.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readRequest(request: IncomingMessage, key: OkxKey): Promise<Seen> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const requestPath = request.url ?? "";
  const url = new URL(requestPath, "http://venue");
  const header = (name: string): string => String(request.headers[name] ?? "");
  const method = request.method === "POST" ? "POST" : "GET";
  const timestamp = header("ok-access-timestamp");
  const prehash = restPrehash({ timestamp, method, requestPath, body: text });
  return {
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    body: text === "" ? null : JSON.parse(text),
    headers: request.headers as Seen["headers"],
    signed:
      header("ok-access-key") === key.apiKey &&
      header("ok-access-passphrase") === key.passphrase &&
      isSignedBy(key.secret, prehash, header("ok-access-sign")),
  };
}

function answer(response: ServerResponse, reply: Reply): void {
  if (reply === "silence") return;
  if (reply === "cut") {
    response.socket?.destroy();
    return;
  }
  response.writeHead(reply.status ?? 200, { "content-type": "application/json" });
  response.end(reply.text ?? JSON.stringify(reply.json));
}

function converse(socket: WebSocket, key: OkxKey, onSubscribe: ScriptedVenue["onSubscribe"]): void {
  const send = (frame: unknown): void => socket.send(JSON.stringify(frame));
  socket.on("message", (data: Buffer) => {
    const read = parseClientFrame(data.toString("utf8"));
    if (!read.ok)
      return send({ event: "error", code: read.fault.venueCode, msg: read.fault.message });
    const frame = read.value;
    if (frame.type === "ping") return socket.send("pong");
    if (frame.type === "login") {
      const [login] = frame.keys;
      const isRight =
        login !== undefined &&
        login.apiKey === key.apiKey &&
        isSignedBy(key.secret, loginPrehash(login.timestamp), login.sign);
      if (isRight) return send({ event: "login", code: "0", msg: "", connId: "1" });
      return send({ event: "error", code: "60009", msg: "Login failure.", connId: "1" });
    }
    if (frame.type !== "subscribe") return undefined;
    for (const arg of frame.args) {
      send({ event: "subscribe", arg, connId: "1" });
      onSubscribe.handle({ ...arg }, send);
    }
    return undefined;
  });
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
