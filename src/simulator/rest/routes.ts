import { type Endpoint, type EndpointName, endpoints } from "#okx";
import type {
  BatchName,
  Call,
  EntryHandler,
  EntryHandlers,
  SingleHandlers,
  SingleName,
} from "./call.ts";
import type { Reply } from "./reply.ts";

/** An endpoint and what does it; requests are parsed by the endpoint's own shape before. */
export type Route =
  | Readonly<{
      kind: "single";
      endpoint: Endpoint;
      run: (request: never, call: Call) => Reply<unknown>;
    }>
  | Readonly<{ kind: "batch"; endpoint: Endpoint; run: EntryRun }>;

type EntryRun = (entry: never, call: Call) => Readonly<{ sCode: string }>;

export type RouteTable = Readonly<{
  find: (method: string, path: string) => Route | null;
  isPath: (path: string) => boolean;
  /** The route of an endpoint by name, for writes over the stream. */
  byName: <Name extends EndpointName>(name: Name) => Route | null;
}>;

/** Methods and paths of OKX's table joined to the handlers of the same names. */
export function createRouteTable(single: SingleHandlers, batch: EntryHandlers): RouteTable {
  const routes = new Map<string, Route>();
  const byName = new Map<string, Route>();
  for (const endpoint of endpoints) {
    const route = routeOf(endpoint, single, batch);
    routes.set(`${endpoint.method} ${endpoint.path}`, route);
    byName.set(endpoint.name, route);
  }
  const paths = new Set(endpoints.map(({ path }) => path));
  return {
    find: (method, path) => routes.get(`${method} ${path}`) ?? null,
    isPath: (path) => paths.has(path),
    byName: (name) => byName.get(name) ?? null,
  };
}

/**
 * Both tables are complete by type, and each handler takes what its endpoint's own shape parses to;
 * walking them by name is what the compiler cannot follow.
 */
function routeOf(endpoint: Endpoint, single: SingleHandlers, batch: EntryHandlers): Route {
  if (endpoint.batchMax !== null) {
    const run = batch[endpoint.name as BatchName] as EntryHandler<BatchName> as EntryRun;
    return { kind: "batch", endpoint, run };
  }
  const run = single[endpoint.name as SingleName] as (request: never, call: Call) => Reply<unknown>;
  return { kind: "single", endpoint, run };
}
