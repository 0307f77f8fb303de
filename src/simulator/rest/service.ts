import type { Caller, KeyRing } from "../accounts/key-ring.ts";
import { admitRequest, type Gatekeeper, headerText } from "../auth/authenticate.ts";
import type { VenueClock } from "../clock/venue-clock.ts";
import type { Counters } from "../counters.ts";
import type { FaultPoint } from "../faults/armed-rule.ts";
import type { FaultInjector } from "../faults/injector.ts";
import type { Floor } from "../floor/floor.ts";
import type { HttpAnswer, HttpRequest, Service } from "../http/message.ts";
import type { RateLimits } from "../limits/rate-limits.ts";
import type { Call } from "./call.ts";
import { answerOf, type Envelope, envelopeOf, plainAnswer } from "./envelope.ts";
import { runFaulty, type Wait } from "./faulty.ts";
import { canExpire, type Job, prepareJob } from "./job.ts";
import { type Refusal, refused } from "./reply.ts";
import type { Route, RouteTable } from "./routes.ts";

export type ServiceParts = Readonly<{
  floor: Floor;
  clock: VenueClock;
  routes: RouteTable;
  keys: KeyRing;
  gate: Gatekeeper;
  limits: RateLimits;
  faults: FaultInjector;
  counters: Counters;
  wait: Wait;
}>;

/** The whole of REST as a function of a request: no socket is needed to speak to the venue. */
export function createService(parts: ServiceParts): Service {
  const { clock } = parts;
  return (request) => clock.moment(() => serve(request, parts));
}

function serve(request: HttpRequest, parts: ServiceParts): HttpAnswer | Promise<HttpAnswer> {
  const { clock, counters, faults } = parts;
  const inMicros = clock.nowMicros();
  const admitted = admit(request, parts);
  if ("status" in admitted) return admitted;
  if ("type" in admitted) return closed(envelopeOf(admitted), counters);
  const { job, call } = admitted;

  function run(): HttpAnswer {
    const envelope = envelopeOf(job.run(call));
    parts.floor.flush();
    counters.count("answers", envelope.code);
    const isWrite = job.route.endpoint.auth === "trade";
    return answerOf(envelope, isWrite ? { inMicros, outMicros: clock.nowMicros() } : null);
  }

  if (!faults.isArmed()) return run();
  // A request that waits is carried out at another moment.
  const runLater = (): HttpAnswer => clock.moment(run);
  return runFaulty(runLater, pointOf(job, call.caller), faults, parts.wait);
}

type Admitted = Readonly<{ job: Job; call: Call }>;

/** Everything that may be wrong with a request before it means anything. */
function admit(request: HttpRequest, parts: ServiceParts): Admitted | Refusal | HttpAnswer {
  const mark = request.path.indexOf("?");
  const path = mark < 0 ? request.path : request.path.slice(0, mark);
  const route = parts.routes.find(request.method, path);
  if (route === null) return parts.routes.isPath(path) ? refused("50115") : notFound;
  const { endpoint } = route;
  parts.counters.count("requests", endpoint.name);

  const admission = endpoint.auth === "public" ? anybody : admitRequest(request, parts.gate);
  if (admission.type === "refused") return admission;
  const { caller } = admission;
  if (endpoint.auth === "trade" && !caller.mayTrade) return refused("50120");

  const given = request.method === "GET" ? queryOf(request.path, mark) : bodyOf(request);
  if (given.type === "refused") return given;
  const job = prepareJob(route, given.value, parts.floor.catalog);
  if ("type" in job) return job;
  const limited = takeLimit(
    route,
    job,
    { request, caller, isPublic: endpoint.auth === "public" },
    parts,
  );
  if (limited !== null) return limited;
  const expiresMs = expiryOf(headerText(request.headers["exptime"]), route, parts.clock.nowMs());
  if (typeof expiresMs === "object" && expiresMs !== null) return expiresMs;
  return { job, call: { caller, expiresMs } };
}

const notFound = plainAnswer(404, "Not Found");

/** Public endpoints never look at who calls. */
const anybody = {
  type: "caller",
  caller: {
    account: -1,
    name: "",
    uid: "",
    keyLabel: "",
    apiKey: "",
    permissions: [],
    mayTrade: false,
  },
} as const;

function takeLimit(
  { endpoint }: Route,
  { load }: Job,
  who: Readonly<{ request: HttpRequest; caller: Caller; isPublic: boolean }>,
  { limits, counters, routes }: ServiceParts,
): Refusal | null {
  const holder = {
    peer: who.request.peer ?? "in-process",
    account: who.isPublic ? null : who.caller.account,
  };
  const code = limits.take(limitedAs(endpoint, load, routes), holder, load);
  if (code === null) return null;
  counters.count("rate_limited", endpoint.name);
  return refused(code);
}

/** A list of one order counts as that one order. */
export function limitedAs(
  endpoint: Route["endpoint"],
  load: Job["load"],
  routes: RouteTable,
): Route["endpoint"] {
  const single = singleOf[endpoint.name];
  if (single === undefined) return endpoint;
  const isOne = load.length === 1 && load[0]?.entries === 1;
  return isOne ? (routes.byName(single)?.endpoint ?? endpoint) : endpoint;
}

const singleOf: Partial<Record<string, "place_order" | "cancel_order" | "amend_order">> = {
  place_orders: "place_order",
  cancel_orders: "cancel_order",
  amend_orders: "amend_order",
};

/** Null: no bound. A bound that has passed already is refused at the door. */
export function expiryOf(
  text: string | null,
  { endpoint }: Route,
  nowMs: number,
): number | null | Refusal {
  if (text === null || text === "" || !canExpire(endpoint.name)) return null;
  if (!/^\d{1,16}$/.test(text)) return refused("51000", "expTime");
  const expiresMs = Number(text);
  return nowMs > expiresMs ? refused("50036") : expiresMs;
}

/** What came with a request, still unread. */
type Given = Readonly<{ type: "given"; value: unknown }>;

function queryOf(path: string, mark: number): Given {
  if (mark < 0) return noQuery;
  return {
    type: "given",
    value: Object.fromEntries(new URLSearchParams(path.slice(mark + 1))),
  };
}

const noQuery: Given = { type: "given", value: {} };

function bodyOf({ headers, body }: HttpRequest): Given | Refusal {
  const type = headerText(headers["content-type"]).toLowerCase();
  if (!type.startsWith("application/json")) return refused("50006");
  if (body === "") return refused("50000");
  try {
    return { type: "given", value: JSON.parse(body) };
  } catch {
    return refused("50002");
  }
}

function closed(envelope: Envelope, counters: Counters): HttpAnswer {
  counters.count("answers", envelope.code);
  return answerOf(envelope, null);
}

function pointOf({ route, instId, clOrdIds }: Job, caller: Caller): FaultPoint {
  const { method, path } = route.endpoint;
  return {
    endpoint: `${method} ${path}`,
    account: caller.name === "" ? null : caller.name,
    channel: null,
    instId,
    clOrdIds,
  };
}
