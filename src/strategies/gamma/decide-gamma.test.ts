import assert from "node:assert/strict";
import { test } from "node:test";
import { aChain, anOption, cboeChain, optionsNoon, readCboePage, withoutShared } from "#support";
import type { Decision } from "../decision.ts";
import { decideGamma } from "./decide-gamma.ts";
import { defaultGammaConfig } from "./gamma-config.ts";
import {
  emptyGammaMemory,
  type GammaMemory,
  type GammaView,
  type HeldOption,
} from "./gamma-view.ts";
import type { OptionChain } from "./option-chain.ts";
import { portfolioRegime } from "./regime.ts";

const minute = 60_000;
const calls = [anOption({ contract_symbol: "C", delta: 0.5 })];
const puts = [anOption({ contract_symbol: "P", right: "PUT", delta: -0.5 })];
const positive = [aChain(calls), aChain(calls, { underlying: "QQQ" })];
const negative = [aChain(puts), aChain(puts, { underlying: "QQQ" })];

function held(quantity: number, contract_symbol = "C"): HeldOption {
  return { contract_symbol, right: "CALL", strike: "100", expiration: "2023-12-15", quantity };
}

function at(change: Partial<GammaView>): GammaView {
  return { now_ms: optionsNoon, chains: positive, book: { shares: 0, options: [] }, ...change };
}

function decide(view: GammaView, memory: GammaMemory = emptyGammaMemory): Decision<GammaMemory> {
  return decideGamma(view, defaultGammaConfig, memory);
}

/** `code SIDE quantity`, or the verdict and its reason. */
function said({ verdict, reasons }: Decision<GammaMemory>): string {
  const code = reasons[0]?.code ?? "none";
  if (verdict.type === "hold") return `hold ${code}`;
  if (verdict.type === "refuse") return `refuse ${verdict.code} ${code}`;
  const drafts = verdict.proposals.map(({ side, quantity, option }) =>
    [side, quantity, ...(option === null ? [] : [option.contract_symbol])].join(" "),
  );
  return `${code}: ${drafts.join(", ")}`;
}

test("what leans too far is brought back to zero, as far as the regime allows it to lean", () => {
  const mixed = [aChain([...calls, ...puts]), aChain([...calls, ...puts], { underlying: "QQQ" })];
  // Shares of delta that are held, and what each regime says: 0.30, 0.15 and 0.10 contracts.
  const table: readonly (readonly [number, string, string, string])[] = [
    [10, "delta_within_threshold", "delta_within_threshold", "delta_within_threshold"],
    [11, "delta_within_threshold", "delta_within_threshold", "SELL 11"],
    [15, "delta_within_threshold", "delta_within_threshold", "SELL 15"],
    [16, "delta_within_threshold", "SELL 16", "SELL 16"],
    [-30, "delta_within_threshold", "BUY 30", "BUY 30"],
    [-31, "BUY 31", "BUY 31", "BUY 31"],
    [500, "SELL 500", "SELL 500", "SELL 500"],
  ];
  for (const [shares, ...expected] of table) {
    for (const [index, chains] of [positive, mixed, negative].entries()) {
      const decision = decide(at({ chains, book: { shares, options: [] } }));
      const wanted = expected[index] ?? "";
      const text = wanted.startsWith("delta")
        ? `hold ${wanted}`
        : `delta_beyond_threshold: ${wanted}`;
      assert.equal(said(decision), text, `${shares} shares, regime ${index}`);
    }
  }
});

test("options held count by delta x contracts x 100, beside the shares", () => {
  const book = { shares: -40, options: [held(3)] };
  const decision = decide(at({ book }));
  assert.equal(decision.indicators["net_delta_shares"], 110);
  assert.equal(said(decision), "delta_beyond_threshold: SELL 110");
  assert.ok(decision.verdict.type === "propose");
  const [draft] = decision.verdict.proposals;
  assert.equal(draft?.risk.notional_usd, "11000.00");
  assert.equal(draft.symbol, "SPY");
  assert.match(draft.rationale, /1\.1000 contracts, threshold 0\.3000 in a positive gamma regime/);
});

test("a minute passes between two hedges, by a clock that does not run backwards", () => {
  const view = at({ book: { shares: 100, options: [] } });
  const first = decide(view);
  assert.deepEqual(first.memory, { last_proposal_ms: optionsNoon });
  const after = (ms: number) => said(decide({ ...view, now_ms: optionsNoon + ms }, first.memory));
  assert.equal(after(minute - 1), "hold interval_not_over");
  assert.equal(after(minute), "delta_beyond_threshold: SELL 100");
  assert.equal(after(-1), "hold clock_stepped_back");
});

