import { test } from "node:test";
import { assertStated } from "#support";
import { enumerateEntryCrashes } from "./entry-crashes.ts";
import { fix, note } from "./incident-fixture.ts";

test("three entries in a row survive every crash and fault on the way", (t) => {
  const counted = enumerateEntryCrashes([note, fix, note]);
  assertStated(t, "adding to an incident three times", counted);
});
