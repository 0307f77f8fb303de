import { test } from "node:test";
import { assertStated } from "#support";
import { crashWhileAppending, crashWhileTakingSnapshot } from "./pool-crash-scenario.ts";

test("every crash and fault while records are appended and signed", (t) => {
  const counted = crashWhileAppending(1);
  assertStated(t, "appending to a pool", counted);
});

test("every crash and fault while a snapshot is written", (t) => {
  const counted = crashWhileTakingSnapshot(1);
  assertStated(t, "taking a snapshot", counted);
});
