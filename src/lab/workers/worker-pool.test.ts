import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunJob } from "../run/run-job.ts";
import { createSharedControl, requestStop } from "./shared-control.ts";
import { type JobResult, runJobs } from "./worker-pool.ts";

/** A thread that answers by the seed: 13 crashes, 14 leaves silently, 15 fails, others are slow. */
const entry = new URL(
  `data:text/javascript,${encodeURIComponent(`
  import { parentPort } from "node:worker_threads";
  parentPort.on("message", (message) => {
    if (message.type === "end") return parentPort.close();
    const { seed } = message.job;
    if (seed === 13) throw new Error("boom");
    if (seed === 14) process.exit(7);
    const fault = { code: "disk_full", message: "no space" };
    if (seed === 15) return parentPort.postMessage({ type: "failed", seed, fault });
    setTimeout(() => parentPort.postMessage({ type: "finished", report: { seed } }), 40 / seed);
  });
`)}`,
);

test("results keep the order of the jobs, whatever the order of arrival", async () => {
  const arrived: number[] = [];
  const results = await run([1, 2, 8, 16], 3, (seed) => arrived.push(seed));
  assert.deepEqual(seedsOf(results), [1, 2, 8, 16]);
  assert.notDeepEqual(arrived, [1, 2, 8, 16]);
});

test("a thread that dies costs its own job; the others finish", async () => {
  const results = await run([13, 2, 14, 3, 15], 1);
  assert.deepEqual(
    results.map((result) => (result.type === "failed" ? result.fault.code : result.type)),
    ["worker_died", "finished", "worker_died", "finished", "disk_full"],
  );
  const [first, , third] = results;
  assert.ok(first?.type === "worker_died" && first.fault.message.includes("boom"));
  assert.ok(third?.type === "worker_died" && third.fault.message.includes("exit code 7"));
});

test("after a stop request no further job starts", async () => {
  const control = createSharedControl(1);
  const stop = (): void => requestStop(control, "interrupt");
  const results = await run([8, 9, 10], 1, stop, control);
  assert.deepEqual(
    results.map(({ type }) => type),
    ["finished", "not_started", "not_started"],
  );
});

function run(
  seeds: readonly number[],
  workers: number,
  onSeed: (seed: number) => void = () => {},
  control = createSharedControl(workers),
): Promise<readonly JobResult[]> {
  const jobs = seeds.map((seed) => ({ seed, run_id: `HF_${seed}` }) as RunJob);
  const onResult = (job: RunJob): void => onSeed(job.seed);
  return runJobs(jobs, { entry, workers, control, mayStart: () => true, onResult });
}

function seedsOf(results: readonly JobResult[]): readonly number[] {
  return results.flatMap((result) => (result.type === "finished" ? [result.report.seed] : []));
}
