import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  nameToToken,
  parseSubject,
  subjectKinds,
  subjectMatches,
  subjects,
  tokenToName,
} from "./subjects.ts";

test("a subject reads back to its kind and to the name it is about", () => {
  const texts: readonly (readonly [string, string, string | null])[] = [
    [subjects.tick("BRK.B"), "market_tick", "BRK.B"],
    [subjects.tick("BTC-USDT-SWAP"), "market_tick", "BTC-USDT-SWAP"],
    [subjects.heartbeat, "market_heartbeat", null],
    [subjects.proposal("gamma-strategy"), "proposal", "gamma-strategy"],
    [subjects.refusal("whale-strategy"), "refusal", "whale-strategy"],
    [subjects.intent("okx_demo"), "intent", "okx_demo"],
    [subjects.disclosure, "disclosure", null],
    [subjects.opsStatus("strategy-engine"), "ops_status", "strategy-engine"],
    [subjects.safetySwitch, "safety_switch", null],
  ];
  for (const [text, kind, about] of texts) {
    assert.deepEqual(parseSubject(text), { ok: true, value: { kind, about } });
  }
  assert.deepEqual(new Set(texts.map(([, kind]) => kind)), new Set(subjectKinds));
  assert.equal(subjects.tick("BRK.B"), "market.tick.BRK_2EB");
});

test("whatever a name holds, its subject is one token deeper and reads back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (about) => {
      const subject = subjects.tick(about);
      assert.match(subject, /^market\.tick\.[A-Za-z0-9_-]+$/);
      assert.deepEqual(parseSubject(subject), { ok: true, value: { kind: "market_tick", about } });
      assert.equal(tokenToName(nameToToken(about)), about);
      assert.ok(subjectMatches("market.tick.*", subject));
    }),
    { seed: 5, numRuns: 300 },
  );
});

test("what no builder makes is no subject", () => {
  const texts = [
    "",
    "market",
    "market.tick",
    "market.tick.",
    "market.tick.A.B",
    "market.tick.*",
    "market.tick._2e",
    "market.tick._41",
    "market.heartbeat.SPY",
    "proposal",
    "disclosure.senate",
    "safety.switch.off",
    "orders.live",
    "market.tick._FF",
  ];
  for (const text of texts) {
    const read = parseSubject(text);
    assert.equal(read.ok ? "accepted" : read.fault.code, "subject_unknown", text);
  }
});

test("filters select as NATS does", () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ["market.tick.SPY", "market.tick.SPY", true],
    ["market.tick.*", "market.tick.SPY", true],
    ["market.*.SPY", "market.tick.SPY", true],
    ["market.>", "market.tick.SPY", true],
    [">", "market.heartbeat", true],
    ["market.tick.>", "market.tick", false],
    ["market.*", "market.tick.SPY", false],
    ["market.tick.*", "market.tick", false],
    ["market.>.SPY", "market.tick.SPY", false],
    ["proposal.*", "refusal.gamma-strategy", false],
    ["market.tick.SPY.*", "market.tick.SPY", false],
  ];
  for (const [filter, subject, matches] of rows) {
    assert.equal(subjectMatches(filter, subject), matches, `${filter} ${subject}`);
  }
});
