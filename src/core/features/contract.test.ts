import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  featureContract,
  groupFeatureCount,
  marketFeatureCount,
  ownFeatureCount,
} from "./contract.ts";

test("features/1 is 33 names in a frozen order", () => {
  const ids = [
    ..."123456789".split("").map((n) => `E${n}`),
    ...["E10", "E11", "E12", "I1", "I2", "I3", "I4"],
    ..."123456789".split("").map((n) => `M${n}`),
    ...["M10", "M11", "M12", "C1", "C2", "C3", "C4", "C5"],
  ];
  assert.equal(featureContract.version, "features/1");
  assert.deepEqual(
    featureContract.features.map(({ id }) => id),
    ids,
  );
  assert.equal(featureContract.dimension, 33);
  assert.equal(marketFeatureCount + ownFeatureCount + groupFeatureCount, 33);
  assert.equal(new Set(featureContract.features.map(({ name }) => name)).size, 33);
});

test("the contract's document describes each of them, in this order", () => {
  const path = join(import.meta.dirname, "../../../docs/contracts/features.md");
  const rows = readFileSync(path, "utf8").matchAll(
    /^\| *(\d+) *\| *([EIMC]\d+) *\| *`(\w+)` *\|/gm,
  );
  const described = Array.from(rows, ([, index, id, name]) => ({ index: Number(index), id, name }));
  assert.deepEqual(
    described,
    featureContract.features.map(({ id, name }, index) => ({ index, id, name })),
  );
});
