import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { err, type Fault, ok, type Result } from "#base";
import { ConnectionLost, type HttpAnswer, type Service } from "./message.ts";

/** Twice what the longest batch of twenty orders takes. */
const maxBodyBytes: number = 65_536;

export type ListenOptions = Readonly<{ host: string; port: number }>;

export type HttpServer = Readonly<{
  server: Server;
  host: string;
  port: number;
  /** Stops accepting, lets requests under way finish, then cuts what is left. */
  close: () => Promise<void>;
}>;

/** Fault: address_unavailable. */
export async function serveHttp(
  service: Service,
  oversized: () => HttpAnswer,
  { host, port }: ListenOptions,
): Promise<Result<HttpServer, Fault>> {
  const server = createServer({ keepAlive: true, noDelay: true }, (request, response) => {
    receive(request, response, service, oversized);
  });
  server.keepAliveTimeout = keepAliveMs;
  server.headersTimeout = headersMs;
  server.requestTimeout = headersMs;
  const listening = await listen(server, { host, port });
  if (!listening.ok) return listening;
  const bound = server.address() as AddressInfo;
  return ok({ server, host: bound.address, port: bound.port, close: () => closeServer(server) });
}

const keepAliveMs = 60_000;
const headersMs = 10_000;
const drainMs = 2000;

function receive(
  request: IncomingMessage,
  response: ServerResponse,
  service: Service,
  oversized: () => HttpAnswer,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  });
  request.on("end", () => {
    if (bytes > maxBodyBytes) return send(response, oversized());
    const answer = service({
      method: request.method ?? "GET",
      path: request.url ?? "/",
      headers: request.headers,
      body: bytes === 0 ? "" : bodyText(chunks),
      peer: request.socket.remoteAddress ?? "unknown",
    });
    if (answer instanceof Promise) sendLater(response, answer);
    else send(response, answer);
  });
  request.on("error", () => response.destroy());
}

function bodyText(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  const whole = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  return whole.toString("utf8");
}

function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  const raw: (string | number)[] = ["content-length", Buffer.byteLength(body)];
  for (const name in headers) raw.push(name, headers[name] ?? "");
  response.writeHead(status, raw as string[]);
  response.end(body);
}

function sendLater(response: ServerResponse, answer: Promise<HttpAnswer>): void {
  answer.then(
    (value) => {
      send(response, value);
    },
    (cause: unknown) => {
      // A lost connection is a planned fault; anything else is a bug of ours and must be seen.
      response.socket?.resetAndDestroy();
      if (!(cause instanceof ConnectionLost)) throw cause;
    },
  );
}

function listen(server: Server, { host, port }: ListenOptions): Promise<Result<null, Fault>> {
  return new Promise((resolve) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      resolve(err(listenFault(cause, `${host}:${port}`)));
    });
    server.listen(port, host, () => {
      resolve(ok(null));
    });
  });
}

function listenFault({ code }: NodeJS.ErrnoException, at: string): Fault {
  if (code === "EADDRINUSE") {
    const message = "something listens at this address already; choose another with --port";
    return { code: "address_unavailable", message, at };
  }
  const message = `cannot listen here (${code ?? "unknown"}); choose another --host or --port`;
  return { code: "address_unavailable", message, at };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.closeAllConnections();
    }, drainMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
