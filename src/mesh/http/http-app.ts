import type { HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import type { Log } from "../log/log.ts";

/**
 * What a handler finds in its context: the id of the request, a log that carries it, and, on a
 * real socket, node's own request and response.
 */
export type HttpEnv = {
  Bindings: HttpBindings;
  Variables: { requestId: string; log: Log };
};

/** The routes of one service. An app of `createApi` goes in by `route("/", api)`. */
export type HttpApp = Hono<HttpEnv>;
