import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { assert } from "#base";
import type { MetricAbout, Metrics } from "./metrics.ts";

/** A registry for one service; nothing is shared with the next one in the process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const known = new Map<string, Readonly<{ shape: string; made: unknown }>>();

  function once<T>(kind: string, about: MetricAbout<string>, make: () => T): T {
    const shape = `${kind} ${(about.labels ?? []).join(" ")}`;
    const before = known.get(about.name);
    if (before !== undefined) {
      assert(before.shape === shape, `${about.name} is a ${before.shape} already`);
      // The same shape was made by the same function.
      return before.made as T;
    }
    checkName(kind, about);
    const made = make();
    known.set(about.name, { shape, made });
    return made;
  }

  return {
    counter: (about) =>
      once("counter", about, () => {
        const counter = new Counter(optionsOf(about, registry));
        if ((about.labels ?? []).length === 0) counter.inc(0);
        return { add: (labels, count = 1) => counter.inc({ ...labels }, count) };
      }),
    gauge: (about) =>
      once("gauge", about, () => {
        const gauge = new Gauge(optionsOf(about, registry));
        return { set: (labels, value) => gauge.set({ ...labels }, value) };
      }),
    histogram: (about) =>
      once("histogram", about, () => {
        const buckets = [...about.buckets];
        const histogram = new Histogram({ ...optionsOf(about, registry), buckets });
        return { observe: (labels, value) => histogram.observe({ ...labels }, value) };
      }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function optionsOf(
  about: MetricAbout<string>,
  registry: Registry,
): { name: string; help: string; labelNames: string[]; registers: Registry[] } {
  const { name, help, labels = [] } = about;
  return { name, help, labelNames: [...labels], registers: [registry] };
}

/** https://prometheus.io/docs/practices/naming: `_total` on counters, and on them always. */
function checkName(kind: string, { name }: MetricAbout<string>): void {
  assert(/^assay_[a-z0-9]+(_[a-z0-9]+)*$/.test(name), `${name} is no name for a metric`);
  const isTotal = name.endsWith("_total");
  assert(isTotal === (kind === "counter"), `${name}: a counter, and it alone, ends in _total`);
}
