import { McpServer, ResourceNotFoundError, ResourceTemplate } from "@modelcontextprotocol/server";
import type { MarketView } from "./market-view.ts";
import { registerTools } from "./mcp-tools.ts";

export type McpIdentity = Readonly<{ name: string; version: string }>;

/**
 * The MCP side of the market data server: tools and resources that only read. One is made for each
 * connection over stdio and for each request over HTTP; they hold no state of their own.
 */
export function createMcpServer(view: MarketView, identity: McpIdentity): McpServer {
  const server = new McpServer(
    { ...identity, title: "Assay market data" },
    {
      instructions:
        "Market data and posture of an Assay mesh, read only. Check `fresh` first: " +
        "it counts from the exchange's own time. Nothing here can place an order or move a switch.",
    },
  );
  registerTools(server, view);
  registerResources(server, view);
  return server;
}

const json = "application/json";

function registerResources(server: McpServer, view: MarketView): void {
  server.registerResource(
    "snapshot",
    "assay://marketdata/snapshot",
    { title: "Market snapshot", mimeType: json, description: "Latest tick of every symbol" },
    (uri) => jsonResource(uri, view.snapshot(null)),
  );
  server.registerResource(
    "health",
    "assay://marketdata/health",
    { title: "Freshness", mimeType: json, description: "The body of /healthz" },
    (uri) => jsonResource(uri, view.health(null)),
  );
  server.registerResource(
    "runbooks",
    "assay://runbooks",
    { title: "Runbooks", mimeType: json, description: "Names and titles of the runbooks" },
    async (uri) => jsonResource(uri, { runbooks: await view.runbooks() }),
  );
  server.registerResource(
    "runbook",
    new ResourceTemplate("assay://runbooks/{name}", {
      list: async () => ({
        resources: (await view.runbooks()).map(({ name, title }) => {
          return { name, title, uri: `assay://runbooks/${name}`, mimeType: "text/markdown" };
        }),
      }),
    }),
    { title: "Runbook", mimeType: "text/markdown", description: "What to do when something fails" },
    async (uri, { name }) => {
      const text = typeof name === "string" ? await view.runbook(name) : null;
      // The protocol has one answer for a resource that is not there: an error with its address.
      if (text === null) throw new ResourceNotFoundError(uri.href);
      return { contents: [{ uri: uri.href, mimeType: "text/markdown", text }] };
    },
  );
}

type TextResource = { contents: { uri: string; mimeType: string; text: string }[] };

function jsonResource(uri: URL, content: object): TextResource {
  return { contents: [{ uri: uri.href, mimeType: json, text: JSON.stringify(content) }] };
}
