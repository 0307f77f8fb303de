import { err, type Fault, ok, type Result } from "#base";
import type { Endpoint } from "./endpoints/endpoint.ts";
import { endpointOf } from "./endpoints/table.ts";
import type { EndpointName, RequestByEndpoint } from "./endpoints/types.ts";
import type { Fields } from "./fields.ts";
import { firstIssue } from "./parse-rows.ts";
import { requestSchema } from "./row-schema.ts";

/** A request that the venue refuses before looking at its meaning, with the code it answers. */
export type RequestFault = Fault & Readonly<{ venueCode: string; params: readonly string[] }>;

/**
 * Reads one request: a query, a JSON body, or one entry of a list. Empty text and null count as
 * absent and a number is read as its text, as OKX does; what nobody declared is dropped.
 * Faults (okx_request_malformed): venueCode 50014 for what is missing, 51000 for what is wrong,
 * 50002 when there is no object at all.
 */
export function parseRequest<N extends EndpointName>(
  name: N,
  value: unknown,
): Result<RequestByEndpoint[N], RequestFault> {
  const read = parseFields(endpointOf(name), value);
  // The schema was built from the fields that RequestByEndpoint is derived from.
  return read.ok ? ok(read.value as RequestByEndpoint[N]) : read;
}

/** A list body: entries are judged one by one, the list as a whole for its length. */
export function parseBatch<N extends EndpointName>(
  name: N,
  body: unknown,
): Result<readonly Result<RequestByEndpoint[N], RequestFault>[], RequestFault> {
  const endpoint = endpointOf(name);
  if (!Array.isArray(body)) return refuse(endpoint, "the body", "is not a list", "50002", []);
  const max = endpoint.batchMax ?? 1;
  if (body.length === 0) return refuse(endpoint, "the list", "is empty", "50014", ["data"]);
  if (body.length > max) {
    const code = tooManyCodes[name] ?? "51111";
    return refuse(endpoint, "the list", `has more than ${max} entries`, code, [String(max)]);
  }
  return ok(body.map((entry) => parseRequest(name, entry)));
}

function parseFields(
  endpoint: Endpoint,
  value: unknown,
): Result<Readonly<Record<string, unknown>>, RequestFault> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse(endpoint, "the request", "is not a JSON object", "50002", []);
  }
  const given = asText(endpoint.request, value);
  const read = requestSchema(endpoint.request).safeParse(given);
  if (read.success) return ok(read.data);
  const [at, wrong] = firstIssue(read.error, "");
  return refuse(endpoint, at, wrong, wrong === "is missing" ? "50014" : "51000", [at]);
}

function asText(fields: Fields, value: object): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    if (item === "" || item === null) continue;
    const isText = typeof item === "number" && typeof fields[name] === "string";
    given[name] = isText ? String(item) : item;
  }
  return given;
}

const tooManyCodes: Partial<Record<EndpointName, string>> = {
  place_orders: "51111",
  cancel_orders: "51406",
  cancel_algos: "51406",
  amend_orders: "51501",
};

function refuse(
  endpoint: Endpoint,
  at: string,
  wrong: string,
  venueCode: string,
  params: readonly string[],
): Result<never, RequestFault> {
  return err({
    code: "okx_request_malformed",
    message: `${endpoint.method} ${endpoint.path}: ${at} ${wrong}`,
    at,
    venueCode,
    params,
  });
}
