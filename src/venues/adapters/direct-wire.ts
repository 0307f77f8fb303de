import { authHeaders, endpointOf, type OkxKey, queryText, type SignedRequest } from "#okx";
import type { HttpRequest, HttpSend } from "./http-send.ts";
import { jsonOf } from "./json-of.ts";
import { transportFailure } from "./transport-error.ts";
import type { Wire, WireRequest } from "./wire.ts";

export type DirectWireOptions = Readonly<{
  send: HttpSend;
  key: OkxKey | null;
  demo: boolean;
  nowMs: () => number;
}>;

/** OKX's protocol by hand: what each library adds of its own shows against this one. */
export function createDirectWire(options: DirectWireOptions): Wire {
  return async (request) => {
    const made = httpRequest(request, options);
    if (made === null) {
      const message = `${request.name} needs a key`;
      return { state: "not_sent", error: "request_exception", message, sent: request.params };
    }
    try {
      const reply = await options.send(made);
      return {
        state: "answered",
        httpStatus: reply.status,
        body: jsonOf(reply.body),
        sent: request.params,
      };
    } catch (error) {
      return transportFailure(error, request.params);
    }
  };
}

/** Null when the endpoint is not public and there is no key. */
function httpRequest(
  { name, params, expTimeMs }: WireRequest,
  { key, demo, nowMs }: DirectWireOptions,
): HttpRequest | null {
  const { method, path, auth, batchMax } = endpointOf(name);
  const isGet = method === "GET";
  const requestPath = isGet ? path + queryText(texts(params)) : path;
  const body = isGet ? "" : JSON.stringify(batchMax === null ? params : [params]);
  const plain = {
    accept: "application/json",
    ...(isGet ? {} : { "content-type": "application/json" }),
    ...(expTimeMs === null ? {} : { expTime: String(expTimeMs) }),
  };
  if (auth === "public") {
    const headers = demo ? { ...plain, "x-simulated-trading": "1" } : plain;
    return { method, path: requestPath, headers: lowerCase(headers), body };
  }
  if (key === null) return null;
  const timestamp = new Date(nowMs()).toISOString();
  const signed: SignedRequest = { timestamp, method, requestPath, body };
  const headers = { ...plain, ...authHeaders(key, signed, demo) };
  return { method, path: requestPath, headers: lowerCase(headers), body };
}

function texts(params: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}

function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
