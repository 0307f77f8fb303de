import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ensureEmbeddedDataset } from "#datasets";
import { readRunManifest, runPath } from "#evidence";
import { unaskedFacts } from "../host/host-facts.ts";
import { createSharedControl } from "../workers/shared-control.ts";
import { campaignRecordPath } from "./campaign-record.ts";
import type { CampaignRow } from "./campaign-row.ts";
import { type CampaignPlan, type CampaignRequest, planCampaign } from "./plan-campaign.ts";
import { type CampaignOutcome, runCampaign } from "./run-campaign.ts";

const root = mkdtempSync(join(tmpdir(), "assay-lab-"));
before(async () => {
  assert.ok((await ensureEmbeddedDataset(root)).ok);
});
after(() => rmSync(root, { recursive: true, force: true }));

/** A worker that leaves in the middle of seed 2, as a crash or a lack of memory would. */
const dyingEntry = new URL(
  `data:text/javascript,${encodeURIComponent(`
  import { parentPort } from "node:worker_threads";
  import { executeRun } from "${new URL("../run/execute-run.ts", import.meta.url).href}";
  import { reportOf } from "${new URL("../run/run-report.ts", import.meta.url).href}";
  parentPort.on("message", ({ type, job }) => {
    if (type === "end") return parentPort.close();
    const sealed = executeRun(job, {
      clock: { nowMillis: () => 1700000000000 },
      stopReason: () => null,
      progress: () => { if (job.seed === 2) process.exit(9); },
    });
    const report = reportOf(sealed.value.directory, 1).value;
    parentPort.postMessage({ type: "finished", report });
  });
`)}`,
);

test("a worker that dies aborts its own run; the others are sealed and in the pool", async () => {
  const plan = planned({ seeds: [1, 2, 3] });
  const outcome = await run(plan, dyingEntry);
  assert.deepEqual(
    outcome.rows.map(({ seed, state }) => [seed, state]),
    [
      [1, "completed"],
      [2, "aborted"],
      [3, "completed"],
    ],
  );
  const [, dead] = outcome.rows;
  assert.ok(dead?.state === "aborted" && dead.fault.message.includes("exit code 9"));
  const directory = runPath(root, dead.run_id);
  const manifest = readRunManifest(directory);
  assert.ok(manifest.ok && manifest.value.status === "aborted");
  assert.equal(manifest.value.status_detail, "worker_died");
  assert.equal(existsSync(join(directory, "SHA256SUMS")), false);
  assert.ok(outcome.landed.ok && outcome.landed.value.pool.appended > 0);
  const pool = readFileSync(join(root, "pools", "stage1", "pool.jsonl"), "utf8");
  assert.equal(pool.includes(dead.run_id), false);
});

const evidenceDoor = new URL("../../evidence/index.ts", import.meta.url).href;
const holderModule = new URL("../../evidence/store/run-holder.ts", import.meta.url).href;

/** A worker that another process forestalled: it ended seed 2 by now, and is at work on seed 3. */
const lateEntry = new URL(
  `data:text/javascript,${encodeURIComponent(`
  import { parentPort } from "node:worker_threads";
  import { writeFileSync } from "node:fs";
  import { createRunWriter, machineProcesses } from "${evidenceDoor}";
  import { holderLine } from "${holderModule}";
  import { executeRun } from "${new URL("../run/execute-run.ts", import.meta.url).href}";
  import { reportOf } from "${new URL("../run/run-report.ts", import.meta.url).href}";
  const clock = { nowMillis: () => 1700000000000 };
  const execution = { clock, stopReason: () => null, progress: () => {} };
  parentPort.on("message", ({ type, job }) => {
    if (type === "end") return parentPort.close();
    if (job.seed === 2) executeRun(job, execution);
    const { plan, host, behaviors, run_root: root } = job;
    if (job.seed === 3) {
      const { directory } = createRunWriter({ root, plan, host, clock, behaviors }).value;
      const { self, startedTicks } = machineProcesses();
      const other = { ...self, pid: process.ppid, started_ticks: startedTicks(process.ppid) };
      writeFileSync(directory + "/.reserve", holderLine(other));
    }
    const sealed = executeRun(job, execution);
    const { seed } = job;
    parentPort.postMessage(
      sealed.ok
        ? { type: "finished", report: reportOf(sealed.value.directory, 1).value }
        : { type: "failed", seed, fault: sealed.fault },
    );
  });
`)}`,
);

