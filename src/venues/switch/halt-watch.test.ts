import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { test } from "node:test";
import { bootGate, type HaltReading, mintPermit, type Permit } from "#safety";
import type { NewOrder } from "../port.ts";
import { engageHalt, haltPosture, releaseHalt } from "./halt-acts.ts";
import { defaultSwitchFile, type HaltPlaces, haltPlaces, openHaltWatch } from "./halt-watch.ts";
import { createSendGate, placeSubject } from "./send-gate.ts";

function withPlaces(act: (places: HaltPlaces) => void): void {
  const root = mkdtempSync(join(tmpdir(), "assay-halt-"));
  try {
    const file = join(root, "EXECUTION_HALTED");
    writeFileSync(file, "off\n");
    act(haltPlaces(root, { EXECUTION_HALTED_FILE: file }));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const stateOf = ({ latch }: HaltReading): string => latch.state;

test("the file of the switch is a source even when nobody named one", () => {
  assert.equal(haltPlaces("/r", {}).file, defaultSwitchFile);
  assert.equal(haltPlaces("/r", { EXECUTION_HALTED: "0" }).file, defaultSwitchFile);
});

test("off everywhere allows; the next look sees a change of the file and latches it", () => {
  withPlaces((places) => {
    const watch = openHaltWatch(places);
    const before = watch.look();
    assert.deepEqual([before.verdict.allowed, before.latch.state], [true, "clear"]);
    writeFileSync(places.file, "1\n");
    const halted = watch.look();
    assert.deepEqual([halted.verdict.reason, halted.latch.state], ["switch_on", "latched"]);
    writeFileSync(places.file, "off\n");
    const after = watch.look();
    assert.deepEqual([after.verdict.allowed, after.latch.state], [true, "latched"]);
    assert.equal(stateOf(openHaltWatch(places).look()), "latched", "and for the next process");
    assert.equal(readFileSync(places.latchFile, "utf8").trim().split("\n").length, 1);
    assert.equal(watch.latchFault(), null);
  });
});

test("a file that is taken away while the process runs halts and latches", () => {
  withPlaces((places) => {
    const watch = openHaltWatch(places);
    rmSync(places.file);
    assert.equal(watch.look().verdict.reason, "switch_absent");
    writeFileSync(places.file, "0");
    assert.equal(stateOf(watch.look()), "latched");
  });
});

test("anyone halts, a running process sees it, and one person releases it when all is off", () => {
  withPlaces((places) => {
    const watch = openHaltWatch(places);
    assert.equal(stateOf(watch.look()), "clear");
    assert.ok(engageHalt(places, "Ada").ok);
    assert.equal(stateOf(watch.look()), "latched");
    writeFileSync(places.file, "1");
    const refused = releaseHalt(places, "Bob");
    assert.equal(refused.ok ? null : refused.fault.code, "switch_still_halted");
    writeFileSync(places.file, "0");
    assert.ok(releaseHalt(places, "Bob").ok);
    assert.equal(stateOf(watch.look()), "released");
    const again = releaseHalt(places, "Bob");
    assert.equal(again.ok ? null : again.fault.code, "latch_not_engaged");
    assert.ok(engageHalt(places, "Ada").ok);
    assert.ok(engageHalt(places, "Eve").ok);
    assert.equal(stateOf(watch.look()), "latched");
  });
});

test("status looks without engaging anything", () => {
  withPlaces((places) => {
    writeFileSync(places.file, "1");
    assert.equal(haltPosture(places).verdict.allowed, false);
    assert.equal(haltPosture(places).latch.state, "clear");
  });
});

test("a latch that cannot be written holds in memory until the process ends", () => {
  withPlaces((places) => {
    const watch = openHaltWatch(places);
    mkdirSync(places.latchFile, { recursive: true });
    writeFileSync(places.file, "1");
    assert.equal(stateOf(watch.look()), "latched");
    writeFileSync(places.file, "0");
    rmSync(places.latchFile, { recursive: true });
    assert.equal(stateOf(watch.look()), "latched");
  });
  withPlaces((places) => {
    mkdirSync(places.latchFile, { recursive: true });
    const refused = engageHalt(places, "Ada");
    assert.equal(refused.ok ? null : refused.fault.code, "latch_not_written");
    assert.equal(stateOf(openHaltWatch(places).look()), "latched", "unreadable is latched");
  });
});

test("a latch log that was cut, taken away, torn or garbled is an engaged latch", () => {
  const spoil: readonly ((path: string) => void)[] = [
    (path) => rmSync(path),
    (path) => truncateSync(path, 0),
    (path) => truncateSync(path, readFileSync(path).length - 1),
    (path) => appendFileSync(path, "off\n"),
    (path) => truncateSync(path, (1 << 20) + 1),
  ];
  for (const [index, act] of spoil.entries()) {
    withPlaces((places) => {
      assert.ok(engageHalt(places, "Ada").ok);
      assert.ok(releaseHalt(places, "Ada").ok);
      const watch = openHaltWatch(places);
      assert.equal(stateOf(watch.look()), "released");
      act(places.latchFile);
      assert.equal(stateOf(watch.look()), "latched", `spoilt in way ${index}`);
    });
  }
});

test("a log that was taken away or emptied is an engaged latch for the next process too", () => {
  for (const spoil of [rmSync, (path: string) => truncateSync(path, 0)]) {
    withPlaces((places) => {
      assert.equal(stateOf(openHaltWatch(places).look()), "clear", "never halted");
      assert.ok(engageHalt(places, "Ada").ok);
      spoil(places.latchFile);
      assert.equal(stateOf(openHaltWatch(places).look()), "latched");
      assert.equal(haltPosture(places).latch.state, "latched");
      assert.ok(releaseHalt(places, "Ada").ok);
      assert.equal(stateOf(openHaltWatch(places).look()), "released");
    });
  }
});

test("the first halt of all, seen half made, is released like any other", () => {
  withPlaces((places) => {
    const watch = openHaltWatch(places);
    assert.equal(stateOf(watch.look()), "clear");
    mkdirSync(dirname(places.latchFile));
    writeFileSync(places.latchFile, "");
    assert.equal(stateOf(watch.look()), "latched");
    assert.ok(engageHalt(places, "Ada").ok);
    assert.equal(stateOf(watch.look()), "latched");
    assert.ok(releaseHalt(places, "Ada").ok);
    assert.equal(stateOf(watch.look()), "released");
  });
});

test("a line that a crash left without its end is released like any other latch", () => {
  withPlaces((places) => {
    assert.ok(engageHalt(places, "Ada").ok);
    appendFileSync(places.latchFile, '{"schema_version":"halt');
    assert.equal(haltPosture(places).latch.state, "latched");
    assert.equal(releaseHalt(places, "Ada").ok, false, "the torn line is an act nobody looked at");
    assert.ok(releaseHalt(places, "Ada").ok);
    assert.equal(stateOf(openHaltWatch(places).look()), "released");
  });
});

const order: NewOrder = {
  instId: "BTC-USDT-SWAP",
  tdMode: "cross",
  side: "buy",
  posSide: "net",
  ordType: "limit",
  sz: "1",
  px: "100",
  clOrdId: "a1",
  reduceOnly: false,
  stpMode: null,
  tag: null,
  expTimeMs: null,
};

function permitFor(places: HaltPlaces): Permit {
  const permit = mintPermit({
    mode: "simulated",
    subject: placeSubject(order),
    halt: openHaltWatch(places).look(),
    freshness: { fresh: true, reason: "fresh", lastTickMs: 0, ageMs: 0 },
    demoAccount: true,
    gate: { ...bootGate(0), state: "READY" },
    agentMode: "OFF",
    lease: null,
    monoMs: performance.now(),
  });
  assert.ok(permit.ok);
  return permit.value;
}

test("between the mint and the write the switch counts once more", () => {
  withPlaces((places) => {
    const gate = createSendGate(openHaltWatch(places).look);
    assert.ok(gate.pass(permitFor(places), placeSubject(order)).ok);
    const permit = permitFor(places);
    const changed = gate.pass(permit, placeSubject({ ...order, px: "101" }));
    assert.equal(changed.ok ? null : changed.fault.code, "permit_of_other_order");
    const late = permitFor(places);
    writeFileSync(places.file, "1");
    const refused = gate.pass(late, placeSubject(order));
    assert.equal(refused.ok ? null : refused.fault.code, "switch_on");
  });
});

test("a look says halted at once while another process flips the switch all the time", async () => {
  const root = mkdtempSync(join(tmpdir(), "assay-halt-"));
  const file = join(root, "EXECUTION_HALTED");
  writeFileSync(file, "off\n");
  const places = haltPlaces(root, { EXECUTION_HALTED_FILE: file });
  const flip = `const fs = require("node:fs");
    for (let i = 0; i < 3000; i++) fs.writeFileSync(process.argv[1], i % 2 ? "off\\n" : "1\\n");
    fs.writeFileSync(process.argv[1], "off\\n");`;
  const child = spawn(process.execPath, ["-e", flip, file]);
  const ended = new Promise((end) => child.once("exit", end));
  const watch = openHaltWatch(places);
  let halted = false;
  while (child.exitCode === null) {
    const { verdict, latch } = watch.look();
    halted ||= !verdict.allowed;
    if (halted) assert.equal(latch.state, "latched");
    await new Promise((turn) => setImmediate(turn));
  }
  await ended;
  assert.ok(halted);
  assert.equal(stateOf(watch.look()), "latched");
  rmSync(root, { recursive: true });
});
