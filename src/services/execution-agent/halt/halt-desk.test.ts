import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type HaltPlaces, haltPlaces, releaseHalt, systemMoment } from "#venues";
import { type HaltDesk, openHaltDesk } from "./halt-desk.ts";
import { createHaltSignal, machineMs } from "./halt-signal.ts";
import { startWatchdog } from "./start-watchdog.ts";
import type { WatchdogWord } from "./watchdog-job.ts";

function placesFor(t: TestContext): HaltPlaces {
  const root = mkdtempSync(join(tmpdir(), "assay-halt-desk-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const EXECUTION_HALTED_FILE = join(root, "SWITCH");
  writeFileSync(EXECUTION_HALTED_FILE, "off");
  return haltPlaces(root, { EXECUTION_HALTED_FILE });
}

function saidBy(desk: HaltDesk): string {
  const { verdict, latch } = desk.look();
  if (!verdict.allowed) return verdict.reason;
  return latch.state === "latched" ? latch.reason : "allowed";
}

test("the watchdog finds a halt while the event loop stands still", async (t) => {
  const places = placesFor(t);
  const words: WatchdogWord[] = [];
  const watchdog = await startWatchdog(places, null, (word) => words.push(word));
  assert.ok(watchdog.ok);
  t.after(async () => watchdog.value.stop());
  const desk = openHaltDesk(places, watchdog.value, systemMoment);
  assert.equal(saidBy(desk), "allowed");
  const fromMs = machineMs();
  writeFileSync(places.file, "1");
  while (watchdog.value.signal.halts() === 0) {
    assert.ok(machineMs() - fromMs < 2000, "it found nothing while this loop was busy");
  }
  writeFileSync(places.file, "off");
  assert.equal(desk.lookAnew().latch.state, "latched", "it has latched what it found");
  assert.ok(releaseHalt(places, "ada").ok);
  await sleep(50);
  assert.equal(saidBy(desk), "watchdog_found_halt", "a release alone is no recovery");
  const found = desk.found();
  assert.equal(desk.lookAnew().latch.state, "released");
  desk.forget(found);
  assert.equal(saidBy(desk), "allowed");
  const types = words.map(({ type }) => type);
  assert.deepEqual(types, ["watching", "halted", "allowed"]);
});

test("a watchdog that has ended, or looks no more, halts", async (t) => {
  const places = placesFor(t);
  const watchdog = await startWatchdog(places, null, () => undefined);
  assert.ok(watchdog.ok);
  const desk = openHaltDesk(places, watchdog.value, systemMoment);
  assert.equal(saidBy(desk), "allowed");
  await watchdog.value.stop();
  assert.equal(saidBy(desk), "watchdog_silent");
});

test("a halt in the middle of a recovery is not forgotten with the one before", (t) => {
  const places = placesFor(t);
  const signal = createHaltSignal();
  const desk = openHaltDesk(places, { signal, isAwake: () => true }, systemMoment);
  signal.halted();
  const found = desk.found();
  signal.halted();
  desk.forget(found);
  assert.equal(saidBy(desk), "watchdog_found_halt");
});

test("STOP halts while it is there, and latches nothing", (t) => {
  const places = placesFor(t);
  const signal = createHaltSignal();
  const desk = openHaltDesk(places, { signal, isAwake: () => true }, systemMoment);
  writeFileSync(places.stopFile, "");
  assert.equal(saidBy(desk), "switch_on");
  rmSync(places.stopFile);
  assert.equal(saidBy(desk), "allowed");
});
