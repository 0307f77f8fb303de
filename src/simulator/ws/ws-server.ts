import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Counters } from "../counters.ts";
import type { SessionSide } from "./read-subscription.ts";
import type { Session } from "./session.ts";

/** What a connection may send in one message: OKX's bound for subscriptions. */
const maxMessageBytes = 65_536;
/** A client that does not read is cut before it fills the memory. */
const maxBufferedBytes = 16_777_216;
/** OKX's rule: a connection on which nothing moves for so long is closed. */
const idleMs = 30_000;
const sweepMs = 1000;

export type WsParts = Readonly<{
  open: (start: SocketStart) => Session;
  /** Whether one more connection of this peer may come now. */
  mayConnect: (peer: string) => boolean;
  counters: Counters;
  nowMs: () => number;
}>;

/** What a socket knows when it opens. */
export type SocketStart = Readonly<{
  side: SessionSide;
  peer: string;
  send: (text: string) => void;
  cut: (code: number, reason: string) => void;
}>;

export type WsServer = Readonly<{ close: () => void }>;

/** WebSockets beside HTTP on one port: /ws/v5/public, /private, /business, and /ws/v5 for all. */
export function serveWs(server: Server, parts: WsParts): WsServer {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
  });
  const idle = new Map<WebSocket, number>();

  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const peer = request.socket.remoteAddress ?? "unknown";
    const side = sideOf(request.url ?? "");
    if (side === null) return refuse(socket, 404);
    if (!parts.mayConnect(peer)) {
      parts.counters.count("streams", "refused");
      return refuse(socket, 429);
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      attach(ws, { side, peer, batch: createBatch(socket) }, parts, idle);
    });
  });

  const sweeper = setInterval(() => {
    const now = parts.nowMs();
    for (const [ws, sinceMs] of idle) {
      if (now - sinceMs >= idleMs) ws.close(4004, "No data received in 30s");
    }
  }, sweepMs);
  sweeper.unref();

  return {
    close: () => {
      clearInterval(sweeper);
      for (const ws of sockets.clients) ws.close(1001, "The venue closes");
      sockets.close();
    },
  };
}

function sideOf(url: string): SessionSide | null {
  const path = url.split("?")[0] ?? "";
  return sides[path.replace(/\/$/, "")] ?? null;
}

const sides: Readonly<Record<string, SessionSide>> = {
  "/ws/v5/public": "public",
  "/ws/v5/private": "private",
  "/ws/v5/business": "business",
  "/ws/v5": "any",
};

/** Frames that leave together. */
type Batch = Readonly<{
  /** What is written until the end of this turn of the loop goes out in one write. */
  begin: () => void;
  /** Writes what waits, for the socket is about to end. */
  flush: () => void;
}>;

/**
 * Each write to a socket is a call of the system, which costs as much as an order does. The frames
 * of one turn (answers to what came in one piece, pushes of one moment) share one.
 */
function createBatch(socket: Duplex): Batch {
  let isHeld = false;
  function flush(): void {
    if (!isHeld) return;
    isHeld = false;
    socket.uncork();
  }
  return {
    begin: () => {
      if (isHeld) return;
      isHeld = true;
      socket.cork();
      process.nextTick(flush);
    },
    flush,
  };
}

function attach(
  ws: WebSocket,
  { side, peer, batch }: Readonly<{ side: SessionSide; peer: string; batch: Batch }>,
  parts: WsParts,
  idle: Map<WebSocket, number>,
): void {
  idle.set(ws, parts.nowMs());
  const session = parts.open({
    side,
    peer,
    send: (text) => {
      idle.set(ws, parts.nowMs());
      if (ws.readyState !== ws.OPEN) return;
      if (ws.bufferedAmount > maxBufferedBytes) {
        ws.close(4005, "Buffer is full, cannot write data");
      } else {
        batch.begin();
        ws.send(text);
      }
    },
    cut: (code, reason) => {
      batch.flush();
      if (code === 4006) ws.terminate();
      else ws.close(code, reason);
    },
  });
  ws.on("message", (data: Buffer, isBinary: boolean) => {
    idle.set(ws, parts.nowMs());
    if (!isBinary) session.receive(data.toString("utf8"));
  });
  ws.on("close", () => {
    idle.delete(ws);
    session.ended();
  });
  // A message too long or a broken frame ends the connection; `close` follows.
  ws.on("error", () => ws.terminate());
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
}
