import { test } from "node:test";
import { reconcileRun, syntheticMarket } from "#support";

test("probe", () => {
  const market = syntheticMarket({ bars: 600, seed: 7, volatility: 90 });
  reconcileRun({ market });
});
