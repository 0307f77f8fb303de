import type { HttpApp } from "../http/http-app.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { healthFactsOf, opsStatusOf, readinessOf, type ServiceState } from "./service-state.ts";
import type { StandardMetrics } from "./standard-metrics.ts";

/** What every service answers, whatever else it does. */
export function addStandardEndpoints(
  app: HttpApp,
  state: ServiceState,
  metrics: Metrics,
  standard: StandardMetrics,
): void {
  // Whether this process is wedged and nothing else: a restart brings no fresh data.
  app.get("/livez", (context) => context.json({ status: "live" }));
  app.get("/readyz", (context) => {
    const { ready, checks } = readinessOf(state);
    standard.ready(ready);
    const verbose = context.req.query("verbose") !== undefined;
    return context.json(verbose ? { ready, checks } : { ready }, ready ? 200 : 503);
  });
  app.get("/health", (context) => context.json(healthFactsOf(state)));
  app.get("/ops/status", (context) => {
    const hasHealthz = app.routes.some(({ path }) => path === "/healthz");
    return context.json(opsStatusOf(state, hasHealthz));
  });
  app.get("/metrics", async (context) => {
    standard.refresh();
    standard.ready(readinessOf(state).ready);
    const text = await metrics.text();
    return context.text(text, 200, { "content-type": metrics.contentType });
  });
}
