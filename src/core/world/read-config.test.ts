import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "#base";
import { builtinInstruments, findInstrument, type Instrument } from "#market";
import type { WorldConfig } from "./config.ts";
import { checkWorld, configBounds, defaultWorldConfig, readWorldConfig } from "./read-config.ts";
import { founderCapitalMicro } from "./rules.ts";

const instrument = findInstrument("BTC-USDT-SWAP") as Instrument;
const config = defaultWorldConfig(instrument, 100000);
const complete = JSON.parse(JSON.stringify(config)) as Readonly<Record<string, Json>>;
const keys = Object.keys(configBounds) as readonly (keyof typeof configBounds)[];

function refusal(value: Json): Readonly<{ at: string | undefined; message: string }> {
  const result = readWorldConfig(value);
  assert.ok(!result.ok, "was accepted");
  assert.equal(result.fault.code, "config_invalid");
  assert.ok(!result.fault.message.includes("\n"));
  return { at: result.fault.at, message: result.fault.message };
}

test("a complete configuration is read as it stands", () => {
  const result = readWorldConfig(complete);
  assert.deepEqual(result, { ok: true, value: config });
});

test("every number is refused outside its bounds, and accepted on them", () => {
  for (const key of keys) {
    const { least, most } = configBounds[key];
    for (const value of [least, most]) {
      assert.ok(readWorldConfig({ ...complete, [key]: value }).ok, `${key} = ${value}`);
    }
    for (const value of [least - 1, most + 1, least + 0.5, "1", null, true, [], {}]) {
      const { at, message } = refusal({ ...complete, [key]: value });
      assert.equal(at, key);
      assert.ok(message.includes(key) && message.includes(`${least} to ${most}`), message);
    }
  }
});

test("a missing key is refused by its name", () => {
  for (const key of Object.keys(complete)) {
    const { [key]: _, ...rest } = complete;
    const { at } = refusal(rest);
    assert.equal(at?.split(".")[0], key);
  }
});

test("an unknown key is refused by its name, also one that every object inherits", () => {
  for (const key of ["populaton", "toString", "constructor", "valueOf", "hasOwnProperty"]) {
    assert.equal(refusal({ ...complete, [key]: 1 }).at, key);
  }
  const proto = JSON.parse('{"__proto__": 1}') as Readonly<Record<string, Json>>;
  const poisoned = Object.defineProperty({ ...complete }, "__proto__", {
    value: proto["__proto__"],
    enumerable: true,
  });
  assert.equal(refusal(poisoned).at, "__proto__");
});

test("contract and schema must be known", () => {
  for (const value of ["world/2", "", null, 1]) {
    assert.equal(refusal({ ...complete, world_contract: value }).at, "world_contract");
  }
  for (const value of ["twin-33-5-1/2", "", null, 1]) {
    const { at, message } = refusal({ ...complete, genome_schema_version: value });
    assert.equal(at, "genome_schema_version");
    assert.match(message, /twin-33-5-1\/1, linear\/1/);
  }
});

test("what is not an object is refused", () => {
  for (const value of [null, 1, "x", [], true]) assert.equal(refusal(value).at, "config");
});

test("seasons are refused by the name of the key that is wrong", () => {
  const at = (seasons: Json): string | undefined => refusal({ ...complete, seasons }).at;
  const drawn = { kind: "drawn", count: 12, bars: 1000 };
  assert.equal(at(null), "seasons");
  assert.equal(at([]), "seasons");
  assert.equal(at({}), "seasons.kind");
  assert.equal(at({ ...drawn, kind: "weekly" }), "seasons.kind");
  assert.equal(at({ kind: "drawn", bars: 1000 }), "seasons.count");
  assert.equal(at({ kind: "drawn", count: 12 }), "seasons.bars");
  assert.equal(at({ ...drawn, count: 0 }), "seasons.count");
  assert.equal(at({ ...drawn, bars: 1 }), "seasons.bars");
  assert.equal(at({ ...drawn, bars: 2.5 }), "seasons.bars");
  assert.equal(at({ ...drawn, length: 3 }), "seasons.length");
  assert.equal(at({ kind: "whole_window", bars: 3 }), "seasons.bars");
  assert.ok(readWorldConfig({ ...complete, seasons: drawn }).ok);
  assert.ok(readWorldConfig({ ...complete, seasons: { kind: "whole_window" } }).ok);
});

test("reading never throws, whatever it is given", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(complete)), (value, key) => {
      readWorldConfig(value as Json);
      readWorldConfig({ ...complete, [key]: value as Json });
    }),
    { seed: 20261121, numRuns: 300 },
  );
});

const market = { instrument, highestTicks: 700000, windowBars: 100000 };

