import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type ChangeOp, latchAllows, mintApprovedChange, type ReleaseProof } from "#safety";
import { engageHalt, releaseHalt } from "./halt-acts.ts";
import {
  type HaltPlaces,
  type HaltWatch,
  haltPlaces,
  openHaltWatch,
  systemMoment,
} from "./halt-watch.ts";

const target = {
  systemId: "assay.local",
  env: "live",
  venue: "okx",
  accountHash: "0123456789abcdef",
  bootId: "boot-0001",
};
const digests = { release: "a", policy: "b", limits: "c" };

type TwoPerson = Extract<ReleaseProof, { kind: "two_person" }>;

function approved(op: ChangeOp = "RELEASE_HALT"): TwoPerson {
  const at = systemMoment();
  const proof = mintApprovedChange({
    op,
    changeId: "d".repeat(64),
    target,
    digests,
    window: { notBeforeMs: at.wallMs, notAfterMs: at.wallMs + 60_000 },
    requester: "ada",
    approvers: [
      { person: "ada", keyId: "1", roles: ["operator"] },
      { person: "grace", keyId: "2", roles: ["reviewer"] },
    ],
    admittedAt: at,
  });
  assert.ok(proof.ok);
  return { kind: "two_person", proof: proof.value, target, digests };
}

function isLive(watch: HaltWatch): boolean {
  return latchAllows(watch.look().latch, "okx_live");
}

function withPlaces(act: (places: HaltPlaces) => void): void {
  const root = mkdtempSync(join(tmpdir(), "assay-release-"));
  try {
    const file = join(root, "EXECUTION_HALTED");
    writeFileSync(file, "off\n");
    act(haltPlaces(root, { EXECUTION_HALTED_FILE: file }));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test("two people release for live trading, one does not, and a restart forgets it", () => {
  withPlaces((places) => {
    const watch = openHaltWatch(places);
    assert.equal(isLive(watch), true);
    assert.ok(engageHalt(places, "ada").ok);
    assert.equal(isLive(watch), false);
    assert.ok(releaseHalt(places, "ada: all is well").ok);
    assert.equal(isLive(watch), false);
    const released = watch.releaseByTwo(approved(), "change dddd");
    assert.ok(released.ok, released.ok ? "" : released.fault.message);
    assert.equal(released.value.latch.state, "clear");
    assert.equal(isLive(watch), true);
    const next = openHaltWatch(places);
    assert.equal(isLive(next), false);
    assert.equal(latchAllows(next.look().latch, "okx_demo"), true);
    assert.match(readFileSync(places.latchFile, "utf8"), /"by":"change dddd"/);
  });
});

test("any halt after it ends it, of this process or another", () => {
  withPlaces((places) => {
    const watch = openHaltWatch(places);
    engageHalt(places, "ada");
    assert.ok(watch.releaseByTwo(approved(), "change").ok);
    engageHalt(places, "grace");
    assert.equal(isLive(watch), false);
    releaseHalt(places, "grace: a mistake");
    assert.equal(isLive(watch), false, "that one let go of it alone");
    assert.ok(watch.releaseByTwo(approved(), "change").ok);
    assert.equal(isLive(watch), true);
    writeFileSync(places.file, "1");
    assert.equal(isLive(watch), false);
  });
});

test("without a proof for it nothing is released, and nothing is written", () => {
  withPlaces((places) => {
    const watch = openHaltWatch(places);
    const codeOf = (proof: TwoPerson): string | null => {
      const released = watch.releaseByTwo(proof, "change");
      return released.ok ? null : released.fault.code;
    };
    assert.equal(codeOf(approved()), "latch_not_engaged");
    engageHalt(places, "ada");
    const before = readFileSync(places.latchFile, "utf8");
    assert.equal(codeOf(approved("ARM")), "release_not_authorised");
    assert.equal(
      codeOf({ ...approved(), proof: {} as TwoPerson["proof"] }),
      "release_not_authorised",
    );
    writeFileSync(places.file, "garbage");
    assert.equal(codeOf(approved()), "switch_still_halted");
    assert.equal(readFileSync(places.latchFile, "utf8"), before);
  });
});

test("a demand engages the latch with its reason, on disk or, where that fails, in memory", () => {
  const demand = { source: "change d", reason: "arming_window_ended" };
  withPlaces((places) => {
    const watch = openHaltWatch(places);
    const { latch } = watch.engage(demand);
    assert.equal(latch.state === "latched" ? latch.reason : "", "arming_window_ended");
    assert.deepEqual(watch.engage({ ...demand, reason: "other" }).latch, latch);
    const found = openHaltWatch(places).look().latch;
    assert.equal(found.state === "latched" ? found.source : "", "change d");
  });
  withPlaces((places) => {
    mkdirSync(places.latchFile, { recursive: true });
    const watch = openHaltWatch(places);
    assert.equal(watch.engage(demand).latch.state, "latched");
    assert.equal(isLive(watch), false);
  });
});
