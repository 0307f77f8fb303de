import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { err, type Fault, ok, type Result } from "#base";
import type { HttpApp } from "./http-app.ts";

/** A listening app. */
export type HttpServer = Readonly<{
  host: string;
  port: number;
  /** `http://127.0.0.1:8080`; a host that means every address is shown as loopback. */
  url: string;
  /**
   * Takes no new connections, lets requests under way finish within the deadline, and closes
   * every socket, those that a client keeps alive too.
   */
  close: (deadlineMs: number) => Promise<void>;
}>;

/** Listens; port 0 takes a free one. Fault: http_port_unavailable. */
export async function serveHttp(
  app: HttpApp,
  place: Readonly<{ host: string; port: number }>,
): Promise<Result<HttpServer, Fault>> {
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer(limits, (request, response) => {
    // A server that closes says so on every answer, and the client opens no further request here.
    if (!server.listening) response.setHeader("connection", "close");
    void answer(request, response);
  });
  const listening = await listen(server, place);
  if (!listening.ok) return listening;
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : place.port;
  const shown = ["0.0.0.0", "::"].includes(place.host) ? "127.0.0.1" : place.host;
  const url = `http://${shown.includes(":") ? `[${shown}]` : shown}:${port}`;
  return ok({ host: place.host, port, url, close: (deadlineMs) => close(server, deadlineMs) });
}

/** What a slow or silent client may hold for how long. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16_384,
} as const;

async function listen(
  server: Server,
  { host, port }: Readonly<{ host: string; port: number }>,
): Promise<Result<void, Fault>> {
  try {
    server.listen(port, host);
    await once(server, "listening");
    return ok(undefined);
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause)) throw cause;
    const message = `cannot listen on ${host}:${port} (${String(cause.code)})`;
    return err({ code: "http_port_unavailable", message, at: `${host}:${port}` });
  }
}

async function close(server: Server, deadlineMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  // A connection that was busy when the server closed may go idle and be kept alive by its client.
  const idle = setInterval(() => server.closeIdleConnections(), 25);
  const late = setTimeout(() => server.closeAllConnections(), deadlineMs);
  try {
    await closed;
  } finally {
    clearInterval(idle);
    clearTimeout(late);
  }
}
