import { OpenAPIHono } from "@hono/zod-openapi";
import { errorAnswer } from "./error-answer.ts";
import type { HttpEnv } from "./http-app.ts";

/**
 * An app whose routes are declared with schemas, from which the OpenAPI document follows. A
 * request that does not fit them gets 422 `request_invalid` with the first field that is wrong.
 */
export function createApi(): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({
    defaultHook(result, context) {
      if (result.success) return undefined;
      const issue = result.error.issues[0];
      const at = issue?.path.map(String).join(".") ?? "";
      const where = at === "" ? result.target : `${result.target}.${at}`;
      const message = `${where}: ${issue?.message ?? "is not as expected"}`;
      return errorAnswer(context, 422, { code: "request_invalid", message, at: where });
    },
  });
}
