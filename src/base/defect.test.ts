import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as claim, Defect, unreachable } from "./defect.ts";

test("a broken assertion throws a defect with its message, a kept one nothing", () => {
  claim(true, "never seen");
  assert.throws(
    () => claim(0, "count must not be zero"),
    (error) => {
      assert.ok(error instanceof Defect && error instanceof Error);
      assert.equal(String(error), "Defect: count must not be zero");
      return true;
    },
  );
});

test("a value outside a closed union is a defect that shows it", () => {
  assert.throws(() => unreachable("sideways" as never), /unreachable value: sideways/);
});
