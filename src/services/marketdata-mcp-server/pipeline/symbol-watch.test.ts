import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Tick } from "#protocol";
import type { Moment } from "#safety";
import { quoteTick, tradeTick } from "../feeds/bare-tick.ts";
import { compareDecimals } from "./decimal-order.ts";
import { judgeStream } from "./judge-stream.ts";
import { forgetSequences, type SymbolWatch, stepSymbol, unwatched } from "./symbol-watch.ts";
import { createTickBoard } from "./tick-board.ts";

const start = 1_709_650_800_000;
const limits = { maxAgeMs: 60_000, frozenAfterMs: 60_000, forcedStale: false };

function at(ms: number): Moment {
  return { wallMs: start + ms, monoMs: ms };
}

type QuoteSpec = Readonly<{ bid?: string; ask?: string; sequence?: number }>;

function quote(ms: number, { bid = "10", ask = "10.01", sequence }: QuoteSpec = {}): Tick {
  const bare = quoteTick({
    symbol: "SPY",
    bid: { price: bid, size: "1" },
    ask: { price: ask, size: "2" },
    exchangeMs: start + ms,
    sequence: sequence ?? null,
  });
  return { ...bare, received_ts_ms: start + ms, source: "test" };
}

function trade(ms: number, sequence: number | null = null): Tick {
  const last = { price: "10", size: "5" };
  const bare = tradeTick({ symbol: "SPY", last, exchangeMs: start + ms, sequence });
  return { ...bare, received_ts_ms: start + ms, source: "test" };
}

function feed(ticks: readonly Tick[], rule: "contiguous" | "none" = "contiguous"): SymbolWatch {
  return ticks.reduce((watch, tick) => {
    return stepSymbol(watch, tick, at(tick.exchange_ts_ms - start), rule).watch;
  }, unwatched("SPY"));
}

test("a tick that was taken is not taken again, in either order of its millisecond", () => {
  const ticks = [quote(0), quote(0, { bid: "9" }), quote(0), quote(0, { bid: "9" })];
  const { counts } = feed(ticks, "none");
  assert.deepEqual([counts.accepted, counts.tick_duplicate], [2, 2]);
});

test("equal trades of one millisecond are told apart by their numbers alone", () => {
  assert.equal(feed([trade(0, 1), trade(0, 2), trade(0, 2)]).counts.accepted, 2);
  assert.equal(feed([trade(0), trade(0)], "none").counts.accepted, 1);
});

test("a hole in a contiguous sequence is counted with its size, also by kind", () => {
  const { counts } = feed([quote(0, { sequence: 4 }), quote(1, { sequence: 9 }), trade(2, 1)]);
  assert.deepEqual([counts.sequence_gaps, counts.sequence_missing], [1, 4]);
});

test("a number that falls is a replay, until a new connection counts anew", () => {
  const before = feed([quote(0, { sequence: 9 })]);
  const fallen = stepSymbol(before, quote(1, { sequence: 8 }), at(1), "contiguous");
  assert.equal(fallen.refusal, "tick_replayed");
  const anew = forgetSequences(fallen.watch);
  assert.equal(stepSymbol(anew, quote(1, { sequence: 1 }), at(1), "contiguous").refusal, null);
});

test("late is out of order, very late is replayed, ahead of the clock is in the future", () => {
  const watch = feed([quote(10_000)]);
  const refusal = (tick: Tick): string | null =>
    stepSymbol(watch, tick, at(10_000), "none").refusal;
  assert.equal(refusal(quote(9999)), "tick_out_of_order");
  assert.equal(refusal(quote(4999)), "tick_replayed");
  assert.equal(refusal(quote(15_000)), null);
  assert.equal(refusal(quote(15_001)), "tick_in_future");
});

test("a crossed book is refused, a locked and a one-sided one are taken", () => {
  const crossed = stepSymbol(unwatched("SPY"), quote(0, { bid: "10.02" }), at(0), "none");
  assert.equal(crossed.refusal, "tick_crossed");
  assert.equal(crossed.watch.quote, null);
  assert.equal(feed([quote(0, { bid: "10.010" })], "none").counts.locked, 1);
  const oneSided = { ...quote(0), ask: null, ask_size: null };
  assert.equal(feed([oneSided], "none").counts.accepted, 1);
});

