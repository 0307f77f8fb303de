import { createServer } from "node:http";
import { Defect } from "#base";
import { createHttpRelay } from "./http-relay.ts";
import type { Guard, SeenRequest, SeenSocket } from "./seen.ts";
import { createStreamRelay } from "./stream-relay.ts";

/**
 * Stands between a library and a venue and writes down what passes, both ways, word for word. A
 * signature does not cover the host, so a library needs no change but the address.
 */
export type Relay = Readonly<{
  restUrl: string;
  streamUrl: string;
  /** Forgets what has passed: what comes from here on belongs to the act. */
  mark: () => void;
  requests: () => readonly SeenRequest[];
  sockets: () => readonly SeenSocket[];
  close: () => Promise<void>;
}>;

export type RelayOptions = Readonly<{
  restUrl: string;
  /** What /public, /private and /business are appended to; null: the venue has no streams. */
  streamUrl: string | null;
  guard: Guard;
}>;

const streamRoot = "/ws/v5";

/** Listens on a free port of the loopback. */
export async function openRelay({ restUrl, streamUrl, guard }: RelayOptions): Promise<Relay> {
  const requests: SeenRequest[] = [];
  const sockets: SeenSocket[] = [];
  const http = createHttpRelay(restUrl, guard, (seen) => requests.push(seen));
  const server = createServer(http.handle);
  const stream = createStreamRelay(streamUrl, streamRoot, (seen) => sockets.push(seen));
  server.on("upgrade", stream.upgrade);
  const { promise, resolve, reject } = Promise.withResolvers<null>();
  server.once("error", reject);
  server.listen(0, "127.0.0.1", () => resolve(null));
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Defect("the relay has no port");
  const { port } = address;
  return {
    restUrl: `http://127.0.0.1:${port}`,
    streamUrl: `ws://127.0.0.1:${port}${streamRoot}`,
    mark: () => {
      requests.length = 0;
      sockets.length = 0;
    },
    requests: () => requests,
    sockets: () => sockets,
    close: async () => {
      stream.close();
      http.close();
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}
