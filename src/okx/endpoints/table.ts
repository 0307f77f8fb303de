import { Defect } from "#base";
import { accountEndpoints } from "./account.ts";
import type { Endpoint } from "./endpoint.ts";
import { publicEndpoints } from "./public.ts";
import { tradeEndpoints } from "./trade.ts";
import type { EndpointName } from "./types.ts";

/** Every endpoint that is spoken here. */
export const endpoints: readonly Endpoint[] = [
  ...publicEndpoints,
  ...accountEndpoints,
  ...tradeEndpoints,
];

/** The endpoint of this method and path (without query), or null. */
export function findEndpoint(method: string, path: string): Endpoint | null {
  return byCall.get(`${method} ${path}`) ?? null;
}

export function endpointOf(name: EndpointName): Endpoint {
  const found = byName.get(name);
  if (found === undefined) throw new Defect(`no endpoint ${name}`);
  return found;
}

const byCall: ReadonlyMap<string, Endpoint> = new Map(
  endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint]),
);

const byName: ReadonlyMap<string, Endpoint> = new Map(
  endpoints.map((endpoint) => [endpoint.name, endpoint]),
);
