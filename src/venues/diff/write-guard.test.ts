import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { engageHalt } from "../switch/halt-acts.ts";
import { type HaltPlaces, haltPlaces, openHaltWatch } from "../switch/halt-watch.ts";
import { createWriteGuard, type WriteGuard } from "./write-guard.ts";

const order = { method: "POST", path: "/api/v5/trade/order", body: '{"sz":"1"}' };
const cancel = { method: "POST", path: "/api/v5/trade/cancel-order", body: "{}" };
const read = { method: "GET", path: "/api/v5/account/balance", body: "" };

test("an order passes when everything says so, and stops at the first no", () => {
  withGuard(({ places, guard: { guard, sawTick, provenDemo } }) => {
    assert.equal(guard(order), "tick_never_seen");
    sawTick(Date.now());
    assert.equal(guard(order), "account_not_demo");
    provenDemo();
    assert.equal(guard(order), null);
    assert.equal(guard(order), null, "each order gets a permit of its own");
    writeFileSync(places.stopFile, "");
    assert.equal(guard(order), "stop_present");
    rmSync(places.stopFile);
    assert.equal(guard(order), null);
    assert.ok(engageHalt(places, "Ada").ok);
    assert.equal(guard(order), "halt_latched");
  });
});

test("a switch that says on stops orders and latches; reads and cancels go on", () => {
  withGuard(({ places, guard: { guard, sawTick, provenDemo } }) => {
    sawTick(Date.now());
    provenDemo();
    writeFileSync(places.file, "1\n");
    assert.equal(guard(order), "switch_on");
    assert.deepEqual([guard(read), guard(cancel)], [null, null]);
    writeFileSync(places.file, "off\n");
    assert.equal(guard(order), "halt_latched");
  });
});

test("only orders of a comparison are let through, and none that nobody asked for", () => {
  withGuard(({ places, guard: { guard, sawTick, provenDemo } }) => {
    sawTick(Date.now());
    provenDemo();
    for (const path of ["/api/v5/account/set-leverage", "/api/v5/trade/cancel-all-after"]) {
      assert.equal(guard({ ...order, path }), "no_write_of_a_comparison");
    }
    const unasked = createWriteGuard(openHaltWatch(places), false);
    unasked.sawTick(Date.now());
    unasked.provenDemo();
    assert.equal(unasked.guard(order), "writes_not_asked_for");
  });
});

test("an old tick of the venue stops orders", () => {
  withGuard(({ guard: { guard, sawTick, provenDemo } }) => {
    provenDemo();
    sawTick(Date.now() - 60_000);
    assert.equal(guard(order), "tick_too_old");
  });
});

function withGuard(
  act: (bench: Readonly<{ places: HaltPlaces; guard: WriteGuard }>) => void,
): void {
  const root = mkdtempSync(join(tmpdir(), "assay-guard-"));
  try {
    const file = join(root, "switch");
    writeFileSync(file, "off\n");
    const places = haltPlaces(root, { EXECUTION_HALTED_FILE: file });
    act({ places, guard: createWriteGuard(openHaltWatch(places), true) });
  } finally {
    rmSync(root, { recursive: true });
  }
}
