import type { z } from "@hono/zod-openapi";
import type { Context, TypedResponse } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type Fault, isoFromMillis } from "#base";
import type { HttpEnv } from "#mesh";
import { formatAmount } from "../paper/amounts.ts";
import type { OrderRow } from "../tables.ts";
import { type ErrorAnswer, errorShape, type PaperOrderAnswer } from "./shapes.ts";

/** Faults of this service with the status that says them; all others mean that the store fails. */
const statusByCode: Readonly<Record<string, ContentfulStatusCode>> = {
  strategy_missing: 404,
  order_missing: 404,
  strategy_exists: 409,
  strategy_has_open_orders: 409,
  strategy_not_paper: 409,
  idempotency_key_reused: 409,
  order_ended: 409,
  version_conflict: 412,
  version_missing: 428,
  idempotency_key_missing: 400,
  live_refused: 403,
};

/** `statuses` are those that the route's description promises; what fits none of them is 503. */
export function refuse<S extends ContentfulStatusCode>(
  context: Context<HttpEnv>,
  fault: Fault,
  statuses: readonly S[],
): Response & TypedResponse<ErrorAnswer, S | 503, "json"> {
  const { code, message, at = null } = fault;
  const status = statuses.find((one) => one === statusByCode[code]) ?? 503;
  const request_id = context.get("requestId") ?? "unknown";
  return context.json({ error: { code, message, at, request_id } }, status);
}

/** A JSON body in the description of a route. */
export type JsonPart<T> = {
  description: string;
  content: { "application/json": { schema: z.ZodType<T> } };
};

export function json<T>(schema: z.ZodType<T>, description: string): JsonPart<T> {
  return { description, content: { "application/json": { schema } } };
}

export function refusal(description: string): JsonPart<ErrorAnswer> {
  return json(errorShape, description);
}

/** What any route may answer. */
export type CommonRefusals = Record<401 | 403 | 422 | 503, JsonPart<ErrorAnswer>>;

export const commonRefusals: CommonRefusals = {
  401: refusal("no token, or one that nobody gave out"),
  403: refusal("the token may only read, or something live was asked for"),
  422: refusal("the request does not fit its schema"),
  503: refusal("the store cannot be reached, or the service ends"),
};

export const liveRefused: Fault = {
  code: "live_refused",
  message: "this service keeps strategies and paper: it never trades and never makes one live",
};

export function orderAnswer(row: OrderRow): PaperOrderAnswer {
  const { order_id, strategy_id, symbol, side, type, time_in_force, status, reason } = row;
  return {
    order_id,
    strategy_id,
    symbol,
    side,
    type,
    quantity: formatAmount(BigInt(row.quantity)),
    limit_price: amountText(row.limit_price),
    time_in_force,
    execution: "paper",
    status,
    reason,
    fill_price: amountText(row.fill_price),
    quote_utc: row.quote_ts_ms === null ? null : isoFromMillis(row.quote_ts_ms),
    quote_source: row.quote_source,
    created_utc: row.created_utc,
    updated_utc: row.updated_utc,
  };
}

function amountText(stored: string | null): string | null {
  return stored === null ? null : formatAmount(BigInt(stored));
}
