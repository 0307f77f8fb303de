import { test } from "node:test";
import { assertStated } from "#support";
import { crashWhileSealing } from "./seal-crash-scenario.ts";

test("every crash and fault while a run is sealed", (t) => {
  const counted = crashWhileSealing(1);
  assertStated(t, "sealing a run", counted);
});
