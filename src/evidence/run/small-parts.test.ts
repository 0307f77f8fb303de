import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { temporaryRoot } from "#support";
import { agentIdHash, agentIdText, agentNumber, createGenomeAnchorer } from "./agent-identity.ts";
import { createColumn } from "./column.ts";
import { createLineFile } from "./line-file.ts";
import { createListDocument } from "./list-document.ts";
import { createNpyFile } from "./npy-file.ts";
import { quantiles } from "./population-stats.ts";
import { survivalKpiOf } from "./survival-kpi.ts";

test("agent ids keep six digits at least and come back as numbers", () => {
  assert.equal(agentIdText(1), "a000001");
  assert.equal(agentIdText(999_999), "a999999");
  assert.equal(agentIdText(1_000_000), "a1000000");
  fc.assert(fc.property(fc.nat(), (agent) => agentNumber(agentIdText(agent)) === agent));
});

test("an agent's hash is that of its run and id", () => {
  // printf '%s' HF_0123456789abcdef:a000001 | sha256sum
  const due = hash("sha256", "HF_0123456789abcdef:a000001", "hex").slice(0, 16);
  assert.equal(agentIdHash("HF_0123456789abcdef", "a000001"), due);
  assert.equal(due, knownAgentHash);
});

const knownAgentHash = "7d09ac5e42f37b5b";

test("a genome's anchors are hashes of its little-endian floats", () => {
  const anchor = createGenomeAnchorer("linear/1", 2).fromFloats(new Float32Array([1, -0.5]));
  // 0000803f 000000bf: 1 and -0.5 as float32, low byte first.
  assert.equal(anchor.base64, "AACAPwAAAL8=");
  assert.equal(anchor.weights_sha256, knownWeightsHash);
  assert.equal(anchor.gene_id, knownGeneId);
});

const knownWeightsHash = "e5e0ce39fac89cd93af5ba8bcad2fe35d88c75417c7e44941fe5ee4e48f1cf75";
const knownGeneId = "191b77bf1b2fc817";

test("quantiles are the nearest rank of the sorted values", () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 60 }), (values) => {
      const got = quantiles(Float64Array.from(values));
      const sorted = values.toSorted((left, right) => left - right);
      const rank = (part: number): number | undefined =>
        sorted[Math.max(1, Math.ceil(part * sorted.length)) - 1];
      assert.ok(got !== null);
      assert.deepEqual(
        [got.min, got.p25, got.p50, got.p75, got.max],
        [sorted[0], rank(0.25), rank(0.5), rank(0.75), sorted.at(-1)],
      );
    }),
  );
  assert.equal(quantiles(new Float64Array()), null);
});

test("a column grows, remembers, and leaves holes as NaN", () => {
  const column = createColumn();
  for (let index = 0; index < 1000; index += 1) column.push(index);
  column.set(2000, 7);
  assert.deepEqual([column.length, column.at(999), column.at(2000)], [2001, 999, 7]);
  assert.ok(Number.isNaN(column.at(1500)) && Number.isNaN(column.at(-1)));
});

test("a line file holds what was written, its digest and its lines, at any length", () => {
  using root = temporaryRoot();
  const path = join(root.path, "f");
  const lines = ["a", "", "b".repeat(700_000), "c".repeat(262_143), "d".repeat(262_144), "e"];
  const file = createLineFile(path);
  for (const line of lines) file.line(line);
  const record = file.finish();
  const bytes = readFileSync(path);
  assert.ok(bytes.equals(Buffer.from(lines.map((line) => `${line}\n`).join(""))));
  assert.equal(record?.bytes, bytes.length);
  assert.equal(record?.lines, lines.length);
  assert.equal(record?.sha256, hash("sha256", bytes, "hex"));
});

test("a file that cannot be written says why, takes everything and never throws", () => {
  using root = temporaryRoot();
  const file = createLineFile(join(root.path, "missing", "f"));
  file.line("a");
  assert.equal(file.failure?.code, "store_missing");
  assert.equal(file.finish(), null);
});

test("a list document is JSON whatever its length", () => {
  using root = temporaryRoot();
  for (const count of [0, 1, 3]) {
    const path = join(root.path, `list-${count}`);
    const list = createListDocument(path, { head: true }, "agents");
    for (let index = 0; index < count; index += 1) list.record(`{"index":${index}}`);
    list.finish();
    const agents = Array.from({ length: count }, (_, index) => ({ index }));
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), { head: true, agents });
  }
});

test("the matrix carries its shape, written last, and its digest", () => {
  using root = temporaryRoot();
  const path = join(root.path, "m.npy");
  const file = createNpyFile(path, 2);
  file.row(new Float32Array([1, 2]));
  file.row(new Float32Array([3, 4]));
  const record = file.finish();
  const bytes = readFileSync(path);
  assert.equal(bytes.length, 128 + 16);
  assert.match(bytes.toString("latin1", 0, 128), /'<f4', .*'shape': \(2, 2\), \} +\n$/);
  assert.equal(bytes.readFloatLE(128 + 8), 3);
  assert.equal(record?.sha256, hash("sha256", bytes, "hex"));
});

test("survival is counted in ticks lived, and restart from the collapse before it", () => {
  const at = (tick: number, reason: "extinction" | "financial") =>
    ({ tick, ts_utc: "2022-01-01T00:00:00.000Z", reason }) as const;
  const kpi = survivalKpiOf({
    collapses: [at(10, "extinction"), at(25, "financial")],
    reboots: [{ tick: 10 }],
    ticks_lived: 25,
    interval_ms: 900_000,
  });
  assert.equal(kpi.time_to_first_internal_collapse_seconds, 9000);
  assert.deepEqual(kpi.internal_collapse_interval_ticks, [15]);
  assert.equal(kpi.restart_time_ticks, 0);
  assert.equal(kpi.internal_collapse_reason, "extinction");
  const calm = survivalKpiOf({ collapses: [], reboots: [], ticks_lived: 5, interval_ms: 1 });
  assert.equal(calm.internal_collapse_detected, false);
  assert.equal(calm.restart_time_seconds_reason, "no_collapse");
});
