import assert from "node:assert/strict";
import { test } from "node:test";
import { aTrade, leanTrades, optionsNoon, withoutShared } from "#support";
import type { Decision } from "../decision.ts";
import { decideWhale } from "./decide-whale.ts";
import {
  emptyWhaleMemory,
  type OptionTrade,
  type WhaleMemory,
  type WhaleView,
} from "./option-trade.ts";
import { defaultWhaleConfig } from "./whale-config.ts";

const minute = 60_000;

function view(trades: readonly Partial<OptionTrade>[], now_ms: number = optionsNoon): WhaleView {
  return { now_ms, trades: trades.map((trade) => aTrade({ ts_ms: now_ms - minute, ...trade })) };
}

/** 250 contracts at 5.00 are 125 000 of premium; two of them are the floor. */
const big = { size: "250" };

function said({ verdict, reasons }: Decision<WhaleMemory>): string {
  const code = reasons[0]?.code ?? "none";
  if (verdict.type === "hold") return `hold ${code}`;
  if (verdict.type === "refuse") return `refuse ${verdict.code} ${code}`;
  return `${code}: ${verdict.proposals.map((draft) => `${draft.side} ${draft.quantity}`).join()}`;
}

function decide(seen: WhaleView, memory: WhaleMemory = emptyWhaleMemory) {
  return decideWhale(seen, defaultWhaleConfig, memory);
}

test("a side that dominates with a quarter of a million behind it asks for the underlying", () => {
  const bulls = decide(view([big, big]));
  assert.equal(said(bulls), "flows_bullish: BUY 1");
  assert.ok(bulls.verdict.type === "propose");
  const [draft] = bulls.verdict.proposals;
  assert.deepEqual([draft?.symbol, draft?.asset_type, draft?.option], ["SPY", "EQUITY", null]);
  assert.equal(draft?.risk.notional_usd, "450.81");
  assert.equal(draft.risk.max_loss_usd_reason, "no_stop_is_placed");
  assert.equal(
    said(decide(view([big, big].map((row) => ({ ...row, right: "PUT" }))))),
    "flows_bearish: SELL 1",
  );
});

test("a cent below the floor, a lone giant, even sides and mixed ones propose nothing", () => {
  const cent = { ...big, price: "5.0000", size: "249" };
  const cases: readonly (readonly [string, readonly Partial<OptionTrade>[]])[] = [
    ["hold premium_below_floor", [big, cent]],
    ["hold flows_even", [{ size: "10000" }]],
    ["hold flows_even", [big, big, { ...big, right: "PUT" }]],
    ["hold flows_mixed", [big, big, big, { right: "PUT", size: "9000" }]],
    ["hold no_directional_flow", [{ ...big, price: "4.95" }]],
    ["hold no_directional_flow", []],
    ["refuse input_malformed all_trades_malformed", [{ price: "five" }, { size: "many" }]],
  ];
  for (const [text, trades] of cases) assert.equal(said(decide(view(trades))), text);
});

test("the same side is not asked for again within five minutes; the other side is", () => {
  const first = decide(view([big, big]));
  assert.deepEqual(first.memory, { last_proposal_ms: optionsNoon, last_side: "BUY" });
  const later = (ms: number, right: OptionTrade["right"]) =>
    said(
      decide(
        view(
          [big, big].map((row) => ({ ...row, right })),
          optionsNoon + ms,
        ),
        first.memory,
      ),
    );
  assert.equal(later(5 * minute - 1, "CALL"), "hold interval_not_over");
  assert.equal(later(5 * minute, "CALL"), "flows_bullish: BUY 1");
  assert.equal(later(1, "PUT"), "flows_bearish: SELL 1");
  assert.equal(later(-1, "PUT"), "hold clock_stepped_back");
});

test("a closed market is measured and proposes nothing", () => {
  const saturday = decide(view([big, big], optionsNoon + 2 * 86_400_000));
  assert.equal(said(saturday), "hold market_closed");
  assert.equal(saturday.indicators["dominance"], "BULLISH");
  assert.equal(
    said(decide({ now_ms: Number.NaN, trades: [] })),
    "refuse input_malformed time_unreadable",
  );
});

const skip = withoutShared("data", "lean-option-chains") || withoutShared("data", "lean-us-equity");

test("the recorded half hour in which somebody sold 413 000 of puts asks to buy", { skip }, () => {
  const trades = leanTrades("spy", "20230803");
  const halfPast = decide({ now_ms: Date.UTC(2023, 7, 3, 15, 30), trades });
  assert.equal(said(halfPast), "flows_bullish: BUY 1");
  assert.match(halfPast.reasons[0]?.message ?? "", /^11 bullish flows of 413627\.00, 3 bearish of/);
  assert.equal(said(decide({ now_ms: Date.UTC(2023, 7, 3, 14), trades })), "hold flows_even");
});
