import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { switchReadingOf } from "#protocol";
import { evaluateSwitch } from "#safety";
import { engageHalt, type HaltPlaces, haltPlaces, releaseHalt } from "#venues";
import { systemClock } from "../time/mesh-clock.ts";
import { createSwitchView } from "./create-switch-view.ts";
import type { SwitchView } from "./switch-view.ts";

function placesOf(t: TestContext, variable?: string): HaltPlaces {
  const root = mkdtempSync(join(tmpdir(), "assay-switch-"));
  t.after(() => rmSync(root, { recursive: true }));
  const EXECUTION_HALTED_FILE = join(root, "SWITCH");
  return haltPlaces(root, { EXECUTION_HALTED: variable, EXECUTION_HALTED_FILE });
}

function saidBy(view: SwitchView): string {
  const { value, reason } = view.look().reading;
  return `${value} ${reason}`;
}

const states: readonly (readonly [what: string, write: (file: string) => void, said: string])[] = [
  ["off", (file) => writeFileSync(file, "off\n"), "off switch_off"],
  ["0", (file) => writeFileSync(file, "0"), "off switch_off"],
  ["absent", () => {}, "halted switch_absent"],
  ["empty", (file) => writeFileSync(file, ""), "halted switch_empty"],
  ["1", (file) => writeFileSync(file, "1"), "halted switch_on"],
  ["HALT", (file) => writeFileSync(file, "HALT"), "halted switch_on"],
  ["garbage", (file) => writeFileSync(file, "maybe"), "halted switch_unknown_word"],
  ["a directory", (file) => mkdirSync(file), "halted switch_directory"],
];

for (const [what, write, said] of states) {
  test(`a file that says ${what} reads as ${said}, and engages no latch`, (t) => {
    const places = placesOf(t);
    write(places.file);
    assert.equal(saidBy(createSwitchView(places, systemClock)), said);
    assert.ok(!existsSync(places.latchFile), "looking changed something");
  });
}

test("a variable that halts outweighs a file that does not", (t) => {
  const places = placesOf(t, "1");
  writeFileSync(places.file, "off");
  const view = createSwitchView(places, systemClock);
  assert.equal(saidBy(view), "halted switch_on");
  assert.equal(view.last().reading.source, "EXECUTION_HALTED");
  assert.equal(view.last().seen.length, 2);
});

test("an engaged latch and STOP halt while the switch says off", (t) => {
  const places = placesOf(t);
  writeFileSync(places.file, "off");
  const view = createSwitchView(places, systemClock);
  assert.ok(engageHalt(places, "alice").ok);
  assert.equal(saidBy(view), "halted halt_latched");
  assert.equal(view.last().reading.source, "operator alice");
  assert.ok(releaseHalt(places, "alice").ok);
  assert.equal(saidBy(view), "off switch_off");
  writeFileSync(places.stopFile, "");
  assert.equal(saidBy(view), "halted stop_present");
});

test("listeners hear of changes, once each, and of nothing else", (t) => {
  const places = placesOf(t);
  const view = createSwitchView(places, systemClock);
  const heard: string[] = [];
  const stop = view.onChange(({ reading }) => heard.push(reading.reason));
  view.look();
  writeFileSync(places.file, "off");
  view.look();
  view.look();
  writeFileSync(places.file, "on");
  view.look();
  stop();
  writeFileSync(places.file, "off");
  view.look();
  assert.deepEqual(heard, ["switch_off", "switch_on"]);
});

test("a reading is what the protocol makes of a verdict", (t) => {
  const places = placesOf(t);
  const { reading } = createSwitchView(places, systemClock).look();
  const at = { wallMs: Date.parse(reading.read_at), monoMs: 0 };
  const sources = [{ name: places.file, reading: { state: "absent" } }] as const;
  assert.deepEqual(reading, switchReadingOf(evaluateSwitch(sources, at)));
});
