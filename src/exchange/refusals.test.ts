import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "./api/command.ts";
import type { RejectReason } from "./api/reject.ts";
import { anExchange, btcSwap, must, place, usdt } from "./fixtures/specs.ts";

const order = place({ account: 0, side: "buy", priceTicks: 299_000, lots: 10 });
const spot = place({ ...order, instrument: 1, marginMode: "cash", lots: 10_000 });
const market = place({ account: 0, side: "buy", lots: 10 });
const algo: Extract<Command, { type: "place_algo" }> = {
  type: "place_algo",
  timeMs: 0,
  account: 0,
  instrument: 0,
  algoType: "trigger",
  side: "buy",
  lots: 10,
  marginMode: "cross",
  positionSide: "net",
  trigger: { triggerTicks: 310_000, source: "mark", orderTicks: null },
};

const refusals: readonly (readonly [Command, RejectReason])[] = [
  [{ ...order, account: 9 }, "unknown_account"],
  [{ ...order, account: -1 }, "unknown_account"],
  [{ ...order, instrument: 7 }, "unknown_instrument"],
  [{ ...order, marginMode: "cash" }, "margin_mode_mismatch"],
  [{ ...spot, marginMode: "cross" }, "margin_mode_mismatch"],
  [{ ...order, positionSide: "long" }, "position_side_mismatch"],
  [{ ...spot, positionSide: "short" }, "position_side_mismatch"],
  [{ ...order, lots: 0 }, "size_not_positive"],
  [{ ...order, lots: 1.5 }, "size_not_positive"],
  [{ ...order, lots: Number.NaN }, "size_not_positive"],
  [{ ...spot, lots: 999 }, "size_below_minimum"],
  [{ ...order, lots: 10_000_001 }, "size_above_limit"],
  [{ ...market, lots: 1_000_001 }, "size_above_limit"],
  [{ ...order, priceTicks: null }, "price_required"],
  [{ ...market, priceTicks: 300_000 }, "price_not_allowed"],
  [{ ...order, priceTicks: 1.5 }, "price_out_of_range"],
  [{ ...order, priceTicks: -5 }, "price_out_of_range"],
  [{ ...order, priceTicks: 134_217_728 }, "price_out_of_range"],
  [{ ...order, priceTicks: 303_001 }, "price_outside_band"],
  [{ ...order, side: "sell", priceTicks: 296_999 }, "price_outside_band"],
  [{ ...order, lots: 600_000 }, "tier_exceeded"],
  [{ ...order, lots: 400_000 }, "insufficient_margin"],
  [{ ...market, lots: 400_000 }, "insufficient_margin"],
  [{ ...order, reduceOnly: true }, "no_position_to_reduce"],
  [{ ...spot, lots: 400_000_000 }, "insufficient_balance"],
  [{ ...spot, side: "sell" }, "insufficient_balance"],
  [{ ...spot, priceTicks: null, orderType: "market", quoteUnits: 5 }, "lots_and_quote_given"],
  [{ ...market, lots: null, quoteUnits: 5 }, "bad_field"],
  [
    { ...spot, priceTicks: null, orderType: "market", lots: null, quoteUnits: usdt },
    "no_liquidity_for_quote_size",
  ],
  [{ ...order, orderType: "fok", stpMode: "cancel_both" }, "stp_both_with_fok"],
  [{ type: "cancel", timeMs: 0, account: 0, orderId: 99 }, "order_not_found"],
  [{ type: "cancel", timeMs: 0, account: 1, orderId: 1 }, "order_not_found"],
  [{ type: "cancel", timeMs: 0, account: 0, orderId: Number.NaN }, "order_not_found"],
  [{ type: "amend", timeMs: 0, account: 1, orderId: 1, lots: 5 }, "order_not_found"],
  [{ type: "amend", timeMs: 0, account: 0, orderId: 1, priceTicks: 0.5 }, "price_out_of_range"],
  [{ type: "amend", timeMs: 0, account: 0, orderId: 1, priceTicks: 304_000 }, "price_outside_band"],
  [{ type: "transfer", timeMs: 0, account: 0, currency: "DOGE", units: 1 }, "unknown_currency"],
  [{ type: "transfer", timeMs: 0, account: 0, currency: "USDT", units: 0.5 }, "size_not_positive"],
  [
    { type: "transfer", timeMs: 0, account: 0, currency: "USDT", units: -99_999 * usdt },
    "insufficient_balance",
  ],
  [
    { type: "transfer", timeMs: 0, account: 0, currency: "USDT", units: 45_000_000 * usdt },
    "money_out_of_range",
  ],
  [{ type: "set_mark", timeMs: 0, instrument: 0, priceTicks: 0 }, "price_out_of_range"],
  [{ type: "set_mark", timeMs: 0, instrument: 8, priceTicks: 5 }, "unknown_instrument"],
  [{ type: "settle_funding", timeMs: 0, instrument: 1, rateE12: 5 }, "bad_field"],
  [{ type: "settle_funding", timeMs: 0, instrument: 0, rateE12: 1e12 }, "bad_field"],
  [
    { type: "set_position_mode", timeMs: 0, account: 0, positionMode: "long_short" },
    "mode_change_blocked",
  ],
  [{ type: "cancel_all_after", timeMs: 0, account: 0, timeoutMs: -1 }, "timeout_out_of_range"],
  [
    { ...algo, trigger: { triggerTicks: 300_000, source: "mark", orderTicks: null } },
    "trigger_already_met",
  ],
  [{ ...algo, algoType: "oco" }, "bad_field"],
  [{ ...algo, lots: 0 }, "size_not_positive"],
  [{ type: "cancel_algo", timeMs: 0, account: 0, algoId: 4 }, "algo_not_found"],
  [{ ...order, timeMs: Number.NaN }, "time_backwards"],
];

