/**
 * A process that hosts the market data server and nothing else, for clients that need a real one:
 * `node test/e2e/marketdata-process.ts ROOT [--stdio]`. Settings come from its environment. Over
 * HTTP it prints its address as the first line; over stdio standard output belongs to MCP.
 */
import process from "node:process";
import { hosted, startMesh } from "#mesh";
import { marketdataService } from "#services";

const [root = "", mode = ""] = process.argv.slice(2);
const isStdio = mode === "--stdio";
const streams = { input: process.stdin, output: process.stdout };
const service = hosted(marketdataService(isStdio ? { stdio: streams } : {}));
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());

const mesh = await startMesh(
  [service],
  {
    root,
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => isSetting(name))),
    product: { version: "0.1.0", gitCommit: null },
    ports: "free",
  },
  stop.signal,
);
if (!mesh.ok) {
  console.error(mesh.fault.message);
  process.exit(1);
}
if (!isStdio) console.log(mesh.value.urlOf("marketdata-mcp-server"));
const { exitCode } = await mesh.value.ended;
process.exit(exitCode);

function isSetting(name: string): boolean {
  return service.variables.includes(name) || name.startsWith("EXECUTION_HALTED");
}
