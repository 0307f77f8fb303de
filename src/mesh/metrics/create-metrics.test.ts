import assert from "node:assert/strict";
import { test } from "node:test";
import { Defect } from "#base";
import { createMetrics } from "./create-metrics.ts";

test("counters, gauges and histograms show in the text of Prometheus", async () => {
  const metrics = createMetrics();
  const refusals = metrics.counter({
    name: "assay_refusals_total",
    help: "Refusals by reason.",
    labels: ["reason"],
  });
  refusals.add({ reason: "halted" });
  refusals.add({ reason: "halted" }, 2);
  metrics.gauge({ name: "assay_ready", help: "Ready." }).set({}, 1);
  const buckets = [0.1, 1];
  const waits = metrics.histogram({ name: "assay_wait_seconds", help: "Waits.", buckets });
  waits.observe({}, 0.5);
  const text = await metrics.text();
  assert.match(text, /^assay_refusals_total\{reason="halted"\} 3$/m);
  assert.match(text, /^# HELP assay_ready Ready\.$/m);
  assert.match(text, /^assay_wait_seconds_bucket\{le="1"\} 1$/m);
  assert.match(metrics.contentType, /^text\/plain; version=0\.0\.4/);
});

test("two services count apart, and one service asks twice for the same metric", async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  const about = { name: "assay_ticks_total", help: "Ticks." } as const;
  one.counter(about).add({});
  one.counter(about).add({});
  other.counter(about);
  assert.match(await one.text(), /^assay_ticks_total 2$/m);
  assert.match(await other.text(), /^assay_ticks_total 0$/m);
});

test("a metric is one thing, under a name that tells its kind", () => {
  const metrics = createMetrics();
  metrics.counter({ name: "assay_a_total", help: "A." });
  const wrong: readonly (() => unknown)[] = [
    () => metrics.counter({ name: "assay_a_total", help: "A.", labels: ["x"] }),
    () => metrics.counter({ name: "assay_b", help: "B." }),
    () => metrics.gauge({ name: "assay_c_total", help: "C." }),
    () => metrics.gauge({ name: "assay_C", help: "C." }),
  ];
  for (const act of wrong) assert.throws(act, Defect);
});
