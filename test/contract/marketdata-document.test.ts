import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { hosted } from "#mesh";
import { marketdataService, marketIngestService } from "#services";

const text = readFileSync(new URL("../../docs/contracts/marketdata.md", import.meta.url), "utf8");

test("the contract of market data names every setting of both services", () => {
  for (const service of [hosted(marketdataService()), hosted(marketIngestService())]) {
    assert.ok(service.variables.length > 5);
    for (const variable of service.variables) assert.ok(text.includes(`\`${variable}\``), variable);
  }
});

test("its clauses are numbered without a hole, and its lines fit", () => {
  const clauses = [...text.matchAll(/^(\d+)\.(\d+) /gm)].map(([, section, clause]) => {
    return [Number(section), Number(clause)] as const;
  });
  assert.ok(clauses.length > 25);
  for (const [index, [section, clause]] of clauses.entries()) {
    const before = clauses[index - 1];
    assert.equal(clause, before?.[0] === section ? before[1] + 1 : 1, `${section}.${clause}`);
  }
  assert.deepEqual(
    text.split("\n").filter((line) => line.length > 100),
    [],
  );
});
