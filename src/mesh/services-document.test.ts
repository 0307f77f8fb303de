import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { meshConfig } from "./config/mesh-config.ts";
import { createMetrics } from "./metrics/create-metrics.ts";
import { createStandardMetrics } from "./run/standard-metrics.ts";

const text = readFileSync(new URL("../../docs/contracts/services.md", import.meta.url), "utf8");

function sourceOf(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8");
}

test("the contract of services names every setting that all processes read", () => {
  for (const { variable } of Object.values(meshConfig)) {
    assert.ok(text.includes(`| \`${variable}\` |`), variable);
  }
});

test("the contract names every standard metric, and no other", async () => {
  const metrics = createMetrics();
  const identity = { boot_id: "b", version: "1", git_commit: null } as const;
  createStandardMetrics(metrics, { agent_name: "strategy-service", ...identity }, 0);
  const made = namesIn(await metrics.text(), /^# TYPE (\S+)/gm);
  const inHttp = namesIn(sourceOf("http/create-http-app.ts"), /"(assay_\w+)"/g);
  assert.deepEqual(namesIn(text, /^\| `(assay_\w+)` \|/gm), new Set([...made, ...inHttp]));
});

function namesIn(source: string, form: RegExp): ReadonlySet<string> {
  return new Set(Array.from(source.matchAll(form), ([, name]) => name ?? ""));
}

test("the contract names every event that the host logs, and every code that it answers", () => {
  const files = [
    ...["boot-service", "start-service", "watch-switches", "supervise", "start-mesh"].map(
      (name) => `run/${name}.ts`,
    ),
    "http/create-http-app.ts",
  ];
  for (const file of files) {
    const events = sourceOf(file).matchAll(/"((?:service|switch|mesh|http)\.[a-z_]+)"/g);
    for (const [, event] of events) assert.ok(text.includes(`\`${event}\``), `${file}: ${event}`);
  }
  for (const file of ["http/create-http-app.ts", "http/create-api.ts"]) {
    for (const [, code] of sourceOf(file).matchAll(/code: "([a-z_]+)"/g)) {
      assert.ok(text.includes(`| \`${code}\` |`), `${file}: ${code}`);
    }
  }
});

test("the contract names every fault of a runtime", () => {
  for (const file of ["fork/fork-runtime.ts", "fork/child-main.ts"]) {
    for (const [, code] of sourceOf(file).matchAll(/"(runtime_[a-z_]+)"/g)) {
      assert.ok(text.includes(`\`${code}\``), `${file}: ${code}`);
    }
  }
});
