import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { hosted, type RunningMesh, startMesh } from "#mesh";
import { tickSchema } from "#protocol";
import { marketdataService } from "#services";

/** A started server, asked by the client of the protocol's own makers. */

const toolNames = [
  "get_deploy_report",
  "get_heartbeat",
  "get_kill_switch",
  "get_proposals",
  "get_quote",
  "get_snapshot",
  "list_symbols",
];

function makeRoot(context: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), "assay-mcp-"));
  context.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));
  const docs = join(root, "docs", "ops", "runbooks");
  mkdirSync(docs, { recursive: true });
  writeFileSync(join(docs, "marketdata_stale.md"), "# Market data is stale\n\nLook at /healthz.\n");
  mkdirSync(join(root, "audit_artifacts"));
  writeFileSync(join(root, "audit_artifacts", "deploy_report.json"), '{"summary":{"ok":1}}');
  const quote = {
    ...{ schema: tickSchema, symbol: "SPY", kind: "quote", bid: "450.1", ask: "450.2" },
    ...{ bid_size: "3", ask_size: "4", price: null, size: null, exchange_ts_ms: 1_709_650_800_000 },
    ...{ received_ts_ms: 1_709_650_800_010, source: "recorded", sequence: null },
  };
  writeFileSync(join(root, "ticks.jsonl"), `${JSON.stringify(quote)}\n`);
  return root;
}

function settings(root: string): Record<string, string> {
  return {
    ASSAY_MARKETDATA_SOURCE: "replay",
    ASSAY_MARKETDATA_REPLAY_FILE: join(root, "ticks.jsonl"),
    ASSAY_MARKETDATA_REPLAY_SHIFT: "1",
    EXECUTION_HALTED: "1",
  };
}

async function startServer(context: TestContext, root: string): Promise<RunningMesh> {
  const service = hosted(marketdataService({ docs: join(root, "docs") }));
  const mesh = await startMesh([service], {
    root,
    env: settings(root),
    product: { version: "0.1.0", gitCommit: null },
    ports: "free",
    sink: { write: () => {} },
  });
  assert.ok(mesh.ok, mesh.ok ? "" : mesh.fault.message);
  context.after(async () => mesh.value.stop());
  return mesh.value;
}

/** Both eras of the protocol: with a handshake, and the one without of 2026-07-28. */
type Era = "legacy" | "modern";

function newClient(era: Era): Client {
  const mode = era === "legacy" ? era : { pin: "2026-07-28" };
  const about = { name: "assay-test", version: "0.0.0" };
  return new Client(about, { versionNegotiation: { mode } });
}

async function connected(context: TestContext, url: string, era: Era): Promise<Client> {
  const client = newClient(era);
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
  context.after(async () => client.close());
  return client;
}

async function data(client: Client, name: string, args: Record<string, unknown> = {}) {
  const result = await client.callTool({ name, arguments: args });
  assert.notEqual(result.isError, true, JSON.stringify(result.content));
  return result.structuredContent as Record<string, unknown>;
}

async function checkEverything(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map(({ name }) => name).toSorted(), toolNames);
  for (const { annotations, inputSchema, outputSchema, name } of tools) {
    assert.equal(annotations?.readOnlyHint, true, name);
    assert.equal(inputSchema.type, "object");
    assert.equal(outputSchema?.["type"], "object");
  }
  const quote = await data(client, "get_quote", { symbol: "SPY" });
  assert.deepEqual([quote["bid"], quote["ask"], quote["fresh"]], ["450.1", "450.2", true]);
  assert.equal(quote["source"], "replay_shifted");
  const snapshot = await data(client, "get_snapshot", { symbols: ["SPY"] });
  assert.equal(snapshot["feed"], "replay:ticks.jsonl (shifted to now)");
  const { health } = await data(client, "get_heartbeat");
  assert.equal((health as Record<string, unknown>)["ok"], true);
  assert.equal((await data(client, "get_kill_switch"))["value"], "halted");
  assert.deepEqual(await data(client, "get_proposals", {}), { count: 0, proposals: [] });
  const unknown = await client.callTool({ name: "get_quote", arguments: { symbol: "NOPE" } });
  assert.equal(unknown.isError, true);
}

test("over HTTP a client finds tools that only read", async (context) => {
  const root = makeRoot(context);
  const mesh = await startServer(context, root);
  const url = mesh.urlOf("marketdata-mcp-server") ?? "";
  await checkEverything(await connected(context, url, "modern"));
  const client = await connected(context, url, "legacy");
  await checkEverything(client);

  const report = await data(client, "get_deploy_report");
  assert.deepEqual(report["report"], { summary: { ok: 1 } });
  const { resources } = await client.listResources();
  assert.deepEqual(resources.map(({ uri }) => uri).toSorted(), [
    "assay://marketdata/health",
    "assay://marketdata/snapshot",
    "assay://runbooks",
    "assay://runbooks/marketdata_stale",
  ]);
  const { contents } = await client.readResource({ uri: "assay://runbooks/marketdata_stale" });
  assert.match(JSON.stringify(contents), /Market data is stale/);
  await assert.rejects(client.readResource({ uri: "assay://runbooks/..%2F..%2Fsecret" }));
  const health = await client.readResource({ uri: "assay://marketdata/health" });
  assert.match(JSON.stringify(health.contents), /last_tick_epoch_seconds/);
});

test("arguments that are none are refused before anything is looked at", async (context) => {
  const root = makeRoot(context);
  const mesh = await startServer(context, root);
  const client = await connected(context, mesh.urlOf("marketdata-mcp-server") ?? "", "modern");
  for (const args of [{}, { symbol: "../x" }, { symbol: "SPY", more: 1 }, { symbol: 7 }]) {
    const answer = await client.callTool({ name: "get_quote", arguments: args }).catch(() => null);
    assert.ok(answer === null || answer.isError === true, JSON.stringify(args));
  }
});

test("a foreign Host or Origin, a large body and another method get no answer", async (context) => {
  const root = makeRoot(context);
  const mesh = await startServer(context, root);
  const url = `${mesh.urlOf("marketdata-mcp-server")}/mcp`;
  const post = async (headers: Record<string, string>, body: string): Promise<number> => {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
      body,
    });
    await answer.body?.cancel();
    return answer.status;
  };
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
  assert.equal(await post({}, ping), 200);
  assert.equal(await post({ origin: "https://evil.example" }, ping), 403);
  assert.equal(await post({ origin: "null" }, ping), 403);
  assert.equal(await post({}, `"${"x".repeat(70_000)}"`), 413);
  assert.equal(await post({}, "not json"), 400);
  assert.equal((await fetch(url)).status, 405);
});

test("over stdio the same tools answer, and nothing else is said", async (context) => {
  const root = makeRoot(context);
  const program = fileURLToPath(import.meta.resolve("../e2e/marketdata-process.ts"));
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, root, "--stdio"],
    env: settings(root),
    stderr: "pipe",
  });
  transport.stderr?.on("data", () => {});
  const noise: Error[] = [];
  const client = newClient("legacy");
  client.onerror = (error) => noise.push(error);
  await client.connect(transport);
  await checkEverything(client);
  const ended = new Promise((resolve) => {
    client.onclose = () => resolve(null);
  });
  await client.close();
  await ended;
  assert.deepEqual(noise, []);
});
