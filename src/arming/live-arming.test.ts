import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { err, ok } from "#base";
import { chainHost, readChainedLog } from "#evidence";
import {
  bootGate,
  engageLatchFor,
  evaluateSwitch,
  type Freshness,
  type HaltReading,
  type Latch,
  mintPermit,
  orderSubject,
  releaseLatch,
} from "#safety";
import { type ArmingParty, openArmingParty, signedByTwo } from "#support";
import { armingLogPlace, armingRecordSchema } from "./arming-log.ts";
import type { ChangeRecord } from "./change-record.ts";
import { type LiveArming, openLiveArming } from "./live-arming.ts";

const hourMs = 3_600_000;

/** A process that could trade live: switch, latch and market data are in the hands of a test. */
type Process = {
  party: ArmingParty;
  live: LiveArming;
  word: string;
  latch: Latch;
  fresh: boolean;
  submit: (edit?: Partial<ChangeRecord>) => string;
  /** What the mint of permits says to an order. */
  order: () => string;
  effects: () => readonly string[];
};

function withProcess(act: (process: Process) => void): void {
  const root = mkdtempSync(join(tmpdir(), "assay-live-"));
  try {
    const process = openProcess(root);
    act(process);
    process.party.target.close();
  } finally {
    rmSync(root, { recursive: true });
  }
}

function openProcess(root: string): Process {
  const party = openArmingParty(root);
  const state = { word: "off", latch: { state: "clear" } as Latch, fresh: true };
  const look = (): HaltReading => {
    const reading = { state: "text", text: state.word } as const;
    const verdict = evaluateSwitch([{ name: "switch", reading }], party.now());
    return { verdict, latch: state.latch };
  };
  const freshness = (): Freshness => {
    const reason = state.fresh ? "fresh" : "tick_too_old";
    return { fresh: state.fresh, reason, lastTickMs: 0, ageMs: 0 };
  };
  const live = openLiveArming(party.target, {
    now: party.now,
    look,
    engage: (demand) => {
      state.latch = engageLatchFor(state.latch, demand, party.wallMs);
      return look();
    },
    releaseByTwo: (proof) => {
      const released = releaseLatch(state.latch, proof, look().verdict);
      if (!released.ok) return released;
      state.latch = released.value;
      return ok(look());
    },
    freshness,
  });
  return Object.assign(state, {
    party,
    live,
    submit(edit: Partial<ChangeRecord> = {}) {
      const change = party.change(edit);
      const done = live.submit(change, signedByTwo(change));
      return done.ok ? done.value.effect : done.fault.code;
    },
    order() {
      const permit = mintPermit({
        mode: "okx_live",
        subject: orderSubject("place", { sz: "1" }),
        halt: look(),
        freshness: freshness(),
        demoAccount: false,
        gate: { ...bootGate(0), state: "READY" },
        agentMode: "LIVE",
        lease: live.lease(),
        monoMs: party.monoMs,
      });
      return permit.ok ? "permitted" : permit.fault.code;
    },
    effects() {
      const read = readChainedLog(chainHost().fs, armingLogPlace(root), armingRecordSchema);
      assert.ok(read.ok && read.value.findings.length === 0);
      return read.value.links.flatMap(({ record }) =>
        record.type === "effect" ? [`${record.effect} ${record.reason}`] : [],
      );
    },
  });
}

test("from boot to a signed window, an order, its end, a release and another window", () => {
  withProcess((process) => {
    const { party, live } = process;
    assert.equal(process.order(), "not_armed");
    assert.equal(process.submit(), "armed");
    assert.equal(process.order(), "permitted");
    assert.equal(process.submit(), "arm_twice");
    assert.equal(process.order(), "permitted");
    party.wait(hourMs - 1);
    assert.equal(live.tick().state, "armed");
    party.wait(1);
    assert.equal(process.order(), "not_armed");
    assert.equal(process.order(), "halt_latched", "the switch has latched with the end");
    assert.equal(
      process.latch.state === "latched" ? process.latch.reason : "",
      "arming_window_ended",
    );
    assert.equal(process.submit(), "arm_while_halted");
    const evidence = { evidence: [] };
    assert.equal(process.submit({ op: "RELEASE_HALT", ...evidence }), "evidence_missing");
    assert.equal(process.submit({ op: "RELEASE_HALT" }), "released");
    assert.equal(process.order(), "not_armed", "a release arms nothing");
    assert.equal(process.submit(), "armed");
    assert.equal(process.order(), "permitted");
    live.end("disarm");
    assert.equal(process.order(), "not_armed");
    assert.deepEqual(process.effects(), [
      "armed approved",
      "refused arm_twice",
      "disarmed window_ended",
      "refused arm_while_halted",
      "released approved",
      "armed approved",
      "disarmed disarmed_by_person",
    ]);
  });
});