test("what is wrong is refused with its reason, and nothing changes", () => {
  const config = {
    instruments: [{ ...btcSwap, priceBandPpm: 10_000 }, anExchange().instruments[1] ?? btcSwap],
  };
  for (const [command, reason] of refusals) {
    const exchange = anExchange({ config });
    const rich = { account: 1, currency: "USDT", units: 1_000_000 * usdt };
    must(exchange, { type: "transfer", timeMs: 0, ...rich });
    must(exchange, order);
    must(exchange, place({ account: 1, side: "sell", priceTicks: 301_000, lots: 500_000 }));
    const before = exchange.digest();
    const outcome = exchange.apply(command);
    assert.equal(outcome.reject, reason, JSON.stringify(command));
    assert.deepEqual(outcome.events, [], JSON.stringify(command));
    assert.equal(exchange.digest(), before, JSON.stringify(command));
  }
});

test("leverage and margin changes are refused where they do not fit", () => {
  const exchange = anExchange();
  const leverage = {
    type: "set_leverage",
    timeMs: 0,
    account: 0,
    instrument: 0,
    marginMode: "cross",
    positionSide: "net",
    leverageCenti: 500,
  } as const;
  assert.equal(exchange.apply({ ...leverage, leverageCenti: 0 }).reject, "leverage_out_of_range");
  assert.equal(
    exchange.apply({ ...leverage, leverageCenti: 10_001 }).reject,
    "leverage_out_of_range",
  );
  assert.equal(exchange.apply({ ...leverage, marginMode: "cash" }).reject, "margin_mode_mismatch");
  assert.equal(
    exchange.apply({ ...leverage, positionSide: "long" }).reject,
    "position_side_mismatch",
  );
  // 60 000 lots stand in the second tier: 75x at most.
  must(exchange, place({ account: 0, side: "buy", priceTicks: 100_000, lots: 60_000 }));
  assert.equal(exchange.apply({ ...leverage, leverageCenti: 8000 }).reject, "tier_exceeded");
  must(exchange, place({ account: 0, side: "buy", priceTicks: 100_000, lots: 20_000 }));
  // 80 000 lots at 10 000.0 are 80 000 USDT: at 0.5x more than there is.
  assert.equal(exchange.apply({ ...leverage, leverageCenti: 50 }).reject, "leverage_margin_short");
  assert.equal(
    exchange.apply({
      type: "adjust_margin",
      timeMs: 0,
      account: 0,
      instrument: 0,
      positionSide: "net",
      units: 5,
    }).reject,
    "no_position",
  );
});

test("a suspended instrument takes no orders, and lets those that rest go", () => {
  const exchange = anExchange();
  must(exchange, order);
  must(exchange, { type: "set_instrument_state", timeMs: 0, instrument: 0, state: "suspend" });
  assert.equal(exchange.apply(order).reject, "instrument_suspended");
  const amend = { type: "amend", timeMs: 0, account: 0, orderId: 1, lots: 5 } as const;
  assert.equal(exchange.apply(amend).reject, "instrument_suspended");
  must(exchange, { type: "cancel", timeMs: 0, account: 0, orderId: 1 });
  must(exchange, { type: "set_instrument_state", timeMs: 0, instrument: 0, state: "live" });
  must(exchange, order);
});
