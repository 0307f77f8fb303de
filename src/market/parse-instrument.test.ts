import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalJson, type Json, parseJson } from "#base";
import { builtinInstruments, findInstrument } from "./builtin-instruments.ts";
import type { Instrument } from "./instrument.ts";
import { parseInstrument } from "./parse-instrument.ts";

test("every built-in instrument passes its own parser unchanged", () => {
  for (const instrument of builtinInstruments) {
    assert.deepEqual(parseInstrument(asJson(instrument)), { ok: true, value: instrument });
  }
  const ids = builtinInstruments.map((instrument) => instrument.id);
  assert.equal(new Set(ids).size, ids.length);
});

test("one lot of BTC-USDT-SWAP gains ten millionths of a dollar per tick", () => {
  const swap = findInstrument("BTC-USDT-SWAP");
  assert.equal(swap?.micro_per_lot_tick, 10);
  assert.equal(findInstrument("BTC-EUR-SWAP"), null);
});

test("each broken rule is refused with the field's name", () => {
  const cases: readonly (readonly [change: object, field: RegExp])[] = [
    [{ micro_per_lot_tick: 11 }, /micro_per_lot_tick: tick \* lot says 10/],
    [{ lot_size: "0.000001" }, /lot_size: .* no whole number of millionths/],
    [{ lot_size: "0.00030", micro_per_lot_tick: 30 }, /lot_size: expected text/],
    [{ contract_value: "0.00015" }, /contract_value: must be a whole number of lots/],
    [{ tick_size: "0" }, /tick_size: must be positive/],
    [{ taker_fee_ppm: 0.5 }, /taker_fee_ppm: expected a whole number/],
    [{ kind: "option" }, /kind: expected one of swap, spot, index/],
    [{ margin_tiers: [] }, /margin_tiers: expected a list/],
    [{ margin_tiers: [tier({ mmr_ppm: 10_000 })] }, /margin_tiers\[0\]: mmr_ppm must be below/],
    [{ margin_tiers: [tier({}), tier({})] }, /margin_tiers\[1\]: max_lots must ascend/],
    [{ margin_tiers: [tier({ max_leverage: 101 })] }, /imr_ppm \* max_leverage/],
    [{ funding: { interval_ms: 5, source: "recorded" } }, /instrument\.funding\.interval_ms/],
    [{ calendar: "lse" }, /calendar: expected one of 24x7, nyse/],
    [{ colour: "gold" }, /colour: unknown key/],
    [{ id: "../etc" }, /instrument\.id: expected text/],
  ];
  for (const [change, field] of cases) {
    const refused = parseInstrument(asJson({ ...findInstrument("BTC-USDT-SWAP"), ...change }));
    assert.ok(!refused.ok, JSON.stringify(change));
    assert.equal(refused.fault.code, "instrument_invalid");
    assert.match(refused.fault.message, field);
  }
});

test("a missing field or another shape altogether is refused", () => {
  for (const json of [null, [], "BTC", 7, {}]) assert.equal(parseInstrument(json).ok, false);
});

function tier(change: object): object {
  return { max_lots: 100, mmr_ppm: 4000, imr_ppm: 10_000, max_leverage: 100, ...change };
}

function asJson(value: object): Json {
  const read = parseJson(JSON.stringify(value));
  assert.ok(read.ok);
  return read.value;
}

test("equal instruments have equal canonical bytes", () => {
  const swap = findInstrument("ETH-USDT-SWAP") as Instrument;
  const reordered = asJson(Object.fromEntries(Object.entries(swap).toReversed()));
  assert.equal(canonicalJson(reordered), canonicalJson(asJson(swap)));
});
