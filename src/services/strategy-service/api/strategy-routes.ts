import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { err, type Fault, ok, type Result } from "#base";
import type { HttpEnv } from "#mesh";
import { commonRefusals, json, liveRefused, refusal, refuse } from "./answers.ts";
import type { ApiPorts } from "./create-strategy-api.ts";
import { pageLimit, pageQuery } from "./paging.ts";
import {
  analyticsShape,
  newStrategy,
  strategyDraft,
  strategyList,
  strategyShape,
  word,
} from "./shapes.ts";

const security = [{ bearer: [] }];
const tags = ["strategies"];
const params = z.object({
  strategy_id: word.openapi({ param: { name: "strategy_id", in: "path" } }),
});
const headers = z.object({
  "if-match": z
    .string()
    .optional()
    .openapi({
      param: { name: "if-match", in: "header" },
      description: 'the version that is meant, as "3"; without it 428',
      example: '"3"',
    }),
});
const missing = { 404: refusal("no such strategy") };
const versioned = {
  ...missing,
  412: refusal("somebody else changed it: the version is another"),
  428: refusal("the version that is meant is missing"),
};

const list = createRoute({
  method: "get",
  path: "/strategies",
  operationId: "listStrategies",
  summary: "Strategies of the tenant, by id",
  tags,
  security,
  request: { query: pageQuery() },
  responses: { 200: json(strategyList, "one page"), ...commonRefusals },
});

const create = createRoute({
  method: "post",
  path: "/strategies",
  operationId: "createStrategy",
  summary: "A new strategy at version 1",
  tags,
  security,
  request: { body: { required: true, ...json(newStrategy, "the strategy") } },
  responses: {
    201: json(strategyShape, "made"),
    409: refusal("the id is taken"),
    ...commonRefusals,
  },
});

const read = createRoute({
  method: "get",
  path: "/strategies/{strategy_id}",
  operationId: "readStrategy",
  summary: "One strategy",
  tags,
  security,
  request: { params },
  responses: {
    200: json(strategyShape, "the strategy, its version in ETag"),
    ...missing,
    ...commonRefusals,
  },
});

const update = createRoute({
  method: "put",
  path: "/strategies/{strategy_id}",
  operationId: "updateStrategy",
  summary: "Replaces a strategy whose version is known",
  tags,
  security,
  request: {
    params,
    headers,
    body: { required: true, ...json(strategyDraft, "the strategy as it should be") },
  },
  responses: { 200: json(strategyShape, "replaced"), ...versioned, ...commonRefusals },
});

const remove = createRoute({
  method: "delete",
  path: "/strategies/{strategy_id}",
  operationId: "deleteStrategy",
  summary: "Removes a strategy that has no open paper orders",
  tags,
  security,
  request: { params, headers },
  responses: {
    204: { description: "removed; its orders and its change log stay" },
    409: refusal("it has open paper orders"),
    ...versioned,
    ...commonRefusals,
  },
});

const analytics = createRoute({
  method: "get",
  path: "/strategies/{strategy_id}/analytics",
  operationId: "readAnalytics",
  summary: "Paper ledger, orders and signals of one strategy",
  tags,
  security,
  request: { params },
  responses: { 200: json(analyticsShape, "as of now"), ...missing, ...commonRefusals },
});

export function addStrategyRoutes(api: OpenAPIHono<HttpEnv>, ports: ApiPorts): void {
  const { strategies, tenantOf, refused } = ports;
  const noted = (fault: Fault): Fault => {
    refused(fault.code);
    return fault;
  };
  api.openapi(list, async (context) => {
    const { limit = pageLimit, after = null } = context.req.valid("query");
    const listed = await strategies.list(tenantOf(context), { limit, after });
    if (!listed.ok) return refuse(context, noted(listed.fault), [503]);
    const { rows, next } = listed.value;
    return context.json({ strategies: [...rows], next }, 200);
  });
  api.openapi(create, async (context) => {
    const { strategy_id, ...draft } = context.req.valid("json");
    if (draft.mode === "LIVE") return refuse(context, noted(liveRefused), [403]);
    const made = await strategies.create(tenantOf(context), strategy_id, draft);
    if (!made.ok) return refuse(context, noted(made.fault), [409]);
    context.header("etag", etagOf(made.value.version));
    return context.json(made.value, 201);
  });
  api.openapi(read, async (context) => {
    const { strategy_id } = context.req.valid("param");
    const found = await strategies.read(tenantOf(context), strategy_id);
    if (!found.ok) return refuse(context, noted(found.fault), [404]);
    context.header("etag", etagOf(found.value.version));
    return context.json(found.value, 200);
  });
  api.openapi(update, async (context) => {
    const { strategy_id } = context.req.valid("param");
    const version = versionOf(context.req.valid("header")["if-match"]);
    if (!version.ok) return refuse(context, noted(version.fault), [428]);
    const draft = context.req.valid("json");
    if (draft.mode === "LIVE") return refuse(context, noted(liveRefused), [403]);
    const change = { version: version.value, draft };
    const updated = await strategies.update(tenantOf(context), strategy_id, change);
    if (!updated.ok) return refuse(context, noted(updated.fault), [404, 412]);
    context.header("etag", etagOf(updated.value.version));
    return context.json(updated.value, 200);
  });
  api.openapi(remove, async (context) => {
    const { strategy_id } = context.req.valid("param");
    const version = versionOf(context.req.valid("header")["if-match"]);
    if (!version.ok) return refuse(context, noted(version.fault), [428]);
    const removed = await strategies.remove(tenantOf(context), strategy_id, version.value);
    if (!removed.ok) return refuse(context, noted(removed.fault), [404, 409, 412]);
    return context.body(null, 204);
  });
  api.openapi(analytics, async (context) => {
    const { strategy_id } = context.req.valid("param");
    const account = await ports.analytics(tenantOf(context), strategy_id);
    if (!account.ok) return refuse(context, noted(account.fault), [404]);
    return context.json(account.value, 200);
  });
}

function etagOf(version: number): string {
  return `"${version}"`;
}

/** Fault: version_missing. */
function versionOf(header: string | undefined): Result<number, Fault> {
  const [, digits] = /^"?(\d{1,9})"?$/.exec(header ?? "") ?? [];
  if (digits !== undefined) return ok(Number(digits));
  const message = 'say which version is meant: If-Match: "3", from the ETag of the last read';
  return err({ code: "version_missing", message, at: "if-match" });
}
