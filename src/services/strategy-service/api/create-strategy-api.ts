import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Fault, Result } from "#base";
import { createApi, type HttpEnv } from "#mesh";
import { authorise } from "../access/authorise.ts";
import type { Tokens } from "../access/tokens.ts";
import type { OrdersBook } from "../paper/orders-book.ts";
import type { PaperDesk } from "../paper/paper-desk.ts";
import type { StrategiesBook } from "../strategies-book.ts";
import { addPaperRoutes } from "./paper-routes.ts";
import type { Analytics } from "./shapes.ts";
import { addStrategyRoutes } from "./strategy-routes.ts";

export type ApiPorts = Readonly<{
  strategies: StrategiesBook;
  desk: PaperDesk;
  orders: OrdersBook;
  analytics: (tenant: string, strategyId: string) => Promise<Result<Analytics, Fault>>;
  tenantOf: (context: Context<HttpEnv>) => string;
  /** Hears of every refusal. */
  refused: (code: string) => void;
}>;

/** The REST API of the service, with its own description at /openapi.json. */
export function createStrategyApi(
  ports: ApiPorts,
  { tokens, version }: Readonly<{ tokens: Tokens; version: string }>,
): OpenAPIHono<HttpEnv> {
  const api = createApi();
  const access = authorise(tokens, ports.refused);
  for (const path of ["/strategies", "/paper-orders", "/trades"]) {
    api.use(path, access);
    api.use(`${path}/*`, access);
  }
  addStrategyRoutes(api, ports);
  addPaperRoutes(api, ports);
  describeApi(api, version);
  return api;
}

function describeApi(api: OpenAPIHono<HttpEnv>, version: string): void {
  api.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "a token of ASSAY_STRATEGY_TOKENS, or the one in the service's token file",
  });
  api.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: {
      title: "Assay strategy-service",
      version,
      description:
        "Strategies with optimistic versions, their analytics, and paper orders with a paper " +
        "ledger. Nothing here reaches a broker.",
      license: { name: "Unlicensed", url: "https://spdx.org/licenses/UNLICENSED.html" },
    },
    servers: [{ url: "http://127.0.0.1:8083", description: "assay up" }],
    tags: [
      { name: "strategies", description: "What is known, and how it does" },
      { name: "paper", description: "Orders against quotes, on paper" },
      { name: "refused", description: "What other services of this kind would do" },
    ],
  });
}
