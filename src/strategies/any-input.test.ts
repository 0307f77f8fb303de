import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { aChain, anOption, aTrade, optionsNoon } from "#support";
import type { Decision } from "./decision.ts";
import { decideGamma } from "./gamma/decide-gamma.ts";
import { defaultGammaConfig } from "./gamma/gamma-config.ts";
import { emptyGammaMemory } from "./gamma/gamma-view.ts";
import { decideWhale } from "./whale/decide-whale.ts";
import { emptyWhaleMemory } from "./whale/option-trade.ts";
import { defaultWhaleConfig } from "./whale/whale-config.ts";

/** Numbers as broken sources write them, beside sound ones. */
const oddNumber = fc.oneof(
  fc.constant(null),
  fc.double(),
  fc.double({ min: 0, max: 500, noNaN: true }),
  fc.integer({ min: -5, max: 100_000 }),
  fc.constantFrom(0, 1e-12, 1e300, Number.MAX_SAFE_INTEGER, 0.2),
);
const oddStrike = fc.oneof(fc.double(), fc.double({ min: 1, max: 200, noNaN: true }));
const oddDate = fc.oneof(
  fc.constantFrom("2023-09-14", "2023-12-15", "2023-02-30", ""),
  fc.string(),
);
const right = fc.constantFrom("CALL" as const, "PUT" as const);

const oddContract = fc
  .record(
    {
      contract_symbol: fc.constantFrom("A", "B", "C", "D", "E", "F"),
      right,
      strike: oddStrike,
      expiration: oddDate,
      expires_at_ms: fc.oneof(fc.constant(null), fc.double(), fc.integer()),
      open_interest: oddNumber,
      implied_volatility: oddNumber,
      delta: oddNumber,
      gamma: oddNumber,
      bid: oddNumber,
      ask: oddNumber,
    },
    { requiredKeys: [] },
  )
  .map(anOption);

const oddText = fc.oneof(
  fc.string(),
  fc.constantFrom("5.00", "4.90", "450", "1e3", "-1", "0", "99999999999999999999", "10"),
);
const oddTrade = fc
  .record(
    {
      trade_id: fc.constantFrom(null, "1", "2"),
      ts_ms: fc.oneof(fc.double(), fc.integer({ min: optionsNoon - 2_000_000, max: optionsNoon })),
      right,
      strike: oddText,
      expiration: oddDate,
      price: oddText,
      size: oddText,
      bid: fc.option(oddText),
      ask: fc.option(oddText),
      spot: fc.option(oddText),
      open_interest: fc.option(oddText),
      volume: fc.option(oddText),
      venue: fc.constantFrom(null, "C", "N"),
    },
    { requiredKeys: [] },
  )
  .map(aTrade);

/** A decision is plain JSON with finite numbers, and proposes what can be ordered or nothing. */
function assertSound(decision: Decision<unknown>): void {
  assert.deepEqual(JSON.parse(JSON.stringify(decision)), withoutMinusZero(decision));
  assert.ok(decision.reasons.length > 0);
  assert.ok(Object.keys(decision.indicators).length <= 64);
  if (decision.verdict.type !== "propose") return;
  for (const draft of decision.verdict.proposals) assert.match(draft.quantity, /^[1-9]\d*$/);
}

/** The inputs were odd, but not all in one way. */
function assertMet(met: ReadonlySet<string>, codes: readonly string[]): void {
  for (const code of codes) assert.ok(met.has(code), `${code} among ${[...met].join(", ")}`);
}

/** JSON writes -0 as 0; everything else must come back as it was. */
function withoutMinusZero(value: unknown): unknown {
  if (typeof value === "number") return value + 0;
  if (Array.isArray(value)) return value.map(withoutMinusZero);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutMinusZero(item)]),
  );
}

test("whatever a chain and a book say, gamma answers in plain JSON with a reason", () => {
  const view = fc.record({
    now_ms: fc.oneof(fc.constant(optionsNoon), fc.double(), fc.integer()),
    chains: fc.array(
      fc
        .record({
          contracts: fc.array(oddContract, { maxLength: 8 }),
          spot: fc.oneof(fc.constant(100), oddNumber),
        })
        .map(({ contracts, spot }) => aChain(contracts, { spot })),
      { maxLength: 2 },
    ),
    book: fc.option(
      fc.record({ shares: fc.oneof(fc.integer(), fc.double()), options: fc.constant([]) }),
    ),
  });
  const met = new Set<string>();
  fc.assert(
    fc.property(view, (seen) => {
      const decision = decideGamma(seen, defaultGammaConfig, emptyGammaMemory);
      assertSound(decision);
      met.add(decision.reasons[0]?.code ?? "");
    }),
    { seed: 1545, numRuns: 1500 },
  );
  assertMet(met, ["chain_all_masked", "spot_invalid", "book_invalid", "delta_beyond_threshold"]);
});

test("whatever trades say, whale answers in plain JSON with a reason", () => {
  const met = new Set<string>();
  fc.assert(
    fc.property(fc.array(oddTrade, { maxLength: 12 }), (trades) => {
      const view = { now_ms: optionsNoon, trades };
      const decision = decideWhale(view, defaultWhaleConfig, emptyWhaleMemory);
      assertSound(decision);
      met.add(decision.reasons[0]?.code ?? "");
    }),
    { seed: 250, numRuns: 1500 },
  );
  assertMet(met, ["all_trades_malformed", "flows_even", "no_directional_flow"]);
});
