import assert from "node:assert/strict";
import { readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { findExistingRun, runIdOfPlan, runPath, verifyRun } from "#evidence";
import { eventfulRun, landRun, planOf, temporaryRoot } from "#support";
import { breaksOf, withBrokenStep } from "./broken-steps.ts";
import type { Stepped } from "./stepped.ts";

/**
 * Breaks the landing of a run at every step. What is left is no run, or the whole of it: nobody
 * takes it for one, nobody calls it damaged, and moved away it does not hinder the next.
 */
export async function breakLandings(oneIn: number): Promise<Stepped> {
  using whole = temporaryRoot();
  const spec = eventfulRun();
  assert.ok(spec.market !== undefined);
  const plan = planOf(spec.market, spec);
  const { steps } = await withBrokenStep(null, () => void landRun(whole.path, spec));
  const due = contents(runPath(whole.path, runIdOfPlan(plan)));
  const ways = breaksOf(steps);
  let [tried, kept] = [0, 0];
  for (const [number, fault] of ways.entries()) {
    if (number % oneIn !== 0) continue;
    tried += 1;
    using root = temporaryRoot();
    const what = JSON.stringify(fault);
    let isLanded = false;
    await withBrokenStep(fault, () => {
      isLanded = land(root.path);
    });
    const directory = runPath(root.path, runIdOfPlan(plan));
    const found = findExistingRun(root.path, plan);
    if (found.ok && found.value === "sealed") {
      assert.deepEqual(contents(directory), due, what);
      continue;
    }
    kept += 1;
    assert.ok(!isLanded, `${what}: it was said to have landed`);
    if (found.ok) continue;
    assert.equal(found.fault.code, "run_exists_unsealed", what);
    const verdict = verifyRun(directory, { root: null });
    assert.ok(verdict.ok && verdict.value.verdict === "NOT_MEASURABLE", what);
    assert.deepEqual(verdict.value.findings, [], what);
    renameSync(directory, `${directory}.aside`);
    landRun(root.path, spec);
    assert.deepEqual(contents(directory), due, what);
  }
  return { operations: steps, faults: ways.length, states: tried, kept };
}

/** Whether the writer said that the run has landed. */
function land(root: string): boolean {
  try {
    landRun(root, eventfulRun());
    return true;
  } catch (error) {
    if (error instanceof Error && /cannot (?:write|read)/.test(error.message)) return false;
    throw error;
  }
}

function contents(directory: string): ReadonlyMap<string, string> {
  const names = readdirSync(directory).toSorted();
  return new Map(names.map((name) => [name, readFileSync(join(directory, name), "latin1")]));
}
