import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { microAmount, toAmount } from "../amounts/amount.ts";
import { shareCapital } from "./share-capital.ts";

const rule = {
  allocationRatioPpm: 800_000,
  capitalPerAgentMicro: 2_000_000_000,
  minAgents: 1,
  maxAgents: 100,
};

test("agents are as many as the allocated share pays for, and the rest is in reserve", () => {
  const share = shareCapital(toAmount("99998.175262"), 100, rule);
  assert.ok(share.ok);
  assert.equal(share.value.agents, 39);
  assert.equal(share.value.reserve, toAmount("21998.175262"));
});

test("no more agents than genomes or than asked for, and too few are none", () => {
  const counts = [
    shareCapital(toAmount("100000"), 7, rule),
    shareCapital(toAmount("100000"), 100, { ...rule, maxAgents: 3 }),
  ].map((share) => (share.ok ? share.value.agents : share.fault.code));
  assert.deepEqual(counts, [7, 3]);
  const poor = shareCapital(toAmount("1999"), 100, rule);
  assert.equal(
    poor.ok ? "" : poor.fault.message,
    "the account's equity of 1999 makes 0 of at least 1 agents: 2000 for each takes an equity of " +
      "2500 at an allocation ratio of 0.8; lower --capital-per-agent",
  );
  const few = shareCapital(toAmount("100000"), 2, { ...rule, minAgents: 3 });
  assert.equal(few.ok ? "" : few.fault.message.includes("has 2 genomes"), true);
});

test("whatever is shared, nothing is made and nothing is lost", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 30n }),
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.integer({ min: 1, max: 10_000_000_000 }),
      (equity, allocationRatioPpm, capitalPerAgentMicro) => {
        const some = { ...rule, minAgents: 0, allocationRatioPpm, capitalPerAgentMicro };
        const share = shareCapital(equity, 1000, some);
        assert.ok(share.ok);
        const given = microAmount(share.value.agents * capitalPerAgentMicro);
        assert.equal(given + share.value.reserve, equity);
        assert.ok(given * 1_000_000n <= equity * BigInt(allocationRatioPpm));
      },
    ),
    { seed: 4, numRuns: 300 },
  );
});
