import type { Hono } from "hono";
import type { Log } from "../log/log.ts";

/** What a handler finds in its context: the id of the request, and a log that carries it. */
export type HttpEnv = { Variables: { requestId: string; log: Log } };

/** The routes of one service. An `OpenAPIHono<HttpEnv>` of its own goes in by `route("/", api)`. */
export type HttpApp = Hono<HttpEnv>;
