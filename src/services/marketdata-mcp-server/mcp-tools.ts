import type { McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import type { MarketView } from "./market-view.ts";
import {
  deployReportShape,
  heartbeatShape,
  listingShape,
  proposalsShape,
  quoteShape,
  snapshotShape,
  switchShape,
  symbolShape,
} from "./mcp-shapes.ts";

/** No tool changes anything, here or elsewhere: there is nothing behind them that could. */
const annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;

type ToolResult = {
  content: { type: "text"; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
};

export function registerTools(server: McpServer, view: MarketView): void {
  registerMarketTools(server, view);
  registerPostureTools(server, view);
}

function registerMarketTools(server: McpServer, view: MarketView): void {
  server.registerTool(
    "get_quote",
    {
      title: "Latest quote",
      description: "Latest quote and trade of one symbol, with the age of its last exchange tick",
      inputSchema: z.strictObject({ symbol: symbolShape }),
      outputSchema: quoteShape,
      annotations,
    },
    ({ symbol }) => {
      const quote = view.symbol(symbol);
      return quote === null ? refused("symbol_unknown", `no tick of ${symbol}`) : told(quote);
    },
  );
  server.registerTool(
    "get_snapshot",
    {
      title: "Market snapshot",
      description: "Latest quotes and trades of all symbols, or of those that are named",
      inputSchema: z.strictObject({ symbols: z.array(symbolShape).max(100).optional() }),
      outputSchema: snapshotShape,
      annotations,
    },
    ({ symbols }) => told(view.snapshot(symbols ?? null)),
  );
  server.registerTool(
    "get_heartbeat",
    {
      title: "Heartbeat and freshness",
      description: "The heartbeat anchored on the last exchange tick, and the body of /healthz",
      inputSchema: z.strictObject({}),
      outputSchema: heartbeatShape,
      annotations,
    },
    () => told({ heartbeat: view.heartbeat(), health: view.health(null) }),
  );
  server.registerTool(
    "list_symbols",
    {
      title: "Symbols",
      description: "Every symbol seen since the start, with counts of what was taken and refused",
      inputSchema: z.strictObject({}),
      outputSchema: listingShape,
      annotations,
    },
    () => told({ symbols: view.listing() }),
  );
}

function registerPostureTools(server: McpServer, view: MarketView): void {
  server.registerTool(
    "get_kill_switch",
    {
      title: "Kill switch",
      description: "What the kill switch says, who says so and when it was read; never changes it",
      inputSchema: z.strictObject({}),
      outputSchema: switchShape,
      annotations,
    },
    () => told(view.killSwitch().reading),
  );
  server.registerTool(
    "get_proposals",
    {
      title: "Order proposals",
      description: "The latest order proposals of the strategies, newest first; none is an order",
      inputSchema: z.strictObject({
        strategy: z.string().min(1).max(64).optional(),
        limit: z.int().min(1).max(100).default(20),
      }),
      outputSchema: proposalsShape,
      annotations,
    },
    ({ strategy, limit }) => {
      const proposals = view.proposals(strategy ?? null, limit);
      return told({ count: proposals.length, proposals });
    },
  );
  server.registerTool(
    "get_deploy_report",
    {
      title: "Deploy report",
      description: "The newest deploy report of this installation, or why there is none",
      inputSchema: z.strictObject({}),
      outputSchema: deployReportShape,
      annotations,
    },
    async () => {
      const found = await view.deployReport();
      const absent = { reason: null, modified_utc: null, sha256: null, report: null };
      return told({ ...absent, ...found });
    },
  );
}

/** The same content twice: as data, and as text for clients that read only text. */
function told(content: object): ToolResult {
  return {
    content: [{ type: "text", text: JSON.stringify(content) }],
    structuredContent: { ...content },
  };
}

function refused(code: string, message: string): ToolResult {
  return { content: [{ type: "text", text: `${code}: ${message}` }], isError: true };
}
