import { endpointOf } from "#okx";
import type { CcxtOkx } from "./ccxt-client.ts";
import { jsonOf } from "./json-of.ts";
import { transportFailure } from "./transport-error.ts";
import type { Wire, WireAnswer, WireRequest } from "./wire.ts";

/**
 * Requests through the implicit API of ccxt: the library builds, signs, sends and judges them. Each
 * call goes through a view of the one client (an object that inherits from it) whose hooks keep
 * status and text of the answer, which the library drops; a class of error says less than those.
 */
export function createCcxtWire(client: CcxtOkx, hasKey: boolean): Wire {
  return async (request) => {
    const { method, path, auth, batchMax } = endpointOf(request.name);
    if (auth !== "public" && !hasKey) {
      const message = `${request.name} needs a key`;
      return { state: "not_sent", error: "request_exception", message, sent: request.params };
    }
    const heard: Heard = { answer: null, sent: request.params, left: false };
    const view = openView(client, request, heard);
    // The library writes into the parameters that it is given.
    const params = { ...request.params };
    try {
      const body = await view.request(
        path.replace("/api/v5/", ""),
        auth === "public" ? "public" : "private",
        method,
        batchMax === null ? params : [params],
      );
      return { state: "answered", httpStatus: heard.answer?.status ?? 200, body, sent: heard.sent };
    } catch (error) {
      return failed(error, heard);
    }
  };
}

/** What one call saw of the venue. */
type Heard = {
  answer: Readonly<{ status: number; text: string }> | null;
  sent: unknown;
  left: boolean;
};

function openView(client: CcxtOkx, { expTimeMs }: WireRequest, heard: Heard): CcxtOkx {
  const view: CcxtOkx = Object.create(client);
  view.sign = (...args): Record<string, unknown> => {
    const signed = client.sign(...args);
    if (expTimeMs === null) return signed;
    return { ...signed, headers: { ...asRecord(signed["headers"]), expTime: String(expTimeMs) } };
  };
  view.fetch = async (url, method, headers, body): Promise<unknown> => {
    heard.left = true;
    if (typeof body === "string") heard.sent = jsonOf(body);
    return client.fetch.call(view, url, method, headers, body);
  };
  view.onRestResponse = (...args): string => {
    const [status, , , , , text] = args;
    heard.answer = { status: Number(status), text: String(text) };
    return client.onRestResponse(...args);
  };
  return view;
}

function failed(error: unknown, { answer, sent, left }: Heard): WireAnswer {
  if (answer !== null) {
    const { status, text } = answer;
    return { state: "answered", httpStatus: status, body: jsonOf(text), sent };
  }
  if (left) return transportFailure(error, sent);
  const message = error instanceof Error ? error.message : "the library refused the request";
  return { state: "not_sent", error: "request_exception", message, sent };
}

function asRecord(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