test("from a quarter hour before the close everything is closed, half days too", () => {
  const book = { shares: 25, options: [held(-2), held(0, "Z"), held(1, "C2")] };
  const all = "flatten_before_close: BUY 2 C, SELL 1 C2, SELL 25";
  const close = Date.UTC(2023, 8, 14, 20);
  const halfDay = Date.UTC(2023, 10, 24, 18);
  for (const end of [close, halfDay]) {
    // Chains that are hours old or not there do not keep anyone from closing.
    const near = (before: number, chains: readonly OptionChain[]) =>
      said(decide(at({ now_ms: end - before, book, chains })));
    assert.equal(near(15 * minute, positive), all);
    assert.equal(near(1, []), all);
    assert.equal(near(0, positive), "hold market_closed");
    assert.match(near(15 * minute + 1, []), /^refuse input_missing/);
  }
  assert.equal(said(decide(at({ now_ms: close - minute }))), "hold flat_for_the_close");
});

test("no chain, an old one, one from the future or one of two is refused in the session", () => {
  const book = { shares: 100, options: [] };
  const cases: readonly (readonly [string, readonly OptionChain[]])[] = [
    ["input_missing chain_missing", []],
    ["input_missing chain_missing", [aChain(calls, { underlying: "QQQ" })]],
    ["input_malformed chain_repeated", [aChain(calls), aChain(calls)]],
    ["input_stale chain_too_old", [aChain(calls, { as_of_ms: optionsNoon - 900_001 })]],
    ["input_stale chain_in_future", [aChain(calls, { as_of_ms: optionsNoon + 5_001 })]],
    ["input_missing chain_all_masked", [aChain([anOption({ open_interest: null })])]],
  ];
  for (const [reason, chains] of cases) {
    assert.equal(said(decide(at({ chains, book }))), `refuse ${reason}`);
  }
});

test("a book that nobody knows, or that means nothing, proposes nothing", () => {
  assert.equal(said(decide(at({ book: null }))), "hold book_unknown");
  const odd = [
    [{ shares: 0.5, options: [] }, "refuse input_malformed book_invalid"],
    [{ shares: 0, options: [held(0.5)] }, "refuse input_malformed book_invalid"],
    [{ shares: 0, options: [held(1, "NOT_LISTED")] }, "refuse input_missing delta_unknown"],
  ] as const;
  for (const [book, text] of odd) assert.equal(said(decide(at({ book }))), text);
  const blind = anOption({
    contract_symbol: "C",
    delta: null,
    implied_volatility: null,
    bid: null,
  });
  const chains = [aChain([blind, anOption()])];
  const book = { shares: 0, options: [held(1)] };
  assert.equal(said(decide(at({ chains, book }))), "refuse input_missing delta_unknown");
});

test("at night and on holidays it only measures; a time that is none is refused", () => {
  const book = { shares: 100, options: [] };
  for (const now_ms of [Date.UTC(2023, 8, 14, 13, 29), Date.UTC(2023, 8, 16, 15)]) {
    assert.equal(said(decide(at({ now_ms, book }))), "hold market_closed");
  }
  assert.equal(
    said(decide(at({ now_ms: Number.NaN, book }))),
    "refuse input_malformed time_unreadable",
  );
});

test("the portfolio weighs SPY 70 and QQQ 30; an unmeasured part leaves the own regime", () => {
  const parts = (spy: number, qqq: number | null) => [
    { symbol: "SPY", weight_percent: 70, net_per_dollar: spy },
    { symbol: "QQQ", weight_percent: 30, net_per_dollar: qqq },
  ];
  assert.equal(portfolioRegime(parts(100, -200)).net_per_dollar, 10);
  assert.equal(portfolioRegime(parts(30, -70)).regime, "neutral");
  assert.equal(portfolioRegime(parts(30, -71)).regime, "negative");
  assert.deepEqual(portfolioRegime(parts(30, null)), {
    net_per_dollar: null,
    regime: null,
    regime_reason: "chain_not_measured",
  });
  const alone = decide(at({ chains: [aChain(puts)], book: { shares: 12, options: [] } }));
  assert.equal(alone.indicators["hedge_regime_source"], "own_chain");
  assert.equal(said(alone), "delta_beyond_threshold: SELL 12");
});

const skip = withoutShared("data", "cboe-quotedata-chains");

test("on a recorded page, in session, a held straddle is hedged by its delta", { skip }, () => {
  const chain = cboeChain(readCboePage("cboe_quotedata_SPX_2022-07-12_intraday.csv.gz"), "SPX");
  const config = { ...defaultGammaConfig, symbol: "SPX", portfolio: [] };
  const [call, put] = ["SPXW220715C03800000", "SPXW220715P03800000"];
  const deltas = [call, put].map(
    (symbol) => chain.contracts.find((row) => row.contract_symbol === symbol)?.delta ?? Number.NaN,
  );
  const book = { shares: 0, options: [held(1, call), held(1, put)] };
  const view = { now_ms: chain.as_of_ms, chains: [chain], book };
  const decision = decideGamma(view, config, emptyGammaMemory);
  const shares = ((deltas[0] ?? 0) + (deltas[1] ?? 0)) * 100;
  assert.ok(shares > 15);
  assert.equal(decision.indicators["hedge_regime"], "negative");
  assert.equal(said(decision), `delta_beyond_threshold: SELL ${Math.round(shares)}`);
});