test("what is no tick of the protocol is malformed", () => {
  for (const broken of [
    { ...quote(0), bid: "-1" },
    { ...quote(0), bid: "1e5" },
    { ...quote(0), exchange_ts_ms: Number.NaN },
    { ...trade(0), price: null },
  ]) {
    assert.equal(stepSymbol(unwatched("SPY"), broken, at(0), "none").refusal, "tick_malformed");
  }
});

const anyTick = fc.record({
  ms: fc.integer({ min: -20_000, max: 80_000 }),
  bid: fc.constantFrom("9.98", "9.99", "10.02"),
  isTrade: fc.boolean(),
  wait: fc.nat(4000),
});

test("in any order the last tick only moves forward, and stale never looks fresh", () => {
  fc.assert(
    fc.property(fc.array(anyTick, { maxLength: 80 }), (ticks) => {
      let watch = unwatched("SPY");
      let now = 0;
      let newest = Number.NEGATIVE_INFINITY;
      for (const { ms, bid, isTrade, wait } of ticks) {
        now += wait;
        const tick = isTrade ? trade(ms) : quote(ms, { bid });
        const before = watch;
        const step = stepSymbol(watch, tick, at(now), "none");
        watch = step.watch;
        if (step.refusal === null) newest = Math.max(newest, ms);
        else assert.equal(watch.ticks.lastTickMs, before.ticks.lastTickMs, step.refusal);
        assert.equal(
          watch.ticks.lastTickMs ?? null,
          Number.isFinite(newest) ? start + newest : null,
        );
        const judged = judgeStream(watch, limits, at(now));
        if (judged.fresh) assert.ok(now - newest <= limits.maxAgeMs);
      }
      const {
        accepted,
        locked: _locked,
        sequence_gaps: _gaps,
        sequence_missing: _missing,
        ...refused
      } = watch.counts;
      const counted = Object.values(refused).reduce((sum, count) => sum + count, accepted);
      assert.equal(counted, ticks.length, "every tick is counted once");
    }),
    { seed: 20_240_305, numRuns: 300 },
  );
});

test("decimals compare exactly, like whole numbers of any length", () => {
  const digits = fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat(18));
  const textOf = ([value, scale]: [bigint, number]): string => {
    const text = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
    const cut = text.length - scale;
    const fraction = scale === 0 ? "" : `.${text.slice(cut)}`;
    return `${value < 0n ? "-" : ""}${text.slice(0, cut)}${fraction}`;
  };
  fc.assert(
    fc.property(digits, digits, (a, b) => {
      const left = a[0] * 10n ** BigInt(18 - a[1]);
      const right = b[0] * 10n ** BigInt(18 - b[1]);
      const expected = left < right ? -1 : left > right ? 1 : 0;
      assert.equal(compareDecimals(textOf(a), textOf(b)), expected);
    }),
    { seed: 20_240_305 },
  );
  assert.equal(compareDecimals("1e3", "1"), null);
});

test("a board keeps to its number of symbols, and judges each one and all of them", () => {
  const board = createTickBoard({ limits: () => limits, sequences: "none", maxSymbols: 2 });
  assert.equal(board.observe({ ...quote(0), symbol: "D", bid: "x" }, at(0)), "tick_malformed");
  assert.equal(board.symbol("D"), null);
  assert.equal(board.observe({ ...quote(0), symbol: "A" }, at(0)), null);
  assert.equal(board.observe({ ...quote(50_000), symbol: "B" }, at(50_000)), null);
  assert.equal(board.observe({ ...quote(50_000), symbol: "C" }, at(50_000)), "symbol_limit");
  assert.equal(board.judgeSymbol("A", at(70_000)).reason, "tick_too_old");
  assert.equal(board.judge(at(70_000)).reason, "fresh");
  assert.equal(board.judgeSymbol("C", at(70_000)).reason, "tick_never_seen");
});
