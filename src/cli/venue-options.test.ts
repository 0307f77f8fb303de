import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { planServe, type ServeOptions } from "./venue-options.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-venue-options-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const plain: ServeOptions = {
  host: "127.0.0.1",
  port: "8765",
  seed: "1",
  clock: "real",
  play: "walk",
  steps: "60",
  queue: "back",
  environment: "demo",
  root: folder,
  json: false,
};

test("options that make no sense are refused by name, before anything is written", () => {
  const plan = join(folder, "plan.json");
  writeFileSync(plan, '{"schema_version":"venue-faults/1","rules":[{"fault":{"kind":"quake"}}]}');
  const cases: readonly (readonly [Partial<ServeOptions>, RegExp])[] = [
    [{ port: "99999" }, /--port/],
    [{ port: "x" }, /--port/],
    [{ adminPort: "-1" }, /--admin-port/],
    [{ seed: "-1" }, /--seed/],
    [{ clock: "fast" }, /--clock/],
    [{ clock: "x0" }, /--clock/],
    [{ steps: "1" }, /--steps/],
    [{ queue: "middle" }, /--queue/],
    [{ play: "dead" }, /--play/],
    [{ environment: "prod" }, /--environment/],
    [{ rateLimits: "maybe" }, /--rate-limits/],
    [{ from: "noon" }, /--from/],
    [{ dataset: ["nothing"] }, /nothing/],
    [{ faults: join(folder, "none.json") }, /none\.json/],
    [{ faults: plan }, /rules\.0\.fault/],
  ];
  for (const [change, wrong] of cases) {
    const planned = planServe({ ...plain, ...change }, folder);
    assert.equal(planned.ok, false, JSON.stringify(change));
    if (planned.ok) continue;
    assert.match(`${planned.fault.message} ${planned.fault.at ?? ""}`, wrong);
  }
  assert.equal(existsSync(join(folder, "venue")), false);
});

test("what is said becomes a venue, and what is not said has a default", () => {
  const planned = planServe(
    { ...plain, clock: "x60", from: "2024-01-01", rateLimits: "off" },
    folder,
  );
  assert.ok(planned.ok, planned.ok ? "" : planned.fault.message);
  const { venue, port, adminPort, keysMade } = planned.value;
  assert.deepEqual([port, adminPort, keysMade], [8765, null, true]);
  assert.deepEqual(venue.clock, { kind: "accelerated", factor: 60 });
  assert.deepEqual([venue.startMs, venue.rateLimits], [Date.UTC(2024, 0, 1), false]);
  const again = planServe(plain, folder);
  assert.ok(again.ok);
  assert.equal(again.value.keysMade, false);
  assert.deepEqual(again.value.venue.roster, venue.roster);
  assert.equal(again.value.venue.startMs, undefined);
});

test("keys of one environment open no other", () => {
  assert.ok(planServe(plain, folder).ok);
  const live = planServe({ ...plain, environment: "live" }, folder);
  assert.equal(live.ok ? "" : live.fault.code, "keys_invalid");
});