const ends: readonly (readonly [reason: string, end: (process: Process) => void])[] = [
  ["halted", (process) => void (process.word = "1")],
  ["halted", (process) => void (process.word = "")],
  ["halted", (process) => void (process.latch = { state: "released", atMs: 0, by: "ada" })],
  ["data_stale", (process) => void (process.fresh = false)],
  ["digest_changed", ({ party }) => void (party.digests.release = "9".repeat(64))],
  ["digest_changed", ({ party }) => void (party.digests.limits = "9".repeat(64))],
  ["storage_failed", ({ party }) => void (party.policy = Buffer.from("{}"))],
  ["clock_jumped", ({ party }) => void (party.wallMs += 1001)],
  ["clock_jumped", ({ party }) => void (party.monoMs += 1001)],
  ["storage_failed", ({ live }) => void live.end("storage_failed")],
];

for (const [at, [reason, end]] of ends.entries()) {
  test(`a lease ends at the next look, and what ended it is no way back: ${reason} (${at})`, () => {
    withProcess((process) => {
      assert.equal(process.submit(), "armed");
      const lease = process.live.lease();
      assert.notEqual(lease, null);
      end(process);
      const arming = process.live.tick();
      assert.equal(arming.state === "disarmed" ? arming.reason : "armed", reason);
      assert.equal(process.live.lease(), null);
      assert.equal(process.effects().at(-1), `disarmed ${reason}`);
    });
  });
}

test("what ended stays ended, and its window still ends in a halt", () => {
  withProcess((process) => {
    const { party, live } = process;
    assert.equal(process.submit(), "armed");
    process.fresh = false;
    live.tick();
    process.fresh = true;
    live.tick();
    assert.equal(process.order(), "not_armed");
    party.wait(hourMs);
    live.tick();
    assert.equal(process.latch.state, "latched");
  });
});

test("limits and flattening are handed on with a proof, a policy is adopted by the log", () => {
  withProcess((process) => {
    const { party, live } = process;
    const limits = { op: "RAISE_LIMIT", proposed_digest: "9".repeat(64) } as const;
    const change = party.change(limits);
    const done = live.submit(change, signedByTwo(change));
    assert.ok(done.ok && done.value.proof !== null);
    assert.equal(process.submit({ op: "FLATTEN", evidence: [] }), "handed_on");
    assert.equal(process.order(), "not_armed");
  });
});

test("an arming that cannot be written down is none", () => {
  withProcess(({ party }) => {
    const fault = { code: "store_write_failed", message: "the disk is gone" };
    const target = { ...party.target, recordEffect: () => err(fault) };
    const off = evaluateSwitch(
      [{ name: "switch", reading: { state: "text", text: "0" } }],
      party.now(),
    );
    const live = openLiveArming(target, {
      now: party.now,
      look: () => ({ verdict: off, latch: { state: "clear" } }),
      engage: () => assert.fail("no window has ended"),
      releaseByTwo: () => assert.fail("nothing is released"),
      freshness: () => ({ fresh: true, reason: "fresh", lastTickMs: 0, ageMs: 0 }),
    });
    const change = party.change();
    const done = live.submit(change, signedByTwo(change));
    assert.equal(done.ok ? null : done.fault.code, "record_unwritable");
    assert.equal(live.lease(), null);
    const arming = live.arming();
    assert.equal(arming.state === "disarmed" ? arming.reason : "", "storage_failed");
  });
});
