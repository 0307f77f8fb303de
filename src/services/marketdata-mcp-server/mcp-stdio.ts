import type { Readable, Writable } from "node:stream";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import type { MarketView } from "./market-view.ts";
import { createMcpServer, type McpIdentity } from "./mcp-server.ts";

export type StdioStreams = Readonly<{ input: Readable; output: Writable }>;

export type McpStdio = Readonly<{
  close: () => Promise<void>;
  /** Resolves when the client has closed its end, or after `close`. */
  closed: Promise<void>;
}>;

/** Serves one client over a pair of streams; `output` carries messages and nothing else. */
export function serveMcpStdio(
  view: MarketView,
  { input, output }: StdioStreams,
  options: Readonly<{ identity: McpIdentity; onError: (error: Error) => void }>,
): McpStdio {
  const { promise, resolve } = Promise.withResolvers<void>();
  const transport = new StdioServerTransport(input, output, { maxBufferSize: maxMessageBytes });
  const handle = serveStdio(() => createMcpServer(view, options.identity), {
    transport,
    onerror: options.onError,
  });
  input.once("end", resolve);
  input.once("close", resolve);
  return {
    async close(): Promise<void> {
      await handle.close();
      resolve();
    },
    closed: promise,
  };
}

const maxMessageBytes = 1 << 20;
