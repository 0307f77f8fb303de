import assert from "node:assert/strict";
import { test } from "node:test";
import { isoFromMillis } from "#base";
import { checkProposal, createProposal, refusalCodes } from "#protocol";
import {
  type Decision,
  decideGamma,
  decideGenome,
  decideWhale,
  defaultGammaConfig,
  defaultWhaleConfig,
  emptyGammaMemory,
  emptyGenomeMemory,
  emptyWhaleMemory,
  gammaVersion,
  genomeVersion,
  type RefusalCode,
  whaleVersion,
} from "#strategies";
import { aChain, anOption, aTrade, loneRun, optionsNoon, syntheticMarket } from "#support";

const switchReading = {
  value: "halted",
  reason: "switch_on",
  source: "EXECUTION_HALTED",
  read_at: isoFromMillis(optionsNoon),
} as const;

/** Every draft of a decision as the proposal that a runtime would publish. */
function checkDrafts(decision: Decision<unknown>, version: string, nowMs: number): number {
  assert.ok(decision.verdict.type === "propose", decision.reasons[0]?.message ?? "");
  const utc = isoFromMillis(nowMs);
  for (const draft of decision.verdict.proposals) {
    const { max_loss_usd_reason, ...risk } = draft.risk;
    assert.equal(risk.max_loss_usd === null, max_loss_usd_reason !== null);
    const { symbol, asset_type, option, side, quantity, limit_price } = draft;
    const proposal = createProposal({
      created_at_utc: utc,
      strategy_name: "a-strategy",
      strategy_version: version,
      correlation_id: null,
      ...{ symbol, asset_type, option, side, quantity, limit_price },
      time_in_force: "DAY",
      rationale: { short_reason: draft.rationale, indicators: decision.indicators },
      risk,
      constraints: {
        valid_until_utc: isoFromMillis(nowMs + draft.valid_for_ms),
        requires_human_approval: true,
      },
      inputs: [{ name: "view", sha256: "0".repeat(64), as_of_utc: utc }],
      heartbeat_age_ms: 0,
      switch: switchReading,
      genome: null,
    });
    const checked = checkProposal(proposal, { nowMs, symbols: null, maxHeartbeatAgeMs: 60_000 });
    assert.ok(checked.ok, JSON.stringify(checked));
  }
  return decision.verdict.proposals.length;
}

test("hedges and the closing of options and shares are proposals", () => {
  const contract_symbol = "SPY231215C00100000";
  const chains = [aChain([anOption({ contract_symbol })])];
  const held = { contract_symbol, right: "CALL", strike: "100", expiration: "2023-12-15" } as const;
  const book = { shares: 12, options: [{ ...held, quantity: 2 }] };
  const decide = (now_ms: number) =>
    decideGamma({ now_ms, chains, book }, defaultGammaConfig, emptyGammaMemory);
  assert.equal(checkDrafts(decide(optionsNoon), gammaVersion, optionsNoon), 1);
  const nearClose = Date.UTC(2023, 8, 14, 19, 50);
  assert.equal(checkDrafts(decide(nearClose), gammaVersion, nearClose), 2);
});

test("what follows the whales is a proposal", () => {
  const trades = [aTrade({ size: "300" }), aTrade({ size: "300" })];
  const view = { now_ms: optionsNoon, trades };
  const decision = decideWhale(view, defaultWhaleConfig, emptyWhaleMemory);
  assert.equal(checkDrafts(decision, whaleVersion, optionsNoon), 1);
});

test("what a genome opens is a proposal, under the swap's own symbol", () => {
  const lone = loneRun(syntheticMarket({ bars: 600, seed: 4, volatility: 30 }), 4);
  const last = lone.trace.findIndex(({ order, position }) => order !== 0 && position === 0);
  const now_ms = (lone.bars[last]?.ts_ms ?? 0) + lone.config.interval_ms;
  const view = { now_ms, bars: lone.bars.slice(0, last + 1) };
  const decision = decideGenome(view, lone.config, emptyGenomeMemory);
  assert.equal(checkDrafts(decision, genomeVersion, now_ms), 1);
});

test("every code with which a strategy refuses is one that the mesh knows", () => {
  const codes: Readonly<Record<RefusalCode, true>> = {
    input_missing: true,
    input_stale: true,
    input_malformed: true,
    no_promoted_genome: true,
  };
  const known: readonly string[] = refusalCodes;
  for (const code of Object.keys(codes)) assert.ok(known.includes(code), code);
});
