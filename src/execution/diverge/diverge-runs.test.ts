import assert from "node:assert/strict";
import { test } from "node:test";
import { causes } from "./attribute.ts";
import { compareTrails } from "./diverge-runs.ts";
import { plant } from "./planted-corpus.ts";

const perCause = 60;

test("of every cause at least 95 % of the planted faults are attributed to it", () => {
  for (const cause of causes) {
    const hits = Array.from({ length: perCause }, (_, seed) => {
      const planted = plant(cause, seed + 1);
      const { differences } = compareTrails(planted.left, planted.right);
      const here = differences.filter(
        ({ tick_left, agent_left }) => tick_left === planted.tick && agent_left === planted.agentId,
      );
      return here.length > 0 && here.every((difference) => difference.cause === cause);
    }).filter((hit) => hit).length;
    assert.ok(hits >= 0.95 * perCause, `${cause}: ${hits} of ${perCause}`);
  }
});

test("a fault of one agent is not seen in others, unless it is the market itself", () => {
  for (const cause of causes.filter((one) => one !== "price")) {
    for (let seed = 1; seed <= 20; seed += 1) {
      const planted = plant(cause, seed);
      const { differences } = compareTrails(planted.left, planted.right);
      for (const { agent_left: agent, tick_left: tick } of differences) {
        assert.deepEqual([agent, tick], [planted.agentId, planted.tick], cause);
      }
    }
  }
});

test("a run does not differ from itself", () => {
  const { left } = plant("price", 1);
  const { differences, steps_compared: steps, steps_equal: equal } = compareTrails(left, left);
  assert.deepEqual(differences, []);
  assert.equal(equal, steps);
  assert.ok(steps > 0);
});

test("what follows from an earlier difference has its cause and names it", () => {
  const { left, right, tick, agentId } = plant("reject", 3);
  const later = new Map(right.steps);
  const key = `${agentId}|${tick + 1}`;
  const step = later.get(key);
  assert.ok(step !== undefined);
  const action = step.action === "hold" ? "open_long" : "hold";
  later.set(key, { ...step, action, state: [7, 1_000_000], order: null });
  const { differences, causes: counts } = compareTrails(left, { ...right, steps: later });
  const last = differences.at(-1);
  assert.equal(last?.cause, "reject");
  assert.deepEqual(last?.follows, { tick_left: tick, agent_left: agentId });
  assert.deepEqual(
    counts.find(({ cause }) => cause === "reject"),
    { cause: "reject", began: 1, followed: 1 },
  );
});

test("ticks are paired by their bars, agents by their genomes", () => {
  const { left } = plant("fee", 2);
  const ticks = new Map(
    [...left.ticks].map(([tick, one]) => [tick + 5, { ...one, tick: tick + 5 }]),
  );
  const renamed = (agent: string): string => `b${agent}`;
  const steps = new Map(
    [...left.steps.values()].map((step) => {
      const moved = { ...step, agentId: renamed(step.agentId), tick: step.tick + 5 };
      return [`${moved.agentId}|${moved.tick}`, moved];
    }),
  );
  const agents = new Map(
    [...left.agents.values()].map((agent) => {
      const agentId = renamed(agent.agentId);
      return [agentId, { ...agent, agentId }];
    }),
  );
  const same = compareTrails(left, { ...left, ticks, steps, agents });
  assert.equal(same.aligned_by, "bar");
  assert.equal(same.steps_compared, left.steps.size);
  assert.deepEqual(same.differences, []);
});
