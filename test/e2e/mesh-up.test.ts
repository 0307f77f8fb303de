import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { proposalCodec } from "#protocol";
import { aTrade } from "#support";
import { assay, makeFolder } from "./assay.ts";
import { landedIn, type PaperOrder, paperClient } from "./mesh-paper.ts";
import { ask, isRunning, type MeshProcess, startUp, strategyPids, until } from "./mesh-process.ts";

/** The whole mesh as a person starts it, from an empty root: processes, sockets, files. */

test("the whole mesh on recorded data: promises kept, and no process left", async (t) => {
  const root = makeFolder();
  const trades = writeTrades();
  const file = join(makeFolder(), "EXECUTION_HALTED");
  const settings = {
    STRATEGY_CYCLE_SECONDS: "1",
    ASSAY_STRATEGY_REPLAY: "1",
    ASSAY_WHALE_TRADES: trades,
  };
  let mesh = await startUp(root, settings);

  await t.test("it is ready in good time, with everything of the roster that it hosts", () => {
    assert.equal(mesh.ready?.ready, true);
    assert.ok((mesh.ready?.took_ms ?? Infinity) < 15_000, String(mesh.ready?.took_ms));
    assert.deepEqual(mesh.services.toSorted(), [
      "congressional-ingest",
      "market-ingest-service",
      "marketdata-mcp-server",
      "research-runner",
      "strategy-engine",
      "strategy-service",
    ]);
  });

  await t.test("every service answers the standard questions", async () => {
    for (const service of mesh.services) {
      for (const path of ["/livez", "/readyz", "/health", "/ops/status", "/metrics"]) {
        const { status } = await ask(`${mesh.urlOf(service)}${path}`);
        assert.equal(status, 200, `${service} ${path}`);
      }
      const { body } = await ask(`${mesh.urlOf(service)}/ops/status`);
      assert.match(JSON.stringify(body), /"safe_to_execute_orders":false/);
    }
    const { status, body } = await ask(`${mesh.urlOf("marketdata-mcp-server")}/healthz`);
    assert.equal(status, 200, JSON.stringify(body));
  });

  await t.test("each service logs the switch at its start", () => {
    for (const service of mesh.services) {
      const line = mesh.log.find((one) => one.event === "switch.read" && one.service === service);
      assert.equal(line?.["value"], "halted", service);
      assert.ok(typeof line?.["read_at"] === "string" && "source" in line, service);
    }
  });

  await t.test("strategies propose or refuse as they were configured", async () => {
    const metrics = await until(
      async () => String((await ask(`${mesh.urlOf("strategy-engine")}/metrics`)).body),
      (text) =>
        /assay_order_proposals_total\{strategy="whale-strategy"\} [1-9]/.test(text) &&
        /refusals_total\{strategy="gamma-strategy",reason="input_missing"\}/.test(text) &&
        /refusals_total\{strategy="genome-strategy",reason="no_promoted_genome"\}/.test(text),
    );
    assert.doesNotMatch(metrics, /reason="strategy_failed"/);
    const [proposal] = proposalsOf(root);
    assert.ok(proposal !== undefined);
    assert.equal(proposalCodec.read(proposal).ok, true);
  });

  await t.test("execution is off, and the posture says so", async () => {
    const status = await assay(["status", "--strict", "--json", "--root", root]);
    const said = JSON.parse(status.stdout) as { verdict: string; checks: { name: string }[] };
    assert.deepEqual([status.code, said.verdict], [0, "GO"], status.stdout);
    const [execution] = said.checks;
    assert.deepEqual(execution, {
      name: "execution_off",
      status: "PASS",
      detail: "execution-agent does not run",
    });
  });

  await t.test("a snapshot lands by hand and as a batch, and both end with 0", async () => {
    const byHand = await assay(["ops", "snapshot", "--kind", "intraday", "--root", root]);
    assert.equal(byHand.code, 0, byHand.stderr);
    const addresses = mesh.services.map((name) => `${name}=${mesh.urlOf(name)}`).join(",");
    const env = { ASSAY_OPS_ADDRESSES: addresses, ASSAY_OPS_SNAPSHOT_KIND: "post_market" };
    const batch = await assay(["service", "mission-control", "--root", root], { env });
    assert.equal(batch.code, 0, batch.stderr);
    const kinds = readdirSync(join(root, "audit_artifacts", "ops_runs"));
    assert.equal(kinds.length, 2);
    assert.ok(kinds.some((name) => name.endsWith("_intraday")));
    assert.ok(kinds.some((name) => name.endsWith("_post_market")));
    const report = await assay(["service", "reporting-agent", "--root", root], { env });
    assert.equal(report.code, 0, report.stderr);
    assert.ok(existsSync(join(root, "audit_artifacts", "deploy_report.json")));
  });

  await t.test("a second mesh on the same root is refused in one line", async () => {
    const second = await assay(["up", "--root", root, "--ports", "free"]);
    assert.equal(second.code, 5, second.stderr);
    assert.match(second.stderr, /^assay: .*--root.*\[store_lock_unavailable\]\n$/);
  });

  await t.test("a strategy that is killed is told of and started again, alone", async () => {
    const [victim = 0] = strategyPids(mesh);
    const boots = await bootsOf(mesh);
    process.kill(victim, "SIGKILL");
    await until(
      () => strategyPids(mesh).length,
      (count) => count > 3,
    );
    assert.ok(mesh.log.some(({ event }) => event === "strategy.died"));
    assert.deepEqual(await bootsOf(mesh), boots);
  });

  await t.test("killed at once and started again, it has its orders and proposals", async () => {
    const paper = paperClient(mesh.urlOf("strategy-service"), root);
    await paper.begin("SPX");
    const order = { symbol: "SPX", side: "BUY", quantity: "1", type: "market" };
    const placed = await paper.place("kept-order", order);
    assert.equal(placed.status, 201, JSON.stringify(placed.body));
    const landed = proposalsOf(root);
    const orphans = strategyPids(mesh);
    await mesh.kill();
    await until(
      () => orphans.filter(isRunning),
      (left) => left.length === 0,
      10_000,
    );
    writeFileSync(file, "off\n");
    mesh = await startUp(root, {
      ...settings,
      EXECUTION_HALTED: "off",
      EXECUTION_HALTED_FILE: file,
    });
    const again = paperClient(mesh.urlOf("strategy-service"), root);
    const { order_id } = placed.body as PaperOrder;
    const found = await again.read(`/paper-orders/${order_id}`);
    assert.deepEqual([found.status, found.body], [200, placed.body]);
    assert.deepEqual(proposalsOf(root).slice(0, landed.length), landed);
  });

  await t.test("a switch that somebody has turned off is a finding of the first rank", async () => {
    const status = await assay(["status", "--strict", "--root", root]);
    assert.equal(status.code, 1, status.stdout);
    assert.match(status.stdout, /P0 +switch_off_outside_window/);
  });

  await t.test("STOP is seen and logged by every service while it runs", async () => {
    writeFileSync(join(root, "STOP"), "");
    const changed = await until(
      () => mesh.log.filter(({ event }) => event === "switch.changed"),
      (lines) => new Set(lines.map(({ service }) => service)).size === mesh.services.length,
      10_000,
    );
    for (const line of changed) assert.equal(line["reason_code"], "stop_present");
    const halts = await until(
      () => mesh.log.filter(({ event }) => event.startsWith("halt.")),
      ({ length }) => length === 2,
      10_000,
    );
    const said = halts.map((line) => `${line.event} ${String(line["stop"])}`);
    assert.deepEqual(said, ["halt.read stop_absent", "halt.changed stop_present"]);
  });

  await t.test("SIGTERM drains everything within ten seconds and leaves nothing", async () => {
    const children = strategyPids(mesh);
    assert.equal(children.length, 3);
    const { code, tookMs } = await mesh.stop("SIGTERM");
    assert.equal(code, 0, JSON.stringify(mesh.log.slice(-5)));
    assert.ok(tookMs < 10_000, `${tookMs} ms`);
    assert.deepEqual(children.filter(isRunning), []);
    assert.ok(mesh.log.every(({ event }) => event !== "service.drain_timed_out"));
    assert.equal(existsSync(join(root, "mesh", "up.json")), false);
  });
});

async function bootsOf(mesh: MeshProcess): Promise<readonly unknown[]> {
  const answers = await Promise.all(
    mesh.services.map((service) => ask(`${mesh.urlOf(service)}/health`)),
  );
  return answers.map(({ body }) => (body as { boot_id: string }).boot_id);
}

/** Five sweeps of a size that counts, over two venues. */
function writeTrades(): string {
  const path = join(makeFolder(), "trades.jsonl");
  const lines = Array.from({ length: 10 }, (_, index) => {
    const ts_ms = aTrade().ts_ms + Math.floor(index / 2) * 10_000;
    const venue = index % 2 === 0 ? "C" : "N";
    return JSON.stringify(aTrade({ trade_id: `t-${index}`, size: "200", venue, ts_ms }));
  });
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

function proposalsOf(root: string): readonly unknown[] {
  return landedIn(root).flatMap(({ type, body }) => (type === "proposal" ? [body] : []));
}
