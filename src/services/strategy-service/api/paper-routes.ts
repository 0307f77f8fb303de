import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { err, type Fault, ok, type Result } from "#base";
import type { HttpEnv } from "#mesh";
import { commonRefusals, json, liveRefused, orderAnswer, refusal, refuse } from "./answers.ts";
import type { ApiPorts } from "./create-strategy-api.ts";
import { pageLimit, pageQuery } from "./paging.ts";
import { newPaperOrder, orderId, paperOrder, paperOrderList, word } from "./shapes.ts";

const security = [{ bearer: [] }];
const tags = ["paper"];
const params = z.object({
  order_id: orderId.openapi({ param: { name: "order_id", in: "path" } }),
});
const missing = { 404: refusal("no such order") };

const place = createRoute({
  method: "post",
  path: "/paper-orders",
  operationId: "placePaperOrder",
  summary: "A paper order against the newest quote",
  tags,
  security,
  request: {
    headers: z.object({
      "idempotency-key": z
        .string()
        .optional()
        .openapi({
          param: { name: "idempotency-key", in: "header" },
          description: "8 to 128 letters, digits and ._:- ; the same key gives the same order",
          example: "rebalance-2026-11-20",
        }),
    }),
    body: { required: true, ...json(newPaperOrder, "the order") },
  },
  responses: {
    200: json(paperOrder, "the order that this key placed before"),
    201: json(paperOrder, "taken: filled, resting, or rejected with its reason"),
    400: refusal("the idempotency key is missing or malformed"),
    404: refusal("no such strategy"),
    409: refusal("the key placed another order, or the strategy is not in mode PAPER"),
    ...commonRefusals,
  },
});

const list = createRoute({
  method: "get",
  path: "/paper-orders",
  operationId: "listPaperOrders",
  summary: "Paper orders of the tenant, by id",
  tags,
  security,
  request: {
    query: pageQuery().extend({
      strategy_id: word.optional().openapi({ param: { name: "strategy_id", in: "query" } }),
    }),
  },
  responses: { 200: json(paperOrderList, "one page"), ...commonRefusals },
});

const read = createRoute({
  method: "get",
  path: "/paper-orders/{order_id}",
  operationId: "readPaperOrder",
  summary: "One paper order",
  tags,
  security,
  request: { params },
  responses: { 200: json(paperOrder, "the order"), ...missing, ...commonRefusals },
});

const cancel = createRoute({
  method: "delete",
  path: "/paper-orders/{order_id}",
  operationId: "cancelPaperOrder",
  summary: "Cancels an open paper order; doing it again is fine",
  tags,
  security,
  request: { params },
  responses: {
    200: json(paperOrder, "the order as it is now"),
    409: refusal("it has ended otherwise"),
    ...missing,
    ...commonRefusals,
  },
});

const execute = createRoute({
  method: "post",
  path: "/trades/execute",
  operationId: "executeTrade",
  summary: "Always refused: this service never trades",
  tags: ["refused"],
  security,
  responses: { 401: commonRefusals[401], 403: refusal("live_refused"), 503: commonRefusals[503] },
});

export function addPaperRoutes(api: OpenAPIHono<HttpEnv>, ports: ApiPorts): void {
  const { desk, orders, tenantOf, refused } = ports;
  const noted = (fault: Fault): Fault => {
    refused(fault.code);
    return fault;
  };
  api.openapi(place, async (context) => {
    const key = keyOf(context.req.valid("header")["idempotency-key"]);
    if (!key.ok) return refuse(context, noted(key.fault), [400]);
    const wanted = context.req.valid("json");
    if (wanted.execution === "live") return refuse(context, noted(liveRefused), [403]);
    const placed = await desk.place(tenantOf(context), key.value, wanted);
    if (!placed.ok) return refuse(context, noted(placed.fault), [404, 409]);
    const { order, repeated } = placed.value;
    return repeated ? context.json(orderAnswer(order), 200) : context.json(orderAnswer(order), 201);
  });
  api.openapi(list, async (context) => {
    const { limit = pageLimit, after = null, strategy_id = null } = context.req.valid("query");
    const listed = await orders.list(tenantOf(context), strategy_id, { limit, after });
    if (!listed.ok) return refuse(context, noted(listed.fault), [503]);
    const { rows, next } = listed.value;
    return context.json({ orders: rows.map(orderAnswer), next }, 200);
  });
  api.openapi(read, async (context) => {
    const { order_id } = context.req.valid("param");
    const found = await orders.read(tenantOf(context), order_id);
    if (!found.ok) return refuse(context, noted(found.fault), [404]);
    return context.json(orderAnswer(found.value), 200);
  });
  api.openapi(cancel, async (context) => {
    const { order_id } = context.req.valid("param");
    const cancelled = await desk.cancel(tenantOf(context), order_id);
    if (!cancelled.ok) return refuse(context, noted(cancelled.fault), [404, 409]);
    return context.json(orderAnswer(cancelled.value), 200);
  });
  api.openapi(execute, async (context) => refuse(context, noted(liveRefused), [403]));
}

/** Fault: idempotency_key_missing. */
function keyOf(header: string | undefined): Result<string, Fault> {
  if (header !== undefined && /^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/.test(header)) return ok(header);
  const message = "an order needs an Idempotency-Key of 8 to 128 letters, digits and ._:-";
  return err({ code: "idempotency_key_missing", message, at: "idempotency-key" });
}
