import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Fault, type Json, ok, type Result } from "#base";
import { type Bus, createEnding, hosted, type RunningMesh, type Service, startMesh } from "#mesh";
import type { ExperimentReport } from "./report.ts";
import { researchRunner } from "./service.ts";

const campaign = { name: "small", seeds: 1, workers: 1, world: { population: 16 } };

/** The service with its bus, in a root of its own. */
type Desk = Readonly<{ root: string; mesh: RunningMesh; bus: () => Bus; lines: string[] }>;

async function startDesk(
  t: test.TestContext,
  prepare: (root: string) => Readonly<Record<string, string>> = () => ({}),
): Promise<Desk> {
  const root = mkdtempSync(join(tmpdir(), "assay-research-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const lines: string[] = [];
  let bus: Bus | null = null;
  const asker: Service<Record<never, never>> = {
    name: "mission-control",
    config: {},
    async start(deps) {
      bus = deps.bus;
      const ending = createEnding();
      return ok({
        readiness: () => ({ ready: true, checks: {} }),
        opsFacts: () => ({
          ...{ kind: "ops", mode: "OFF", missing_fields: [], execution_enabled: null },
          ...{ market: "open", marketdata: "none", last_tick_ms: null, last_bar_ms: null },
          ...{ last_heartbeat_ms: null, degraded_by: [] },
        }),
        async stop(): Promise<void> {
          ending.end({ outcome: "stopped" });
        },
        ended: ending.ended,
      });
    },
  };
  const started = await startMesh([hosted(asker), hosted(researchRunner)], {
    root,
    env: { EXECUTION_HALTED: "0", EXECUTION_HALTED_FILE: join(root, "switch"), ...prepare(root) },
    product: { version: "0.1.0", gitCommit: null },
    ports: "free",
    sink: { write: (line) => void lines.push(line) },
  });
  assert.ok(started.ok, JSON.stringify(started));
  const mesh = started.value;
  t.after(async () => mesh.stop());
  return {
    ...{ root, mesh, lines },
    bus() {
      assert.ok(bus !== null);
      return bus;
    },
  };
}

function valueOf<T>(result: Result<T, Fault>): T {
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

type Status = Readonly<{ [key: string]: Json }>;

async function ask(bus: Bus, name: string, request: Json): Promise<void> {
  const kv = await bus.kv("research");
  assert.ok(kv.ok);
  const put = await kv.value.put(`request.${name}`, request);
  assert.ok(put.ok);
}

/** The status of a request once it has ended. */
async function answerTo(bus: Bus, name: string): Promise<Status> {
  const kv = await bus.kv("research");
  assert.ok(kv.ok);
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(20)) {
    const entry = valueOf(await kv.value.get(`status.${name}`));
    const status = entry?.value as Status | undefined;
    if (status !== undefined && status["state"] !== "taken" && status["state"] !== "running") {
      return status;
    }
  }
  return assert.fail("no answer");
}

test("a request over the bus becomes a run with evidence, a report and its request", async (t) => {
  const { root, bus } = await startDesk(t);
  await ask(bus(), "one", campaign);
  const status = await answerTo(bus(), "one");
  assert.equal(status["state"], "done", JSON.stringify(status));
  const folder = join(root, "audit_artifacts", "research");
  const [experiment = ""] = readdirSync(folder);
  const text = readFileSync(join(folder, experiment, "report.json"), "utf8");
  const report = JSON.parse(text) as ExperimentReport;
  assert.deepEqual(report, status["report"]);
  assert.equal(report.schema, "assay.research/1");
  assert.equal(report.signed, false);
  const request = readFileSync(join(folder, experiment, "request.json"), "utf8");
  assert.deepEqual(JSON.parse(request), campaign);
  const [row, ...more] = report.rows;
  assert.ok(row?.state === "completed" && more.length === 0);
  assert.ok(existsSync(join(root, "runs_hf", row.run_id, "SHA256SUMS")));
});

test("requests that cannot be run are refused with a reason; the next is heard", async (t) => {
  const { root, bus } = await startDesk(t);
  const reasons: [Json, string][] = [
    [{ ...campaign, mode: "okx_live" }, "config_invalid"],
    [["no", "object"], "config_invalid"],
    [{ ...campaign, dataset: "../../etc/passwd" }, "dataset"],
    [{ ...campaign, world: { no_such_key: 1 } }, "config_invalid"],
  ];
  for (const [index, [request, code]] of reasons.entries()) {
    await ask(bus(), `bad-${index}`, request);
    const status = await answerTo(bus(), `bad-${index}`);
    assert.equal(status["state"], "refused", JSON.stringify(status));
    const { reason_code } = status["report"] as ExperimentReport;
    assert.ok(reason_code?.startsWith(code), reason_code ?? "no reason");
  }
  writeFileSync(join(root, "STOP"), "");
  await ask(bus(), "stopped", campaign);
  const { report } = await answerTo(bus(), "stopped");
  assert.equal((report as Status)["reason_code"], "stop_present");
  assert.ok(!existsSync(join(root, "runs_hf")));
});

test("a request taken back and a service that stops end at a tick boundary", async (t) => {
  const { root, mesh, bus } = await startDesk(t);
  const long = { ...campaign, seeds: 400 };
  await ask(bus(), "long", long);
  const kv = await bus().kv("research");
  assert.ok(kv.ok);
  const hasRuns = (): boolean => existsSync(join(root, "runs_hf"));
  for (const end = Date.now() + 30_000; !hasRuns() && Date.now() < end; ) await sleep(20);
  await kv.value.delete("request.long");
  const status = await answerTo(bus(), "long");
  assert.equal(status["state"], "stopped", JSON.stringify(status).slice(0, 300));
  await ask(bus(), "longer", { ...long, seeds: 401 });
  await sleep(300);
  const before = Date.now();
  await mesh.stop();
  assert.ok(Date.now() - before < 10_000);
});

test("a job runs its one experiment and is done", async (t) => {
  const { root, lines } = await startDesk(t, (place) => {
    writeFileSync(join(place, "campaign.json"), JSON.stringify(campaign));
    return { ASSAY_RESEARCH_EXPERIMENT: join(place, "campaign.json") };
  });
  const ended = (): boolean => lines.some((line) => line.includes('"research.ended"'));
  for (const end = Date.now() + 60_000; !ended() && Date.now() < end; ) await sleep(20);
  const [experiment = ""] = readdirSync(join(root, "audit_artifacts", "research"));
  const path = join(root, "audit_artifacts", "research", experiment, "report.json");
  assert.equal(JSON.parse(readFileSync(path, "utf8")).outcome, "done");
});