test("a seed that another process took is left to it, and the other seeds are lived", async () => {
  const outcome = await run(planned({ seeds: [1, 2, 3, 4], window: "LATE:100.." }), lateEntry);
  assert.deepEqual(
    outcome.rows.map(({ state }) => state),
    ["completed", "already_present", "at_work_elsewhere", "completed"],
  );
  const [, , busy] = outcome.rows;
  assert.ok(busy?.state === "at_work_elsewhere");
  assert.match(busy.fault.message, /^process \d+ is at work on this run; wait for its end/);
  assert.ok(outcome.landed.ok, "what is whole lands");
});

test("record lines stand in seed order, once each, and a torn last line is mended", async () => {
  const plan = planned({ seeds: [11, 12, 13], workers: 3 });
  await run(plan);
  const path = campaignRecordPath(root, plan.campaign_id);
  const whole = readFileSync(path, "utf8");
  const seeds = whole.split("\n").flatMap((line) => /"seed":(\d+)/.exec(line)?.[1] ?? []);
  assert.deepEqual(seeds, ["11", "12", "13"]);
  const lines = whole.trimEnd().split("\n");
  writeFileSync(path, `${lines.slice(0, 3).join("\n")}\n${(lines[3] ?? "").slice(0, 40)}`);
  const again = await run(plan);
  assert.ok(again.rows.every(({ state }) => state === "already_present"));
  assert.equal(readFileSync(path, "utf8"), whole);
});

test("a campaign is named by what it runs, not by its label, workers or kernel", () => {
  const id = planned({}).campaign_id;
  assert.match(id, /^CA_[0-9a-f]{16}$/);
  assert.equal(planned({ name: "other", workers: 7, kernel: "reference" }).campaign_id, id);
  assert.notEqual(planned({ seeds: [2] }).campaign_id, id);
  assert.notEqual(planned({ window: "W:0..900" }).campaign_id, id);
  assert.equal(
    planned({ window: "W:0..900" }).campaign_id,
    planned({ window: "V:..900" }).campaign_id,
  );
});

test("flags win over the file, the file over defaults, and the record says which", () => {
  const world = { file: { review_ticks: 77, max_reboots: 3 }, flags: { ...small, max_reboots: 5 } };
  const { common, origins } = planned({ world });
  assert.equal(common.config.review_ticks, 77);
  assert.equal(common.config.max_reboots, 5);
  assert.equal(common.config.max_agents, 32, "slots follow the population unless they are set");
  assert.deepEqual(
    [origins["review_ticks"], origins["max_reboots"], origins["mutation_rate_ppm"]],
    ["file", "flag", "default"],
  );
});

const small = { population: 16, seasons: { kind: "drawn", count: 2, bars: 700 } };

function planned(change: Partial<CampaignRequest>): CampaignPlan {
  const request: CampaignRequest = {
    root,
    name: null,
    dataset: "sp500-daily",
    window: null,
    seeds: [1],
    kernel: "simd",
    behaviors: false,
    workers: 2,
    world: { file: {}, flags: small },
    ...change,
  };
  const plan = planCampaign(request, unaskedFacts());
  assert.ok(plan.ok, plan.ok ? "" : plan.fault.message);
  return plan.value;
}

async function run(plan: CampaignPlan, entry?: URL): Promise<CampaignOutcome> {
  const rows: CampaignRow[] = [];
  const control = createSharedControl(plan.workers);
  const hooks = { control, onStart: () => {}, onRow: (row: CampaignRow) => rows.push(row) };
  const outcome = await runCampaign(plan, entry === undefined ? hooks : { ...hooks, entry });
  assert.ok(outcome.ok, outcome.ok ? "" : outcome.fault.message);
  assert.equal(rows.length, plan.seeds.length);
  return outcome.value;
}
