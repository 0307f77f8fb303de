import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { HttpReply, HttpRequest, HttpSend } from "#venues";

/** Connections that stay open: an order does not wait for one. */
export type WarmSend = Readonly<{ send: HttpSend; close: () => void }>;

/** What adds to a position; everything else, cancels above all, always leaves. */
const heldBack = /^\/api\/v5\/trade\/(?:order|amend-order)$/;

/** An answer of the venue is some kilobytes; a larger one is none of its. */
const maxReplyBytes = 8 << 20;

/**
 * Sends over node's own client, because that writes in the same turn of the event loop in which the
 * connection is there: `mayLeave` is asked right before, so that nothing, not even a loop that was
 * blocked in between, comes between the last look at the switch and the write. What is held back
 * there fails like a connection that was refused: certainly nothing left.
 */
export function createWarmSend(
  baseUrl: string,
  timeoutMs: number,
  mayLeave: () => boolean,
): WarmSend {
  const base = new URL(baseUrl);
  const secure = base.protocol === "https:";
  const options = { keepAlive: true, maxSockets: 32, scheduling: "lifo" } as const;
  const agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
  const begin = secure ? httpsRequest : httpRequest;

  async function send({ method, path, headers, body }: HttpRequest): Promise<HttpReply> {
    const sized = body === "" ? headers : { ...headers, "content-length": byteLength(body) };
    const signal = AbortSignal.timeout(timeoutMs);
    const request = begin(new URL(path, base), { method, agent, headers: sized, signal });
    const reply = replyOf(request);
    request.once("socket", (socket) => {
      const go = (): void => {
        if (!heldBack.test(path) || mayLeave()) request.end(body);
        else request.destroy(refusedError());
      };
      if (!socket.connecting) go();
      else socket.once(secure ? "secureConnect" : "connect", go);
    });
    return reply;
  }

  return { send, close: () => agent.destroy() };
}

function byteLength(body: string): string {
  return String(Buffer.byteLength(body));
}

function refusedError(): Error {
  const message = "held back at the socket: execution is halted";
  return Object.assign(new Error(message), { code: "ECONNREFUSED" });
}

async function replyOf(request: ClientRequest): Promise<HttpReply> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", reject);
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxReplyBytes) throw new Error("the answer of the venue is too long");
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") };
}
