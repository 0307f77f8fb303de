import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { boundedCall } from "./bounded-call.ts";
import { isMultiple, readUnits, timesUp, unitsText } from "./decimal-units.ts";
import { createLane } from "./lane.ts";
import { nettedOut } from "./netting.ts";
import { createOrderIds, isOrderPrefix, numberIn, orderNumber } from "./order-ids.ts";
import { createRateBudget, okxRates } from "./rate-budget.ts";
import { meaningOfCode } from "./reasons.ts";
import { createVenueHealth } from "./venue-health.ts";

test("acts of a lane run one by one in their order, and no more wait than may", async () => {
  const lane = createLane(3);
  const seen: number[] = [];
  const acts = [1, 2, 3].map((number) =>
    lane.run(async () => {
      await new Promise((turn) => setTimeout(turn, 6 - 2 * number));
      seen.push(number);
      return number;
    }),
  );
  assert.equal(
    lane.run(async () => 4),
    null,
  );
  assert.deepEqual(await Promise.all(acts.map(async (act) => act)), [1, 2, 3]);
  assert.deepEqual(seen, [1, 2, 3]);
  await lane.idle();
  assert.equal(lane.waiting(), 0);
});

test("an act that throws is heard by its caller, and nothing runs after it", async () => {
  const lane = createLane(9);
  const failing = lane.run(async () => {
    throw new Error("a bug");
  });
  const next = lane.run(async () => 1);
  await assert.rejects(async () => failing, /a bug/);
  await assert.rejects(async () => next, { name: "Defect" });
});

test("a call that never comes back, or throws, is an answer that nobody can rely on", async () => {
  const about = { method: "GET", endpoint: "/x", params: {}, nowMs: 5 } as const;
  const never = await boundedCall(about, async () => new Promise(() => {}), 10);
  assert.deepEqual([never.ok, never.call.errorType, never.call.sentMs], [false, "timeout", 5]);
  const broken = await boundedCall(about, () => {
    throw new Error("broken at once");
  });
  assert.equal(broken.ok ? null : broken.failure.kind, "unknown");
  assert.equal(broken.call.errorType, "request_exception");
});

test("no window of the venue ever holds more than its limit, whatever the times", () => {
  const rule = { limit: 5, windowMs: 2000 };
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 60 }), (gaps) => {
      const budget = createRateBudget({ ...okxRates, placePerInstrument: rule });
      const sent: number[] = [];
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        now += budget.delayMs("place", "A", now);
        assert.equal(budget.delayMs("place", "A", now), 0);
        budget.spend("place", "A", now);
        sent.push(now);
      }
      for (const at of sent) {
        const inWindow = sent.filter((time) => time > at - 2000 && time <= at);
        assert.ok(inWindow.length <= 5);
      }
    }),
    { seed: 602, numRuns: 300 },
  );
});

test("instruments have windows of their own, and the account one for all of them", () => {
  const budget = createRateBudget({
    ...okxRates,
    placePerInstrument: { limit: 2, windowMs: 2000 },
    account: { limit: 3, windowMs: 2000 },
  });
  budget.spend("place", "A", 0);
  budget.spend("place", "A", 0);
  assert.deepEqual(
    [budget.delayMs("place", "A", 100), budget.delayMs("place", "B", 100)],
    [1900, 0],
  );
  budget.spend("amend", "B", 0);
  assert.equal(budget.delayMs("place", "B", 100), 1900);
  assert.equal(budget.delayMs("cancel", "A", 100), 0, "cancels do not count there");
  assert.equal(budget.delayMs("place", "A", -5000), 2000, "a clock set back waits one window");
});

test("a venue is left alone after three failures, longer each time, and answers end it", () => {
  const health = createVenueHealth();
  for (const at of [1, 2]) health.observe("timeout", at);
  assert.equal(health.refusal(3), null);
  health.observe("timeout", 3);
  assert.equal(health.refusal(4), "exchange_api_unreachable");
  assert.equal(health.refusal(1003), null, "one may try");
  health.observe("http_5xx", 1003);
  assert.equal(health.refusal(3002), "exchange_unavailable");
  health.observe("insufficient_balance", 3003);
  health.observe("timeout", 3004);
  assert.equal(health.refusal(3005), null);
  health.observe("exchange_maintenance", 3006);
  assert.equal(health.refusal(3007), "exchange_maintenance");
});

test("decimals are exact, products round up, and what is no decimal is none", () => {
  assert.equal(readUnits("0.1"), 10n ** 17n);
  for (const text of ["", "-", "1.", ".5", "01", "1e3", "NaN", " 1", "1".repeat(21)]) {
    assert.equal(readUnits(text), null, text);
  }
  const tiny = readUnits("0.000000000000000001") ?? 0n;
  assert.equal(timesUp(tiny, tiny), 1n);
  assert.equal(isMultiple(readUnits("0.3") ?? 0n, readUnits("0.1") ?? 0n), true);
  assert.equal(isMultiple(1n, 0n), false);
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (units) => {
      assert.equal(readUnits(unitsText(units)), units);
    }),
    { seed: 603 },
  );
});

test("names of orders have the venue's form, count up and are read back", () => {
  const ids = createOrderIds("assay1x", 41, 7);
  const id = ids.nextClientOrderId();
  assert.equal(id, "assay1x0000000042");
  assert.equal(orderNumber("assay1x", id), 42);
  assert.equal(orderNumber("other", id), null);
  assert.equal(orderNumber("assay1x", "assay1x42"), null);
  assert.equal(numberIn(ids.nextAttemptId()), 8);
  assert.equal(numberIn("nonsense"), 0);
  assert.ok(isOrderPrefix("a".repeat(22)));
  for (const prefix of ["", "1a", "a-b", "a".repeat(23), "ä"]) assert.ok(!isOrderPrefix(prefix));
});

test("no two interests that netting lets through could trade with each other", () => {
  const interest = fc.record({
    instId: fc.constantFrom("A", "B"),
    side: fc.constantFrom("buy", "sell"),
    px: fc.option(fc.integer({ min: 90, max: 110 }).map(String)),
    sz: fc.integer({ min: 1, max: 9 }).map(String),
  });
  fc.assert(
    fc.property(fc.array(interest, { maxLength: 10 }), (interests) => {
      const out = nettedOut(interests);
      const sent = interests.filter((_, at) => !out.has(at));
      for (const buy of sent.filter(({ side }) => side === "buy")) {
        for (const sell of sent.filter(({ side }) => side === "sell")) {
          const meets = buy.px === null || sell.px === null || Number(buy.px) >= Number(sell.px);
          assert.ok(buy.instId !== sell.instId || !meets);
        }
      }
    }),
    { seed: 604, numRuns: 500 },
  );
});

test("a code that nobody knows leaves the truth incomplete; known ones have their class", () => {
  assert.deepEqual(
    ["50011", "50113", "51008", "51121", "51109", "99999"].map((code) => {
      const { reason, classification } = meaningOfCode(code);
      return `${reason} ${classification}`;
    }),
    [
      "rate_limited L1_RETRYABLE_TRANSPORT",
      "invalid_api_key L1_ACCOUNT_RESTRICTED",
      "insufficient_balance L1_EXCHANGE_REJECTED",
      "lot_size_invalid L1_EXCHANGE_REJECTED",
      "exchange_51109 L1_LIQUIDITY_UNAVAILABLE",
      "unknown_reason_code:99999 L1_TRUTH_INCOMPLETE",
    ],
  );
});
