import { WebSocket } from "ws";

/** What happens on a connection; `closed` comes once, last. */
export type SocketEvents = Readonly<{
  open: () => void;
  text: (text: string) => void;
  closed: (reason: string) => void;
}>;

export type TextSocket = Readonly<{ send: (text: string) => void; close: () => void }>;

/** Opens a connection that carries text; a port, so that feeds run without a network in tests. */
export type OpenSocket = (url: string, events: SocketEvents) => TextSocket;

/** The WebSocket client of Node programs. A frame over 1 MiB ends the connection. */
export function openTextSocket(url: string, events: SocketEvents): TextSocket {
  const socket = new WebSocket(url, { handshakeTimeout: handshakeMs, maxPayload: maxFrameBytes });
  let isOver = false;
  function over(reason: string): void {
    if (isOver) return;
    isOver = true;
    events.closed(reason);
    socket.terminate();
  }
  socket.on("open", () => {
    events.open();
  });
  socket.on("message", (data, isBinary) => {
    if (isBinary) over("the upstream sent a binary frame");
    else if (!isOver) events.text(textOf(data));
  });
  socket.on("error", (error) => {
    over(error.message === "" ? "the connection failed" : error.message);
  });
  socket.on("close", (code) => {
    over(`the upstream closed the connection (${code})`);
  });
  return {
    send(text): void {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => over("closed here"),
  };
}

const handshakeMs = 10_000;
const maxFrameBytes = 1_048_576;

function textOf(data: Buffer | ArrayBuffer | readonly Buffer[]): string {
  if (Buffer.isBuffer(data)) return data.toString("utf8");
  return data instanceof ArrayBuffer
    ? Buffer.from(data).toString("utf8")
    : Buffer.concat(data).toString("utf8");
}
