import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { BirthEvent, DeathEvent, LifeRecord, Moment } from "#core";
import { birthLine } from "../artifacts/birth-events.ts";
import { deathLine } from "../artifacts/death-events.ts";
import { survivorLine } from "../artifacts/survivors.ts";
import { parseRecord } from "../reading/parse-record.ts";
import { agentName } from "./agent-identity.ts";
import { createEventLines } from "./event-lines.ts";

const runId = "HF_0123456789abcdef";
const lines = createEventLines(runId);
const whole = fc.nat(1_000_000_000);
const money = fc.maxSafeInteger();

const moment: fc.Arbitrary<Moment> = fc.record({
  tick: whole,
  bar_index: whole,
  ts_ms: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  season: fc.nat(9),
  segment: fc.nat(9),
});

const triplet = fc.record({
  allocated_capital_micro: money,
  system_reserve_micro: money,
  current_total_micro: money,
});

const life: fc.Arbitrary<LifeRecord> = fc.record({
  agent_id: fc.integer({ min: 1, max: 10_000_000 }),
  born_tick: whole,
  age_ticks: whole,
  initial_capital_micro: money,
  capital_base_micro: money,
  given_to_children_micro: whole,
  trade_flow_micro: money,
  fees_micro: money,
  funding_micro: money,
  living_cost_micro: money,
  position_lots: money,
  mark_price_ticks: whole,
  final_capital_micro: money,
  opened_long: whole,
  opened_short: whole,
  closed: whole,
  closed_with_profit: whole,
  partial_fills: whole,
  unfilled_orders: whole,
  children: whole,
  last_signal: fc.float(),
  state_final: fc.constantFrom("IN_MARKET", "OUT_MARKET"),
});

/** Text -> value -> text again, and the numbers that JSON cannot say are null. */
function assertCanonical(text: string, schema: Parameters<typeof parseRecord>[1]): void {
  const { problems } = parseRecord(text, schema, 1);
  assert.deepEqual(problems, [], text);
}

test("deaths and survivors of any numbers are canonical lines, broken signals null", () => {
  const death = fc.record({
    type: fc.constant("death" as const),
    at: moment,
    reason: fc.constantFrom("capital_depleted", "liquidated", "review_culled"),
    position_side: fc.constantFrom("long", "short", "flat"),
    position_lots: money,
    life,
    settled_to_reserve_micro: money,
    capital_triplet: triplet,
    fence_blocks: fc.array(
      fc.record({ fence_id: fc.constantFrom("fence_a", "fence_b"), block_count: whole }),
      { maxLength: 3 },
    ),
  });
  fc.assert(
    fc.property(whole, death, (seq, event: DeathEvent) => {
      const agent = agentName(runId, event.life.agent_id);
      const text = lines.death(seq, event, agent);
      assertCanonical(text, deathLine);
      const isNumber = Number.isFinite(event.life.last_signal);
      assert.equal(text.includes('"last_signal":null'), !isNumber);
      const survivor = { type: "survivor", at: event.at, life: event.life } as const;
      assertCanonical(lines.survivor(seq, survivor, agent), survivorLine);
    }),
    { seed: 3, numRuns: 300 },
  );
});

test("births of any numbers are canonical lines", () => {
  const anchor = { gene_id: "0".repeat(16), weights_sha256: "1".repeat(64), base64: "" };
  const birth = fc.record({
    type: fc.constant("birth" as const),
    at: moment,
    agent_id: fc.integer({ min: 1, max: 10_000_000 }),
    origin: fc.constantFrom("founder", "split", "reboot_founder"),
    parent_id: fc.option(fc.integer({ min: 1, max: 10_000_000 })),
    generation: whole,
    lineage_id: fc.integer({ min: 1, max: 10_000_000 }),
    capital_micro: money,
    parent_capital_micro: fc.option(money),
    mutation_sigma: fc.double(),
    mutated_loci: whole,
    weights: fc.constant(new Float32Array(0)),
    capital_triplet: triplet,
  });
  fc.assert(
    fc.property(whole, birth, (seq, event: BirthEvent) => {
      const agent = agentName(runId, event.agent_id);
      const parent = event.parent_id === null ? null : agentName(runId, event.parent_id);
      assertCanonical(lines.birth(seq, event, { agent, parent, anchor }), birthLine);
    }),
    { seed: 3, numRuns: 300 },
  );
});
