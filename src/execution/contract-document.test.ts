import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { adviceByType } from "./audit/discrepancy.ts";
import { causes } from "./diverge/attribute.ts";

const contract = readFileSync(
  new URL("../../docs/contracts/execution.md", import.meta.url),
  "utf8",
);

test("every discrepancy that the auditor can find is in the contract", () => {
  for (const type of Object.keys(adviceByType)) assert.ok(contract.includes(`\`${type}\``), type);
});

test("causes are in the contract in the order of their tests", () => {
  const listed = [...contract.matchAll(/^\| \d \| `(\w+)` \|/gm)].map(([, cause]) => cause);
  assert.deepEqual(listed, causes);
});
