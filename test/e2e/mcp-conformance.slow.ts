import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

/** The market data server as a process, held to MCP's public conformance suite and inspector. */

const run = promisify(execFile);
const conformance = fileURLToPath(
  import.meta.resolve("@modelcontextprotocol/conformance/dist/index.js"),
);
const inspector = fileURLToPath(
  import.meta.resolve("@modelcontextprotocol/inspector/clients/launcher/build/index.js"),
);

/** What the suite can ask of a server with tools and resources that only read. */
const applied = [
  "server-initialize",
  "ping",
  "tools-list",
  "resources-list",
  "dns-rebinding-protection",
];

const fixture = "calls a tool, resource or prompt of the suite's own example server by its name";
const asks = "the server asks its client for nothing: no sampling, no elicitation";
const quiet = "the capability is not offered: no prompts, logging, completion or subscriptions";
const noSession = "HTTP is served without sessions, so there is no stream to poll or to resume";

/** Everything else, each with why it does not apply; a scenario in neither list fails the test. */
const inapplicable: Readonly<Record<string, string>> = {
  "logging-set-level": quiet,
  "completion-complete": quiet,
  "tools-call-simple-text": fixture,
  "tools-call-image": fixture,
  "tools-call-audio": fixture,
  "tools-call-embedded-resource": fixture,
  "tools-call-mixed-content": fixture,
  "tools-call-with-logging": fixture,
  "tools-call-error": fixture,
  "tools-call-with-progress": fixture,
  "tools-call-sampling": asks,
  "tools-call-elicitation": asks,
  "json-schema-2020-12": fixture,
  "elicitation-sep1034-defaults": asks,
  "elicitation-sep1330-enums": asks,
  "server-sse-polling": noSession,
  "server-sse-multiple-streams": noSession,
  "resources-read-text": fixture,
  "resources-read-binary": fixture,
  "resources-templates-read": fixture,
  "resources-subscribe": quiet,
  "resources-unsubscribe": quiet,
  "prompts-list": quiet,
  "prompts-get-simple": quiet,
  "prompts-get-with-args": quiet,
  "prompts-get-embedded-resource": quiet,
  "prompts-get-with-image": quiet,
};

let server: ChildProcess;
let url = "";
let root = "";

before(async () => {
  root = mkdtempSync(join(tmpdir(), "assay-conformance-"));
  const program = fileURLToPath(import.meta.resolve("./marketdata-process.ts"));
  server = spawn(process.execPath, [program, root], {
    env: { ASSAY_MARKETDATA_SOURCE: "simulator", EXECUTION_HALTED: "1" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  assert.ok(server.stdout !== null);
  for await (const line of createInterface({ input: server.stdout })) {
    url = `${line}/mcp`;
    break;
  }
});

after(async () => {
  if (server.exitCode === null) {
    server.kill("SIGTERM");
    await once(server, "exit");
  }
  rmSync(root, { recursive: true, force: true, maxRetries: 3 });
});

test("every server scenario of the suite is applied or has a reason not to be", async () => {
  const { stdout } = await run(process.execPath, [conformance, "list"]);
  const servers = stdout.split("Client scenarios")[0] ?? "";
  const names = [...servers.matchAll(/^ {2}- (\S+)/gm)].map(([, name = ""]) => name);
  assert.ok(names.length >= 30, stdout);
  const known = [...applied, ...Object.keys(inapplicable)];
  assert.deepEqual(names.toSorted(), known.toSorted());
});

for (const scenario of applied) {
  test(`the conformance scenario ${scenario} passes`, { timeout: 60_000 }, async () => {
    const args = [conformance, "server", "--url", url, "--scenario", scenario];
    const { stdout } = await run(process.execPath, args, { cwd: root });
    assert.match(stdout, /Passed: [1-9]\d*\/\d+, 0 failed, 0 warnings/, stdout);
  });
}

test("the inspector lists the tools and calls one", { timeout: 60_000 }, async () => {
  const ask = async (args: readonly string[]): Promise<Record<string, unknown>> => {
    const all = [inspector, "--cli", url, "--transport", "http", ...args];
    const { stdout } = await run(process.execPath, all, { cwd: root });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const { tools } = await ask(["--method", "tools/list"]);
  assert.equal((tools as readonly unknown[]).length, 7);
  const call = ["--method", "tools/call", "--tool-name", "get_quote", "--tool-arg", "symbol=SPY"];
  const { structuredContent } = await ask(call);
  assert.equal((structuredContent as Record<string, unknown>)["source"], "simulator");
});

test("the era without a handshake is served over stdio too", { timeout: 60_000 }, async () => {
  const program = fileURLToPath(import.meta.resolve("./marketdata-process.ts"));
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, join(root, "stdio"), "--stdio"],
    env: { ASSAY_MARKETDATA_SOURCE: "simulator", EXECUTION_HALTED: "1" },
    stderr: "ignore",
  });
  const mode = { pin: "2026-07-28" };
  const client = new Client({ name: "assay", version: "0.0.0" }, { versionNegotiation: { mode } });
  await client.connect(transport);
  const { tools } = await client.listTools();
  assert.equal(tools.length, 7);
  await client.close();
});
