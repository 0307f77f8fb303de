import type { Context, MiddlewareHandler } from "hono";
import { errorAnswer, type HttpEnv } from "#mesh";
import type { Caller, Tokens } from "./tokens.ts";

/** Before anything of the request is read, so that a stranger learns nothing about schemas. */
export function authorise(
  tokens: Tokens,
  refused: (code: string) => void,
): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const caller = tokens.callerOf(bearerOf(context));
    if (caller === null) {
      refused("unauthorised");
      context.header("www-authenticate", 'Bearer realm="strategy-service"');
      const message = "a known token is needed: Authorization: Bearer TOKEN";
      return errorAnswer(context, 401, { code: "unauthorised", message });
    }
    const reads = context.req.method === "GET" || context.req.method === "HEAD";
    if (!reads && caller.role !== "editor") {
      refused("role_insufficient");
      const message = `a ${caller.role} may only read`;
      return errorAnswer(context, 403, { code: "role_insufficient", message });
    }
    return next();
  };
}

/** Whom `authorise` let through. */
export function callerOf(tokens: Tokens, context: Context<HttpEnv>): Caller {
  return tokens.callerOf(bearerOf(context)) ?? { tenant: "nobody", role: "reader" };
}

function bearerOf(context: Context<HttpEnv>): string {
  return /^Bearer (\S{1,512})$/.exec(context.req.header("authorization") ?? "")?.[1] ?? "";
}
