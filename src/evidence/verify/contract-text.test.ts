import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { z } from "zod";
import { rosterAgent, rosterHead } from "../artifacts/agent-roster.ts";
import { behaviorRecord, behaviorsHead } from "../artifacts/behaviors.ts";
import { birthLine } from "../artifacts/birth-events.ts";
import { ledgerLine } from "../artifacts/capital-ledger.ts";
import { deathLine } from "../artifacts/death-events.ts";
import { errorLine } from "../artifacts/errors.ts";
import { executionFingerprint } from "../artifacts/execution-fingerprint.ts";
import { gatingTelemetry } from "../artifacts/gating-telemetry.ts";
import { genomeLine } from "../artifacts/genomes-snapshot.ts";
import { poolRecord } from "../artifacts/pool-record.ts";
import { runManifest } from "../artifacts/run-manifest.ts";
import { runSummary } from "../artifacts/run-summary.ts";
import { seasonLine } from "../artifacts/seasons.ts";
import { survivorLine } from "../artifacts/survivors.ts";
import { hostFields } from "../run/manifest.ts";
import { recordClaims } from "./claims.ts";
import { contractClaims } from "./contracts.ts";
import { poolLinesClaim } from "./pool-lines.ts";
import { sealClaims } from "./seal-claims.ts";
import { sumsClaim } from "./sums.ts";

const file = "docs/contracts/run-directory.md";
const text = readFileSync(join(import.meta.dirname, "../../..", file), "utf8");

/** As GitHub makes anchors of headings. */
const anchors = new Set(
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  ),
);

test("every claim cites a clause that exists", () => {
  const all = [sumsClaim, ...contractClaims, ...recordClaims, poolLinesClaim, ...sealClaims];
  for (const { id, clause } of all) {
    const [path, anchor = ""] = clause.split("#");
    assert.equal(path, file, id);
    assert.ok(anchors.has(anchor), `${id} cites ${anchor}`);
  }
});

test("every field of every record stands in the contract", () => {
  const schemas: Readonly<Record<string, z.ZodType>> = {
    rosterHead,
    rosterAgent,
    behaviorsHead,
    behaviorRecord,
    birthLine,
    ledgerLine,
    deathLine,
    errorLine,
    executionFingerprint,
    gatingTelemetry,
    genomeLine,
    poolRecord,
    runManifest,
    runSummary,
    seasonLine,
    survivorLine,
  };
  for (const [name, schema] of Object.entries(schemas)) {
    const fields = fieldsOf(schema);
    assert.ok(fields.length > 3, name);
    for (const field of fields) assert.ok(text.includes(`\`${field}\``), `${name}: ${field}`);
  }
});

test("the contract lists the host fields of a manifest as they are written", () => {
  const [, list = ""] = /^`host_fields` is exactly this list: ([^.]+)\.$/m.exec(text) ?? [];
  const listed = [...list.matchAll(/`(\w+)`/g)].map(([, field]) => field);
  assert.deepEqual(listed, hostFields);
});

test("host fields are keys of the manifest, each named once", () => {
  const keys = fieldsOf(runManifest);
  for (const field of hostFields) assert.ok(keys.includes(field), field);
  assert.equal(new Set(hostFields).size, hostFields.length);
});

/** Keys of a record schema and of the records inside it. */
function fieldsOf(schema: z.ZodType): readonly string[] {
  if ("shape" in schema) {
    const shape = Object.entries(schema.shape as Record<string, z.ZodType>);
    return shape.flatMap(([key, inner]) => [key, ...fieldsOf(inner)]);
  }
  const inner =
    "element" in schema ? schema.element : "unwrap" in schema ? unwrapped(schema) : null;
  return inner === null ? [] : fieldsOf(inner as z.ZodType);
}

function unwrapped(schema: z.ZodType & { unwrap?: unknown }): unknown {
  return typeof schema.unwrap === "function" ? schema.unwrap.call(schema) : null;
}
