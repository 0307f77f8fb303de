import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  type Approval,
  type ArmingRecord,
  armingLogPlace,
  armingRecordSchema,
  type ChangeRecord,
  formatChange,
  parseChallenge,
} from "#arming";
import { chainHost, readChainedLog } from "#evidence";
import { systemClock } from "#mesh";
import { changeFrom, dsseBy, partyKeys, partyPolicy, signedByTwo, sshBy } from "#support";
import { type ExecutionBench, type Told, until, withAgent } from "./execution-bench.ts";

/** A wall that a test may set; the clock that only goes forward is the machine's. */
function steppedClock(): typeof systemClock & { stepMs: number } {
  const clock = {
    stepMs: 0,
    nowMs: () => systemClock.nowMs() + clock.stepMs,
    monotonicMs: systemClock.monotonicMs,
  };
  return clock;
}

async function withLiveAgent(
  act: (bench: ExecutionBench, clock: ReturnType<typeof steppedClock>) => Promise<void>,
): Promise<void> {
  const clock = steppedClock();
  await withAgent({ venue: "okx_live", policy: partyPolicy(), clock }, (bench) =>
    act(bench, clock),
  );
}

const live = { venue: "okx_live" };

test("two people arm it for a while, orders leave, and whatever ends a lease ends it", async () => {
  await withLiveAgent(async (bench, clock) => {
    assert.equal((await bench.execute("key-000001", live)).code, "agent_mode_not_live");
    const recovered = await bench.call("POST", "/recover", { by: "ada" });
    assert.deepEqual([recovered.status, recovered.body["mode"]], [200, "OFF"]);

    const armed = await arm(bench, clock.nowMs());
    assert.deepEqual([armed.status, armed.body["effect"]], [200, "armed"], armed.text);
    const state = await bench.state();
    assert.deepEqual([state.mode, state.may_execute, state.gates.armed.held], ["LIVE", true, true]);
    assert.equal(state.gates.armed.until_utc, armed.body["armed_until_utc"]);
    const approval = { change_id: armed.body["change_id"], record_sha256: "e".repeat(64) };
    const told = await bench.execute("key-000002", { ...live, approval });
    assert.deepEqual([told.status, told.body["decision"]], [200, "accepted"], told.text);
    const other = await bench.execute("key-000003", live);
    assert.equal(other.code, "intent_of_other_change");
    assert.equal((await arm(bench, clock.nowMs())).code, "arm_twice");

    const limits = join(bench.root, "mesh", "execution-agent", "limits.json");
    const asTheyWere = readFileSync(limits);
    await endsBy(bench, clock, "disarmed_by_person", async () => {
      assert.equal((await bench.call("POST", "/disarm", undefined, {})).status, 200);
    });
    await endsBy(bench, clock, "data_stale", () => void (bench.tickAgeMs = 61_000));
    bench.tickAgeMs = 0;
    await endsBy(bench, clock, "digest_changed", () => writeFileSync(limits, "{}"));
    writeFileSync(limits, asTheyWere);
    await endsBy(bench, clock, "clock_jumped", () => void (clock.stepMs += 1500));
    await endsBy(bench, clock, "halted", () => writeFileSync(bench.switchFile, "1"));
  });
});

test("a switch that says off is a finding while nobody is armed", async () => {
  await withLiveAgent(async (bench, clock) => {
    const reasons = async (): Promise<string> => (await bench.call("GET", "/ops/status")).text;
    await until("it has looked", async () => (await bench.state()).state === "READY");
    assert.match(await reasons(), /switch_off_outside_window/i);
    assert.equal((await arm(bench, clock.nowMs())).status, 200);
    assert.doesNotMatch(await reasons(), /switch_off_outside_window/i);
  });
});

