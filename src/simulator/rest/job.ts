import type { Result } from "#base";
import { type EndpointName, parseBatch, parseRequest, type RequestFault } from "#okx";
import type { Catalog } from "../catalog/listing.ts";
import type { LimitLoad } from "../limits/rate-limits.ts";
import type { Call } from "./call.ts";
import { type Refusal, type Reply, refusalText, refused } from "./reply.ts";
import type { Route } from "./routes.ts";

/** A request that is well formed and may be carried out. */
export type Job = Readonly<{
  route: Route;
  /** What it names, for limits and planned faults. */
  instId: string | null;
  clOrdIds: readonly string[];
  load: LimitLoad;
  run: (call: Call) => Reply<unknown>;
}>;

/** Reads the query, the body, or the arguments of a stream operation for their endpoint. */
export function prepareJob(route: Route, value: unknown, catalog: Catalog): Job | Refusal {
  return route.kind === "single"
    ? singleJob(route, withInstId(value, catalog))
    : batchJob(
        route,
        Array.isArray(value) ? value.map((each) => withInstId(each, catalog)) : value,
      );
}

function singleJob(route: Extract<Route, { kind: "single" }>, value: unknown): Job | Refusal {
  const parsed = parseRequest(route.endpoint.name, withInstType(route, value));
  if (!parsed.ok) return refused(parsed.fault.venueCode, ...parsed.fault.params);
  const { instId, clOrdIds } = namesOf(parsed.value);
  return {
    route,
    instId,
    clOrdIds,
    load: [{ part: limitPart(parsed.value), entries: 1 }],
    // Each handler takes what the shape of its own endpoint parses to.
    run: (call) => route.run(parsed.value as never, call),
  };
}

function batchJob(route: Extract<Route, { kind: "batch" }>, value: unknown): Job | Refusal {
  const parsed = parseBatch(route.endpoint.name, value);
  if (!parsed.ok) return refused(parsed.fault.venueCode, ...parsed.fault.params);
  const entriesByPart = new Map<string, number>();
  const clOrdIds: string[] = [];
  let instId: string | null = null;
  for (const entry of parsed.value) {
    const part = entry.ok ? limitPart(entry.value) : "";
    entriesByPart.set(part, (entriesByPart.get(part) ?? 0) + 1);
    if (!entry.ok) continue;
    const names = namesOf(entry.value);
    clOrdIds.push(...names.clOrdIds);
    instId ??= names.instId;
  }
  const load = [...entriesByPart].map(([part, entries]) => ({ part, entries }));
  return { route, instId, clOrdIds, load, run: (call) => runEntries(route, parsed.value, call) };
}

/** Entries are carried out in order, each judged alone. */
function runEntries(
  route: Extract<Route, { kind: "batch" }>,
  entries: readonly Result<unknown, RequestFault>[],
  call: Call,
): Reply<unknown> {
  let failed = 0;
  const rows = entries.map((entry) => {
    const row = entry.ok ? route.run(entry.value as never, call) : malformedRow(entry.fault, call);
    if (row.sCode !== "0") failed += 1;
    return row;
  });
  return { type: "verdicts", rows, failed };
}

function malformedRow(
  { venueCode, params }: RequestFault,
  _call: Call,
): Readonly<{ sCode: string }> {
  const sMsg = refusalText(refused(venueCode, ...params));
  return { clOrdId: "", ordId: "", tag: "", sCode: venueCode, sMsg } as Readonly<{
    sCode: string;
  }>;
}

/** Orders may name their instrument by its number; everything behind this knows it by its id. */
function withInstId(value: unknown, catalog: Catalog): unknown {
  if (typeof value !== "object" || value === null || !("instIdCode" in value)) return value;
  const { instIdCode, ...rest } = value as Readonly<Record<string, unknown>>;
  if (rest["instId"] !== undefined && rest["instId"] !== "") return rest;
  const listing = catalog.findByCode(Number(instIdCode));
  return { ...rest, instId: listing?.instId ?? `#${String(instIdCode)}` };
}

/** OKX documents a type as required for marks, and answers without one: ccxt asks so. */
function withInstType({ endpoint }: Route, value: unknown): unknown {
  if (endpoint.name !== "mark_price" || typeof value !== "object" || value === null) return value;
  return "instType" in value || !("instId" in value) ? value : { ...value, instType: "SWAP" };
}

type Names = Readonly<{ instId: string | null; clOrdIds: readonly string[] }>;

function namesOf(request: unknown): Names {
  const { instId, clOrdId } = request as Readonly<{ instId?: unknown; clOrdId?: unknown }>;
  return {
    instId: typeof instId === "string" ? instId : null,
    clOrdIds: typeof clOrdId === "string" ? [clOrdId] : [],
  };
}

/** Limits count by instrument, or by type where a request names only that. */
function limitPart(request: unknown): string {
  const { instId, instType } = request as Readonly<{ instId?: unknown; instType?: unknown }>;
  if (typeof instId === "string") return instId;
  return typeof instType === "string" ? instType : "";
}

/** Writes that OKX discards when they come too late. */
export function canExpire(name: EndpointName): boolean {
  return expiring.has(name);
}

const expiring: ReadonlySet<EndpointName> = new Set<EndpointName>([
  "place_order",
  "place_orders",
  "amend_order",
  "amend_orders",
]);
