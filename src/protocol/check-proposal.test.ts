import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkProposal, type ProposalLimits } from "./check-proposal.ts";
import { createProposal, type Proposal, type ProposalDraft, proposalIdOf } from "./proposal.ts";

const created = "2026-02-05T15:30:00.000Z";
const nowMs = Date.parse(created) + 1000;
const limits: ProposalLimits = {
  nowMs,
  symbols: ["SPY", "BRK.B", "SPX"],
  maxHeartbeatAgeMs: 60_000,
};

const draft: ProposalDraft = {
  created_at_utc: created,
  strategy_name: "gamma-strategy",
  strategy_version: "1.0.0",
  correlation_id: null,
  symbol: "SPY",
  asset_type: "EQUITY",
  option: null,
  side: "BUY",
  quantity: "15",
  limit_price: "450.25",
  time_in_force: "DAY",
  rationale: { short_reason: "net gamma is negative", indicators: { net_gex: -12.5 } },
  risk: { max_loss_usd: null, notional_usd: "6753.75", stop_loss: null, take_profit: null },
  constraints: { valid_until_utc: "2026-02-05T15:35:00.000Z", requires_human_approval: true },
  inputs: [{ name: "option_chain:SPY", sha256: "a".repeat(64), as_of_utc: created }],
  heartbeat_age_ms: 1200,
  switch: { value: "halted", reason: "switch_on", source: "EXECUTION_HALTED", read_at: created },
  genome: null,
};

const call = {
  expiration: "2026-02-20",
  right: "CALL",
  strike: "450.5",
  contract_symbol: "SPY260220C00450500",
} as const;

function made(changes: Partial<ProposalDraft>): Proposal {
  return createProposal({ ...draft, ...changes });
}

function codeOf(value: unknown, change: Partial<ProposalLimits> = {}): string {
  const checked = checkProposal(value, { ...limits, ...change });
  return checked.ok ? "ok" : checked.fault.code;
}

test("a proposal whose id is the digest of its content stands", () => {
  const proposal = createProposal(draft);
  assert.deepEqual(checkProposal(proposal, limits), { ok: true, value: proposal });
  assert.equal(proposal.status, "PROPOSED");
  assert.match(proposal.proposal_id, /^[0-9a-f]{64}$/);
});

test("each thing that speaks against a proposal has its code", () => {
  const later = {
    valid_until_utc: "2026-02-06T15:30:00.001Z",
    requires_human_approval: true,
  } as const;
  const rows: readonly (readonly [unknown, string])[] = [
    [{ ...made({}), quantity: "16" }, "proposal_id_mismatch"],
    [{ ...made({}), status: "EXPIRED" }, "proposal_not_open"],
    [made({ created_at_utc: "2026-02-05T15:30:06.001Z" }), "proposal_from_future"],
    [made({ constraints: later }), "proposal_validity_too_long"],
    [made({ symbol: "QQQ" }), "proposal_symbol_not_allowed"],
    [made({ heartbeat_age_ms: 60_001 }), "proposal_data_stale"],
    [made({ strategy_name: "genome-strategy" }), "proposal_genome_missing"],
    [made({ quantity: "0" }), "message_malformed"],
    [made({ quantity: "-1" }), "message_malformed"],
    [made({ quantity: "1e3" }), "message_malformed"],
    [made({ asset_type: "OPTION" }), "message_malformed"],
    [made({ option: call }), "message_malformed"],
    [made({ inputs: [] }), "message_malformed"],
    [null, "message_malformed"],
    ["a proposal", "message_malformed"],
  ];
  for (const [value, code] of rows) assert.equal(codeOf(value), code, JSON.stringify(value));
});

test("no proposal goes without a person's approval", () => {
  const constraints = { valid_until_utc: draft.constraints.valid_until_utc };
  for (const requires_human_approval of [false, null, undefined, "true"]) {
    const forged = { ...made({}), constraints: { ...constraints, requires_human_approval } };
    assert.equal(codeOf(forged), "message_malformed");
  }
});

test("a proposal ends at the millisecond it says", () => {
  const until = Date.parse(draft.constraints.valid_until_utc);
  assert.equal(codeOf(made({}), { nowMs: until - 1 }), "ok");
  assert.equal(codeOf(made({}), { nowMs: until }), "proposal_expired");
  assert.equal(codeOf(made({}), { nowMs: Number.NaN }), "proposal_from_future");
});

test("a contract symbol says the same as the contract, or the proposal is refused", () => {
  const of = (changes: object, symbol: string = "SPY"): string => {
    return codeOf(made({ symbol, asset_type: "OPTION", option: { ...call, ...changes } }));
  };
  assert.equal(of({}), "ok");
  assert.equal(of({ contract_symbol: "SPXW260220C00450500" }, "SPX"), "ok");
  assert.equal(of({ contract_symbol: "BRKB260220C00450500" }, "BRK.B"), "ok");
  assert.equal(of({ strike: "450.500" }), "ok");
  for (const changes of [
    { contract_symbol: "QQQ260220C00450500" },
    { contract_symbol: "SPY260221C00450500" },
    { contract_symbol: "SPY260220P00450500" },
    { contract_symbol: "SPY260220C00450000" },
    { strike: "450.5001" },
    { strike: "1450500" },
    { expiration: "2026-02-27" },
    { right: "PUT" },
  ]) {
    assert.equal(of(changes), "proposal_contract_mismatch", JSON.stringify(changes));
  }
});

test("the id changes with every member of the content, and with the status not at all", () => {
  const proposal = createProposal(draft);
  assert.equal(proposalIdOf({ ...proposal, status: "SUPERSEDED" }), proposal.proposal_id);
  assert.equal(proposalIdOf(draft), proposal.proposal_id);
  for (const key of Object.keys(draft)) {
    assert.notEqual(proposalIdOf({ ...proposal, [key]: "other" }), proposal.proposal_id, key);
  }
});

test("what a newer version adds is part of the id", () => {
  const newer = { ...draft, urgency: "low" };
  const proposal = { ...createProposal(draft), urgency: "low", proposal_id: proposalIdOf(newer) };
  assert.equal(codeOf(proposal), "ok");
  assert.equal(codeOf({ ...proposal, urgency: "high" }), "proposal_id_mismatch");
});

test("no other content has the id of a proposal", () => {
  const proposal = createProposal(draft);
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(draft)), fc.jsonValue(), (key, value) => {
      const changed = { ...proposal, [key]: value };
      if (JSON.stringify(changed) === JSON.stringify(proposal)) return;
      assert.notEqual(codeOf(changed), "ok");
    }),
    { seed: 3, numRuns: 300 },
  );
});