test("a restart disarms, and so does a halt that comes and goes between two looks", async () => {
  await withLiveAgent(async (bench, clock) => {
    assert.equal((await arm(bench, clock.nowMs())).status, 200);
    await bench.restart();
    const state = await bench.state();
    assert.deepEqual([state.mode, state.gates.armed.held], ["OFF", false]);
    assert.ok(state.refusals.includes("not_armed"));
    assert.equal((await arm(bench, clock.nowMs())).status, 200);
    writeFileSync(bench.switchFile, "1");
    // The event loop of the agent stands still: only the watchdog can have seen it.
    for (const untilMs = Date.now() + 100; Date.now() < untilMs; );
    writeFileSync(bench.switchFile, "off");
    assert.ok((await bench.execute("key-000001", live)).status === 409);
    assert.equal((await bench.state()).gates.armed.held, false);
  });
});

test("a halt is let go of by two people, then by a recovery, and arms nothing", async () => {
  await withLiveAgent(async (bench, clock) => {
    assert.equal((await bench.call("POST", "/halt", { by: "joan" }, {})).status, 200);
    assert.equal((await arm(bench, clock.nowMs())).code, "arm_while_halted");
    const released = await arm(bench, clock.nowMs(), { op: "RELEASE_HALT" });
    assert.deepEqual([released.status, released.body["effect"]], [200, "released"], released.text);
    const recovered = await bench.call("POST", "/recover", { by: "ada" });
    assert.deepEqual([recovered.status, recovered.body["mode"]], [200, "OFF"], recovered.text);
    assert.equal((await bench.execute("key-000001", live)).code, "agent_mode_not_live");
    assert.equal((await arm(bench, clock.nowMs())).status, 200);
  });
});

const forgeries: readonly (readonly [
  code: string,
  sign: (change: Uint8Array) => readonly Approval[],
  edit?: Partial<ChangeRecord>,
])[] = [
  ["threshold_short", (change) => [dsseBy(change, partyKeys.ada)]],
  ["same_person", (change) => [dsseBy(change, partyKeys.ada, partyKeys.ada2)]],
  ["signer_unknown", (change) => [dsseBy(change, partyKeys.ada), sshBy(change, partyKeys.mallory)]],
  ["roles_missing", (change) => [dsseBy(change, partyKeys.oscar), sshBy(change, partyKeys.olga)]],
  ["signer_is_automation", (change) => [dsseBy(change, partyKeys.ada, partyKeys.robot)]],
  ["other_boot", signedByTwo, { boot_id: "boot-of-another-start" }],
  ["nonce_unknown", signedByTwo, { nonce: "0".repeat(64) }],
  ["limits_digest_differs", signedByTwo, { limits_digest: "0".repeat(64) }],
  ["after_window", signedByTwo, windowFrom(-7_200_000)],
];

for (const half of [0, 1, 2]) {
  test(`one person or a forged change arms nothing, and it is written down (${half})`, async () => {
    await withLiveAgent(async (bench, clock) => {
      const mine = forgeries.slice(half * 3, half * 3 + 3);
      for (const [code, sign, edit] of mine) {
        const told = await arm(bench, clock.nowMs(), edit, sign);
        assert.deepEqual([told.status, told.code], [409, code], told.text);
      }
      const cooling = await arm(bench, clock.nowMs());
      assert.equal(cooling.code, "cooling_down", "three failed, and even two people wait now");
      assert.equal((await bench.state()).gates.armed.held, false);
      const refused = records(bench).flatMap((record) =>
        record.type === "attempt_refused" ? [record.code] : [],
      );
      assert.deepEqual(refused, [...mine.map(([code]) => code), "cooling_down"]);
      assert.ok(records(bench).every(({ type }) => type !== "admitted"));
    });
  });
}

