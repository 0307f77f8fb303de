import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Fault } from "#base";
import type { HttpEnv } from "./http-app.ts";

/** The body of every answer that is no success; `code` is stable, `message` is for people. */
export type ErrorBody = Readonly<{
  error: Readonly<{ code: string; message: string; at: string | null; request_id: string }>;
}>;

/** Says a fault over HTTP. */
export function errorAnswer(
  context: Context<HttpEnv>,
  status: ContentfulStatusCode,
  fault: Fault,
): Response {
  const { code, message, at = null } = fault;
  const body: ErrorBody = {
    error: { code, message, at, request_id: context.get("requestId") ?? "unknown" },
  };
  return context.json(body, status);
}
