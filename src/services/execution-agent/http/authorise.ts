import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { errorAnswer, type HttpEnv, type Secret } from "#mesh";

/** A shorter key could be tried out. */
export const leastKeyLength = 24;

/**
 * Lets through who knows the key. Without a key nobody does: there is no open door to leave open.
 * Digests are compared, in a time that says nothing of what was wrong.
 */
export function authorise(
  key: Secret | null,
  refused: (code: string) => void,
): MiddlewareHandler<HttpEnv> {
  const expected = key === null ? null : digest(key.reveal());
  return async (context, next) => {
    const given = digest(bearerOf(context.req.header("authorization") ?? ""));
    if (expected !== null && timingSafeEqual(given, expected)) return next();
    refused("unauthorised");
    context.header("www-authenticate", 'Bearer realm="execution-agent"');
    const message =
      expected === null
        ? "no key is configured (ASSAY_EXECUTION_KEY), so nobody may do this"
        : "the key of this agent is needed: Authorization: Bearer KEY";
    return errorAnswer(context, 401, { code: "unauthorised", message });
  };
}

function bearerOf(header: string): string {
  return /^Bearer (\S{1,512})$/.exec(header)?.[1] ?? "";
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
