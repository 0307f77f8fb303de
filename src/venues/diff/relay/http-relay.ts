import {
  Agent,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { performance } from "node:perf_hooks";
import type { Guard, SeenRequest } from "./seen.ts";

export type HttpRelay = Readonly<{ handle: RequestListener; close: () => void }>;

/** Hands each request on as it came and each answer back; a lost connection is lost for both. */
export function createHttpRelay(
  restUrl: string,
  guard: Guard,
  onSeen: (seen: SeenRequest) => void,
): HttpRelay {
  const upstream = new URL(restUrl);
  const secure = upstream.protocol === "https:";
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const send = secure ? httpsRequest : httpRequest;

  function forward(message: IncomingMessage, seen: SeenRequest, response: ServerResponse): void {
    const headers = { ...message.headers, host: upstream.host };
    // The answer is read here, so it may not come compressed.
    for (const name of ["accept-encoding", "connection"] as const) delete headers[name];
    const target = new URL(message.url ?? "/", upstream);
    const request = send(target, { method: seen.method, headers, agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", (error) => lose(seen, response, error));
      answer.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        const status = answer.statusCode ?? 502;
        seen.answer = { status, body };
        const type = answer.headers["content-type"] ?? "application/json";
        response.writeHead(status, { "content-type": type });
        response.end(body);
      });
    });
    request.on("error", (error) => lose(seen, response, error));
    request.end(seen.body);
  }

  return {
    handle: (message, response) => {
      const chunks: Buffer[] = [];
      const atMs = performance.now();
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("error", () => response.destroy());
      message.on("end", () => {
        const seen = seenOf(message, Buffer.concat(chunks).toString("utf8"), atMs);
        onSeen(seen);
        const stopped = guard(seen);
        if (stopped === null) return forward(message, seen, response);
        seen.lost = `${stoppedMark}${stopped}`;
        response.writeHead(403, { "content-type": "application/json" });
        response.end(JSON.stringify({ code: "assay_stopped", msg: stopped, data: [] }));
      });
    },
    close: () => agent.destroy(),
  };
}

/** Begins what is said of a request that never left. */
export const stoppedMark = "stopped here: ";

function seenOf(message: IncomingMessage, body: string, atMs: number): SeenRequest {
  const [path = "/", query = ""] = (message.url ?? "/").split("?");
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
  );
  return {
    method: message.method ?? "GET",
    path,
    query: [...new URLSearchParams(query)],
    headers,
    body,
    atMs,
    answer: null,
    lost: null,
  };
}

function lose(seen: SeenRequest, response: ServerResponse, error: Error): void {
  seen.lost = "code" in error && typeof error.code === "string" ? error.code : error.message;
  if (response.socket === null) response.destroy();
  else response.socket.resetAndDestroy();
}
