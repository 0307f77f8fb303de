import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import type { SeenSocket } from "./seen.ts";

export type StreamRelay = Readonly<{
  upgrade: (message: IncomingMessage, socket: Duplex, head: Buffer) => void;
  close: () => void;
}>;

/** Joins each stream connection of a library to one of the venue's, frame by frame. */
export function createStreamRelay(
  streamUrl: string | null,
  root: string,
  onSeen: (seen: SeenSocket) => void,
): StreamRelay {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const open = new Set<WebSocket>();

  function join(library: WebSocket, path: string, url: string): void {
    const seen: SeenSocket = { path, frames: [], endedBy: null };
    onSeen(seen);
    const venue = new WebSocket(url, { perMessageDeflate: false });
    const waiting: string[] = [];
    for (const side of [library, venue]) open.add(side);

    library.on("message", (data) => {
      const text = textOf(data);
      seen.frames.push({ from: "library", text });
      if (venue.readyState === WebSocket.OPEN) venue.send(text);
      else waiting.push(text);
    });
    venue.on("open", () => {
      for (const text of waiting.splice(0)) venue.send(text);
    });
    venue.on("message", (data) => {
      const text = textOf(data);
      seen.frames.push({ from: "venue", text });
      if (library.readyState === WebSocket.OPEN) library.send(text);
    });
    const end = (by: "library" | "venue", other: WebSocket): void => {
      seen.endedBy ??= by;
      other.terminate();
    };
    library.on("close", () => end("library", venue));
    venue.on("close", () => end("venue", library));
    // The end that follows an error tells all there is to tell.
    library.on("error", () => {});
    venue.on("error", () => {});
  }

  return {
    upgrade: (message, socket, head) => {
      const path = message.url ?? "/";
      if (streamUrl === null || !path.startsWith(`${root}/`)) {
        socket.destroy();
        return;
      }
      const below = path.slice(root.length);
      server.handleUpgrade(message, socket, head, (library) => {
        join(library, below, `${streamUrl}${below}`);
      });
    },
    close: () => {
      for (const side of open) side.terminate();
      server.close();
    },
  };
}

function textOf(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString("utf8");
  return Array.isArray(data)
    ? Buffer.concat(data).toString("utf8")
    : Buffer.from(data).toString("utf8");
}