function worldRefusal(
  change: Partial<WorldConfig>,
  place: Partial<typeof market> = {},
): Readonly<{ at: string | undefined; message: string }> {
  const result = checkWorld({ ...config, ...change }, { ...market, ...place });
  assert.ok(!result.ok, "was accepted");
  assert.equal(result.fault.code, "config_invalid");
  return { at: result.fault.at, message: result.fault.message };
}

test("the default world fits every instrument that ships, on long and short windows", () => {
  for (const each of builtinInstruments) {
    for (const windowBars of [1, 599, 600, 5000, 1000000]) {
      const world = defaultWorldConfig(each, windowBars);
      const read = readWorldConfig(JSON.parse(JSON.stringify(world)) as Json);
      assert.ok(read.ok, each.id);
      const fits = checkWorld(world, { instrument: each, highestTicks: 400000, windowBars });
      assert.ok(fits.ok, `${each.id}: ${fits.ok ? "" : fits.fault.message}`);
    }
  }
});

test("there must be a slot for every founder", () => {
  assert.ok(checkWorld({ ...config, max_agents: 200 }, market).ok);
  assert.equal(worldRefusal({ max_agents: 199 }).at, "max_agents");
});

test("a season must fit the window", () => {
  const seasons = { kind: "drawn", count: 1, bars: 100000 } as const;
  assert.ok(checkWorld({ ...config, seasons }, market).ok);
  assert.equal(worldRefusal({ seasons: { ...seasons, bars: 100001 } }).at, "seasons.bars");
});

test("a window without bars is refused", () => {
  const { at } = worldRefusal({ seasons: { kind: "whole_window" } }, { windowBars: 0 });
  assert.equal(at, "window");
});

test("leverage beyond what the instrument's first tier allows is refused", () => {
  const small = { initial_total_capital_micro: 1000000000000 };
  assert.ok(checkWorld({ ...config, ...small, max_leverage_ppm: 100000000 }, market).ok);
  assert.equal(worldRefusal({ ...small, max_leverage_ppm: 100000001 }).at, "max_leverage_ppm");
});

test("each founder can buy 100 lots at the window's highest price, to the micro-unit", () => {
  // 100 lots * 10 * 700000 ticks.
  const needed = 700000000;
  const rich = { population: 1, max_agents: 1, allocation_ratio_ppm: 500000 };
  const total = { ...rich, initial_total_capital_micro: 2 * needed };
  assert.equal(founderCapitalMicro({ ...config, ...total }), needed);
  assert.ok(checkWorld({ ...config, ...total }, market).ok);
  const { at, message } = worldRefusal({ ...rich, initial_total_capital_micro: 2 * needed - 1 });
  assert.equal(at, "initial_total_capital_micro");
  assert.match(message, /100 lots/);
});

test("capital whose arithmetic could pass 2^53 is refused", () => {
  const most = Math.floor((2 ** 53 - 1) / 64 / 5);
  assert.ok(checkWorld({ ...config, initial_total_capital_micro: most }, market).ok);
  const { at } = worldRefusal({ initial_total_capital_micro: most + 1 });
  assert.equal(at, "initial_total_capital_micro");
});

test("an instrument with more margin tiers than the world keeps is refused, not cut short", () => {
  const margin_tiers = Array.from({ length: 9 }, (_, index) => ({
    max_lots: 1000 * (index + 1),
    mmr_ppm: 4000,
    imr_ppm: 10000,
    max_leverage: 100,
  }));
  const many = { instrument: { ...instrument, margin_tiers } };
  assert.equal(worldRefusal({}, many).at, "margin_tiers");
  const eight = { ...instrument, margin_tiers: margin_tiers.slice(0, 8) };
  assert.ok(checkWorld(config, { ...market, instrument: eight }).ok);
});

test("founders and reserve together are the initial capital, whatever the shares", () => {
  const shares = fc.record({
    initial_total_capital_micro: fc.integer({ min: 1, max: 2 ** 46 }),
    allocation_ratio_ppm: fc.integer({ min: 1, max: 999999 }),
    population: fc.integer({ min: 1, max: 1000 }),
  });
  fc.assert(
    fc.property(shares, (share) => {
      const capital = founderCapitalMicro({ ...config, ...share });
      const exact =
        (BigInt(share.initial_total_capital_micro) * BigInt(share.allocation_ratio_ppm)) /
        1000000n /
        BigInt(share.population);
      assert.ok(Number.isSafeInteger(capital) && capital >= 0);
      assert.ok(BigInt(capital) - exact <= 1n && exact - BigInt(capital) <= 1n);
      assert.ok(capital * share.population <= share.initial_total_capital_micro);
    }),
    { seed: 20261121, numRuns: 500 },
  );
});
