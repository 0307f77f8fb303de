import {
  authHeaders,
  type EndpointName,
  endpointOf,
  type OkxKey,
  queryText,
  type RequestByEndpoint,
} from "#okx";
import type { HttpSend } from "../adapters/http-send.ts";
import { jsonOf } from "../adapters/json-of.ts";
import { judge } from "../adapters/judge.ts";
import { transportFailure } from "../adapters/transport-error.ts";
import type { WireAnswer } from "../adapters/wire.ts";
import type { VenueFailure } from "../port.ts";

/** OKX's protocol by hand, for every endpoint: the baseline, and what prepares a state. */
export type DirectClient = Readonly<{
  /** The rows of the answer. Rejects with DirectFailure. */
  call: <N extends EndpointName>(
    name: N,
    params: RequestByEndpoint[N] | readonly RequestByEndpoint[N][],
  ) => Promise<readonly unknown[]>;
}>;

/** What the direct adapter says of an answer that is none, with the venue's words. */
export class DirectFailure extends Error {
  override readonly name: string = "DirectFailure";
  readonly failure: VenueFailure;
  readonly httpStatus: number | null;
  readonly code: string | null;
  readonly rows: readonly unknown[];

  constructor(failure: VenueFailure, spoken: DirectWords, rows: readonly unknown[]) {
    super(failure.message);
    this.failure = failure;
    this.httpStatus = spoken.httpStatus;
    this.code = spoken.sCode ?? spoken.code;
    this.rows = rows;
  }
}

type DirectWords = Readonly<{
  httpStatus: number | null;
  code: string | null;
  sCode: string | null;
}>;

export type DirectOptions = Readonly<{
  send: HttpSend;
  key: OkxKey;
  demo: boolean;
  expTimeMs: number | null;
}>;

export function createDirectClient(options: DirectOptions): DirectClient {
  return {
    async call(name, params) {
      const answer = await exchange(options, name, params);
      const verdict = judge(name, answer);
      if (verdict.ok) return verdict.rows;
      const rows = answer.state === "answered" ? rowsOf(answer.body) : [];
      throw new DirectFailure(verdict.failure, verdict.spoken, rows);
    },
  };
}

async function exchange(
  { send, key, demo, expTimeMs }: DirectOptions,
  name: EndpointName,
  params: object,
): Promise<WireAnswer> {
  const { method, path, auth, batchMax } = endpointOf(name);
  const isGet = method === "GET";
  const requestPath = isGet ? path + queryText(texts(params)) : path;
  const entries = batchMax !== null && !Array.isArray(params) ? [params] : params;
  const body = isGet ? "" : JSON.stringify(entries);
  const timestamp = new Date().toISOString();
  const signed = authHeaders(key, { timestamp, method, requestPath, body }, demo);
  const headers = {
    accept: "application/json",
    ...(isGet ? {} : { "content-type": "application/json" }),
    ...(expTimeMs === null ? {} : { exptime: String(expTimeMs) }),
    ...(auth === "public" ? (demo ? { "x-simulated-trading": "1" } : {}) : lowerCase(signed)),
  };
  try {
    const reply = await send({ method, path: requestPath, headers, body });
    const { status: httpStatus } = reply;
    return { state: "answered", httpStatus, body: jsonOf(reply.body), sent: params };
  } catch (error) {
    return transportFailure(error, params);
  }
}

function texts(params: object): Record<string, string> {
  const given = Object.entries(params).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return Object.fromEntries(named);
}

function rowsOf(body: unknown): readonly unknown[] {
  if (typeof body !== "object" || body === null) return [];
  const data: unknown = Reflect.get(body, "data");
  return Array.isArray(data) ? data : [];
}
