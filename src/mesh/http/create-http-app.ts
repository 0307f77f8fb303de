import { randomUUID } from "node:crypto";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { routePath } from "hono/route";
import type { Log } from "../log/log.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { errorAnswer } from "./error-answer.ts";
import type { HttpApp, HttpEnv } from "./http-app.ts";

export type HttpAppOptions = Readonly<{
  log: Log;
  metrics: Metrics;
  /** Names that the Host header may carry beside those of loopback, without a port. */
  allowedHosts: readonly string[];
  monotonicMs: () => number;
}>;

/** Larger bodies are refused; nothing that a service is told is near it. */
export const maxBodyBytes: number = 1 << 20;

/**
 * An app with what every request meets first: an id, a check of Host and Origin, a limit of the
 * body, a count and a line in the log. Nothing it answers allows another origin to read it.
 */
export function createHttpApp(options: HttpAppOptions): HttpApp {
  const app = new Hono<HttpEnv>();
  app.use(identify(options.log), count(options), checkHost(options.allowedHosts), plainHeaders);
  app.use(limitBody);
  app.notFound((context) => {
    const message = `nothing answers ${context.req.method} at this address`;
    return errorAnswer(context, 404, { code: "route_not_found", message });
  });
  app.onError((cause, context) => {
    if (cause instanceof HTTPException) {
      const { status, message } = cause;
      return errorAnswer(context, status, { code: "request_invalid", message });
    }
    context.get("log").error("http.crashed", { error: cause, path: context.req.path });
    const message = "a bug of this service; its log has the same request_id";
    return errorAnswer(context, 500, { code: "internal_error", message });
  });
  return app;
}

/**
 * A length that is announced is judged by the head alone, and node's parser holds the body to it. A
 * body in chunks is counted while it is read. Without either there is no body.
 */
const limitBody: MiddlewareHandler<HttpEnv> = (context, next) => {
  if (context.req.header("transfer-encoding") !== undefined) return limitChunks(context, next);
  const announced = Number(context.req.header("content-length") ?? 0);
  return announced > maxBodyBytes ? Promise.resolve(tooLarge(context)) : next();
};

const limitChunks: MiddlewareHandler<HttpEnv> = async (context, next) => {
  const { url, method, raw } = context.req;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of raw.body ?? []) {
    size += chunk.length;
    if (size > maxBodyBytes) return tooLarge(context);
    chunks.push(chunk);
  }
  const body = method === "GET" || method === "HEAD" ? null : Buffer.concat(chunks);
  // The adapter's own request cannot be read twice.
  context.req.raw = new Request(url, { method, headers: raw.headers, body, signal: raw.signal });
  return next();
};

function tooLarge(context: Context<HttpEnv>): Response {
  const message = `the body has more than ${maxBodyBytes} bytes`;
  return errorAnswer(context, 413, { code: "body_too_large", message });
}

const plainHeaders: MiddlewareHandler<HttpEnv> = async (context, next) => {
  await next();
  context.res.headers.set("x-content-type-options", "nosniff");
  if (!context.res.headers.has("cache-control")) {
    context.res.headers.set("cache-control", "no-store");
  }
};

const requestIdForm = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/;

/** The caller's own id is taken over when it is one, so that a request is found in every log. */
function identify(log: Log): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const given = context.req.header("x-request-id");
    const requestId = given !== undefined && requestIdForm.test(given) ? given : randomUUID();
    context.set("requestId", requestId);
    context.set("log", log.child({ request_id: requestId }));
    await next();
    context.res.headers.set("x-request-id", requestId);
  };
}

const loopback: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

/** A page of a foreign site that had its name resolved to this machine is not answered. */
function checkHost(allowedHosts: readonly string[]): MiddlewareHandler<HttpEnv> {
  const allowed = new Set([...loopback, ...allowedHosts].map((name) => name.toLowerCase()));
  return async (context, next) => {
    const { host } = new URL(context.req.url);
    const named = context.req.header("host") ?? host;
    if (!allowed.has(withoutPort(named))) {
      const message = "the Host header does not name this service";
      return errorAnswer(context, 403, { code: "host_refused", message });
    }
    const origin = context.req.header("origin");
    if (origin !== undefined && !isOwnOrigin(origin, named)) {
      const message = "pages of another origin are not served";
      return errorAnswer(context, 403, { code: "origin_refused", message });
    }
    return next();
  };
}

function withoutPort(host: string): string {
  return host.toLowerCase().replace(/:\d{1,5}$/, "");
}

function isOwnOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

const durationBuckets = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10] as const;

/** Routes label the counts, addresses would make as many series as there are ids. */
function count({ metrics, monotonicMs }: HttpAppOptions): MiddlewareHandler<HttpEnv> {
  const requests = metrics.counter({
    name: "assay_http_requests_total",
    help: "Requests that were answered, by method, route and status.",
    labels: ["method", "route", "status"],
  });
  const seconds = metrics.histogram({
    name: "assay_http_request_duration_seconds",
    help: "Time from the request to its answer, by route.",
    labels: ["route"],
    buckets: durationBuckets,
  });
  return async (context, next) => {
    const from = monotonicMs();
    await next();
    const route = routePath(context, -1);
    const known = route === "/*" || route === "*" ? "none" : route;
    const method = methods.has(context.req.method) ? context.req.method : "other";
    const status = String(context.res.status);
    const durationMs = monotonicMs() - from;
    requests.add({ method, route: known, status });
    seconds.observe({ route: known }, durationMs / 1000);
    const { path } = context.req;
    const fields = { method, path, status: context.res.status, duration_ms: durationMs };
    const log = context.get("log");
    if (method === "GET" || method === "HEAD") log.debug("http.request", fields);
    else log.info("http.request", fields);
  };
}

const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
