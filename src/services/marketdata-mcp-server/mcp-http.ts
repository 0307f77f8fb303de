import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
} from "@modelcontextprotocol/server";
import type { MarketView } from "./market-view.ts";
import { createMcpServer, type McpIdentity } from "./mcp-server.ts";

export type McpHttp = Readonly<{
  fetch: (request: Request) => Promise<Response>;
  close: () => Promise<void>;
}>;

export type McpHttpOptions = Readonly<{
  identity: McpIdentity;
  /** Names that a Host or Origin header may carry beside those of loopback. */
  allowedHosts: readonly string[];
  onError: (error: Error) => void;
}>;

/**
 * Streamable HTTP, without sessions: each request is answered by a server of its own. A page of
 * another site cannot reach it through a name that points here: Host and Origin are checked first.
 */
export function createMcpHttp(view: MarketView, options: McpHttpOptions): McpHttp {
  const { identity, allowedHosts, onError } = options;
  const handler = createMcpHandler(() => createMcpServer(view, identity), {
    onerror: onError,
    maxRequestBodySize: maxBodyBytes,
    maxSubscriptions,
  });
  const hosts = [...localhostAllowedHostnames(), ...allowedHosts];
  const origins = [...localhostAllowedOrigins(), ...allowedHosts];
  return {
    async fetch(request): Promise<Response> {
      const refusal =
        hostHeaderValidationResponse(request, hosts) ?? originValidationResponse(request, origins);
      return refusal ?? handler.fetch(request);
    },
    close: () => handler.close(),
  };
}

const maxBodyBytes = 64 << 10;
const maxSubscriptions = 64;
