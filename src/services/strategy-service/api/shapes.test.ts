import assert from "node:assert/strict";
import { test } from "node:test";
import { newStrategy } from "./shapes.ts";

const sound = {
  strategy_id: "gamma-spy",
  name: "Gamma on SPY",
  description: "two\nlines",
  kind: "gamma",
  symbols: ["SPY"],
  mode: "PAPER",
};

test("a strategy is text that every store keeps as it is", () => {
  assert.ok(newStrategy.safeParse(sound).success);
  for (const bad of ["a\u0000b", "\ud800", "\u001b[2J", "\u0085"]) {
    const changes = [{ name: bad }, { description: bad }, { config: { note: bad } }];
    for (const change of changes) {
      assert.ok(!newStrategy.safeParse({ ...sound, ...change }).success, JSON.stringify(change));
    }
  }
});

test("a new strategy has at most 100 settings, as a changed one has", () => {
  const settings = (count: number) => {
    return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
  };
  assert.ok(newStrategy.safeParse({ ...sound, config: settings(100) }).success);
  assert.ok(!newStrategy.safeParse({ ...sound, config: settings(101) }).success);
});