test("a change is good once, for every byte of it, with the key of the agent", async () => {
  await withLiveAgent(async (bench, clock) => {
    const change = await changeOf(bench, clock.nowMs());
    const body = bodyOf(change, signedByTwo(change));
    for (const path of ["/arm", "/arm/challenge"] as const) {
      const method = path === "/arm" ? "POST" : "GET";
      const told = await bench.call(method, path, method === "POST" ? body : undefined, {});
      assert.deepEqual([told.status, told.code], [401, "unauthorised"]);
    }
    const edited = Buffer.from(Buffer.from(change).toString("utf8").replace("first", "worst"));
    const forged = await bench.call("POST", "/arm", bodyOf(edited, signedByTwo(change)));
    assert.equal(forged.status, 409);
    assert.equal((await bench.call("POST", "/arm", body)).status, 200);
    assert.equal((await bench.call("POST", "/disarm", undefined, {})).status, 200);
    const replayed = await bench.call("POST", "/arm", body);
    assert.deepEqual([replayed.status, replayed.code], [409, "nonce_used"]);
    for (const op of ["FLATTEN", "RAISE_LIMIT"] as const) {
      const edit =
        op === "FLATTEN" ? { op, evidence: [] } : { op, proposed_digest: "9".repeat(64) };
      assert.equal((await arm(bench, clock.nowMs(), edit)).code, "op_not_done_here");
    }
  });
});

test("without a policy of who may approve nobody can arm", async () => {
  await withAgent({ venue: "okx_live" }, async (bench) => {
    const told = await bench.call("GET", "/arm/challenge");
    assert.deepEqual([told.status, told.code], [409, "policy_unreadable"]);
  });
  await withAgent({}, async (bench) => {
    const told = await bench.call("GET", "/arm/challenge");
    assert.deepEqual([told.status, told.code], [409, "venue_not_live"]);
  });
});

type Clock = ReturnType<typeof steppedClock>;

/** Arms where it is not armed, lets something happen, and sees what the lease ended by. */
async function endsBy(
  bench: ExecutionBench,
  clock: Clock,
  reason: string,
  happen: () => Promise<void> | void,
): Promise<void> {
  await until("it may be armed", async () => (await bench.state()).state === "READY");
  if (!(await bench.state()).gates.armed.held) {
    const armed = await arm(bench, clock.nowMs());
    assert.equal(armed.status, 200, armed.text);
  }
  await happen();
  const told = await bench.execute(`key-${reason}`, live);
  assert.equal(told.status, 409, reason);
  const state = await bench.state();
  assert.deepEqual([state.mode, state.gates.armed.held], ["OFF", false], reason);
  const last = records(bench).findLast((record) => record.type === "effect");
  assert.deepEqual(last?.type === "effect" ? [last.effect, last.reason] : [], ["disarmed", reason]);
}

async function arm(
  bench: ExecutionBench,
  nowMs: number,
  edit: Partial<ChangeRecord> = {},
  sign: (change: Uint8Array) => readonly Approval[] = signedByTwo,
): Promise<Told> {
  const change = await changeOf(bench, nowMs, edit);
  return bench.call("POST", "/arm", bodyOf(change, sign(change)));
}

async function changeOf(
  bench: ExecutionBench,
  nowMs: number,
  edit: Partial<ChangeRecord> = {},
): Promise<Uint8Array> {
  const told = await bench.call("GET", "/arm/challenge");
  const challenge = parseChallenge(Buffer.from(told.text));
  assert.ok(challenge.ok, told.text);
  return formatChange({ ...changeFrom(challenge.value, nowMs), ...edit });
}

function bodyOf(change: Uint8Array, approvals: readonly Approval[]): unknown {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
  return {
    change: text(change),
    approvals: approvals.map(({ name, bytes }) => ({ name, content: text(bytes) })),
  };
}

function windowFrom(offsetMs: number): Partial<ChangeRecord> {
  const at = (ms: number): string => new Date(Date.now() + offsetMs + ms).toISOString();
  return { window: { not_before: at(0), not_after: at(3_600_000) } };
}

function records({ root }: ExecutionBench): readonly ArmingRecord[] {
  const read = readChainedLog(chainHost().fs, armingLogPlace(root), armingRecordSchema);
  assert.ok(read.ok && read.value.findings.length === 0);
  return read.value.links.map(({ record }) => record);
}
