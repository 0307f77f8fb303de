import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { after, approved, digests, target } from "./approval-fixture.ts";
import type { ApprovedChange } from "./approved-change.ts";
import {
  engageLatch,
  engageLatchFor,
  type Latch,
  latchAllows,
  type ReleaseProof,
  releaseLatch,
} from "./halt-latch.ts";
import { evaluateSwitch, type SwitchVerdict } from "./kill-switch.ts";
import { latchLine, readLatchLog } from "./latch-log.ts";

const noon = Date.UTC(2026, 0, 2, 12);

function said(text: string, wallMs = noon): SwitchVerdict {
  const reading = { state: "text", text } as const;
  return evaluateSwitch([{ name: "switch", reading }], { wallMs, monoMs: 0 });
}

const halted: Latch = { state: "latched", sinceMs: noon, source: "switch", reason: "switch_on" };
const released: Latch = { state: "released", atMs: noon, by: "Ada" };
const byAda = { kind: "operator_act", by: "Ada" } as const;

test("a halted reading latches with its time, source and reason, and off does not undo it", () => {
  const latched = engageLatch({ state: "clear" }, said("1"));
  assert.deepEqual(latched, halted);
  assert.equal(engageLatch(latched, said("0", noon + 5)), latched);
  assert.equal(engageLatch(latched, said("garbage", noon + 5)), latched, "the first cause stays");
  assert.deepEqual(engageLatch(released, said("1", noon)), halted, "a released one latches again");
  assert.equal(engageLatch(released, said("0")), released);
});

test("releasing needs a name, an engaged latch and a switch that says off", () => {
  const code = (latch: Latch, by: string, verdict: SwitchVerdict): string | null => {
    const result = releaseLatch(latch, { kind: "operator_act", by }, verdict);
    return result.ok ? null : result.fault.code;
  };
  assert.equal(code({ state: "clear" }, "Ada", said("0")), "latch_not_engaged");
  assert.equal(code(released, "Ada", said("0")), "latch_not_engaged");
  assert.equal(code(halted, "Ada", said("1")), "switch_still_halted");
  assert.equal(code(halted, "  ", said("0")), "release_by_nobody");
  assert.equal(code(halted, "Ada", said("0")), null);
});

test("two people let go of a latch for live trading too, and nothing else passes for them", () => {
  const off = evaluateSwitch([{ name: "switch", reading: { state: "text", text: "0" } }], after(0));
  const byTwo = (proof: ApprovedChange): ReleaseProof => ({
    kind: "two_person",
    proof,
    target,
    digests,
  });
  const release = (latch: Latch, proof: ReleaseProof, verdict = off): string => {
    const result = releaseLatch(latch, proof, verdict);
    return result.ok ? result.value.state : result.fault.code;
  };
  const op = "RELEASE_HALT";
  const proof = approved({ op });
  assert.equal(release(halted, byTwo(proof), said("1")), "switch_still_halted", "and is unused");
  assert.equal(release({ state: "clear" }, byTwo(proof)), "latch_not_engaged");
  assert.equal(release(halted, byTwo(proof)), "clear");
  assert.equal(release(halted, byTwo(proof)), "release_not_authorised", "once");
  assert.equal(release(released, byTwo(approved({ op }))), "clear", "one person's is not enough");
  for (const wrong of [
    byTwo({} as ApprovedChange),
    byTwo(approved({ op: "ARM" })),
    { ...byTwo(approved({ op })), target: { ...target, bootId: "boot-2" } } as const,
    { ...byTwo(approved({ op })), digests: { ...digests, policy: "0" } } as const,
    byTwo(approved({ op, admittedAt: after(-6000) })),
  ]) {
    assert.equal(release(halted, wrong), "release_not_authorised");
  }
});

test("what asks for a halt engages the latch, and one that is engaged keeps its cause", () => {
  const demand = { source: "change d", reason: "arming_window_ended" };
  const latched = engageLatchFor({ state: "clear" }, demand, noon);
  assert.deepEqual(latched, { state: "latched", sinceMs: noon, ...demand });
  assert.equal(engageLatchFor(halted, demand, noon + 1), halted);
  assert.deepEqual(engageLatchFor(released, demand, noon), latched);
});

test("what one person released is released for simulated and demo venues, never for live", () => {
  const modes = ["simulated", "okx_demo", "okx_live"] as const;
  const table = [{ state: "clear" } as const, halted, released].map((latch) =>
    modes.map((mode) => latchAllows(latch, mode)),
  );
  assert.deepEqual(table, [
    [true, true, true],
    [false, false, false],
    [true, true, false],
  ]);
});

test("the log is read back to where it stands", () => {
  assert.deepEqual(readLatchLog(""), { latch: { state: "clear" }, lines: 0 });
  const one = `${latchLine(halted, 0)}\n`;
  assert.deepEqual(readLatchLog(one), { latch: halted, lines: 1 });
  const two = `${one}${latchLine(released, 1)}\n`;
  assert.deepEqual(readLatchLog(two), { latch: released, lines: 2 });
  const again = releaseLatch(halted, byAda, said("0"));
  assert.deepEqual(again, { ok: true, value: released });
});

test("a release lets go of no halt that came in between", () => {
  const later: Latch = { ...halted, sinceMs: noon + 7 };
  const raced = [latchLine(halted, 0), latchLine(later, 0), latchLine(released, 1), ""].join("\n");
  assert.deepEqual(readLatchLog(raced).latch, halted);
});

test("a log that is torn, garbled or of somebody else is an engaged latch", () => {
  const line = latchLine(released, 0);
  for (const text of [
    line,
    `${line.slice(0, 20)}`,
    "\n",
    "off\n",
    "{}\n",
    "[]\n",
    "null\n",
    `${line.replace("halt_latch/1", "halt_latch/2")}\n`,
    `${line.replace("released", "cleared")}\n`,
    `${line.replace('"Ada"', '""')}\n`,
    `${line.replace('"Ada"', "1")}\n`,
    `${line.replace("2026-01-02", "2026-13-02")}\n`,
    `${line}\n${latchLine(halted, 0).slice(0, 30)}`,
  ]) {
    assert.equal(readLatchLog(text).latch.state, "latched", JSON.stringify(text));
  }
  const mended = `${line.slice(0, 20)}\n${latchLine(released, 1)}\n`;
  assert.equal(readLatchLog(mended).latch.state, "released", "people can release that one too");
});

test("in any history the log is released only right after the release of all that it holds", () => {
  const act = fc.constantFrom("halt", "release", "stale_release", "tear");
  fc.assert(
    fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
      let text = "";
      let expected = "clear";
      for (const name of acts) {
        const { lines } = readLatchLog(text);
        if (name === "tear") text += '{"half\n';
        if (name === "halt") text += `${latchLine(halted, 0)}\n`;
        if (name === "release") text += `${latchLine(released, lines)}\n`;
        if (name === "stale_release") text += `${latchLine(released, lines - 1)}\n`;
        if (name === "halt" || name === "tear") expected = "latched";
        if (name === "release") expected = "released";
      }
      assert.equal(readLatchLog(text).latch.state, expected);
    }),
    { seed: 502, numRuns: 500 },
  );
});
