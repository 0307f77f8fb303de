import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isoFromMillis } from "#base";
import { chainHost, readChainedLog } from "#evidence";
import { bootArming, evaluateSwitch, leaseOf, maxWindowMs, stepArming } from "#safety";
import {
  type ArmingParty,
  changeFrom,
  dsseBy,
  openArmingParty,
  partyKeys,
  partyPolicy,
  partyTarget,
  signedByTwo,
  sshBy,
} from "#support";
import { type ArmingRecord, armingLogPlace, armingRecordSchema } from "./arming-log.ts";
import { challengeLifetimeMs } from "./challenge.ts";
import { type ChangeRecord, formatChange, sha256Hex } from "./change-record.ts";
import { coolDownMs, maxFailures } from "./cool-down.ts";
import { maxEvidenceAgeMs } from "./evidence-rules.ts";
import type { Approval } from "./judge-approvals.ts";

const { ada, ada2, old, soon, grace, joan, oscar, robot, mallory } = partyKeys;

test("what two people signed is admitted, written down before the answer, and arms once", () => {
  withParty((party, root) => {
    const bytes = party.change();
    const admitted = party.target.admit(bytes, signedByTwo(bytes));
    assert.ok(admitted.ok, admitted.ok ? "" : admitted.fault.message);
    const { proof, approvers, changeId } = admitted.value;
    assert.equal(changeId, sha256Hex(bytes));
    assert.deepEqual(
      approvers.map(({ person }) => person),
      ["ada", "grace"],
    );
    const records = recordsIn(root);
    assert.deepEqual(
      records.map(({ type }) => type),
      ["policy_adopted", "challenge_issued", "admitted"],
    );
    const digests = party.target.digests();
    assert.ok(digests.ok);
    const reading = { state: "text", text: "0" } as const;
    const facts = {
      target: party.target.target,
      digests: digests.value,
      verdict: evaluateSwitch([{ name: "s", reading }], party.now()),
      latch: { state: "clear" },
      freshness: { fresh: true, reason: "fresh", lastTickMs: 0, ageMs: 0 },
    } as const;
    const event = { type: "approved", at: party.now(), proof, facts } as const;
    const { arming } = stepArming(bootArming(0), event);
    assert.notEqual(leaseOf(arming), null);
    assert.equal(stepArming(bootArming(0), event).refused?.code, "approval_spent");
    assert.ok(party.target.recordEffect({ changeId, effect: "armed", reason: "approved" }).ok);
    assert.equal(recordsIn(root).length, 4);
    assert.equal(codeOf(party, bytes, signedByTwo(bytes)), "nonce_used");
  });
});

/** Who signs what, and the code that comes of it; null is admitted. */
const signings: readonly (readonly [
  name: string,
  code: string | null,
  sign: (bytes: Uint8Array) => readonly Approval[],
])[] = [
  ["one envelope of two people", null, (b) => [dsseBy(b, ada, joan)]],
  ["three people", null, (b) => [dsseBy(b, ada), sshBy(b, grace), dsseBy(b, joan)]],
  ["SSH with the other hash", null, (b) => [dsseBy(b, ada), sshBy(b, grace, undefined, "sha256")]],
  ["one of them given twice", null, (b) => [dsseBy(b, ada), dsseBy(b, ada), sshBy(b, grace)]],
  ["nobody", "threshold_short", () => []],
  ["one person", "threshold_short", (b) => [dsseBy(b, ada)]],
  ["the same person twice", "same_person", (b) => [dsseBy(b, joan), dsseBy(b, joan)]],
  ["two keys of one person", "same_person", (b) => [dsseBy(b, ada), dsseBy(b, ada2)]],
  ["two keys of one person at once", "same_person", (b) => [dsseBy(b, ada, ada2)]],
  ["two operators", "roles_missing", (b) => [dsseBy(b, ada), dsseBy(b, oscar)]],
  ["a stranger", "signer_unknown", (b) => [dsseBy(b, ada), dsseBy(b, mallory)]],
  ["a stranger by SSH", "signer_unknown", (b) => [dsseBy(b, ada), sshBy(b, mallory)]],
  ["a revoked key", "key_expired", (b) => [dsseBy(b, old), sshBy(b, grace)]],
  ["a key of later", "key_not_yet_valid", (b) => [dsseBy(b, soon), sshBy(b, grace)]],
  ["automation", "signer_is_automation", (b) => [dsseBy(b, ada), dsseBy(b, robot)]],
  [
    "automation as a third",
    "signer_is_automation",
    (b) => [dsseBy(b, robot), dsseBy(b, ada), sshBy(b, grace)],
  ],
  ["an SSH key in an envelope", "key_of_other_form", (b) => [dsseBy(b, ada), dsseBy(b, grace)]],
  ["our key by SSH", "key_of_other_form", (b) => [sshBy(b, ada), sshBy(b, grace)]],
  [
    "another namespace",
    "namespace_differs",
    (b) => [dsseBy(b, ada), sshBy(b, grace, "assay-change@assay.other")],
  ],
  ["git's namespace", "namespace_differs", (b) => [dsseBy(b, ada), sshBy(b, grace, "git")]],
  [
    "a good third and a bad fourth",
    "signature_wrong",
    (b) => [...signedByTwo(b), sshBy(Buffer.from("other"), grace)],
  ],
  [
    "seventeen files",
    "approvals_too_many",
    (b) => Array.from({ length: 17 }, () => dsseBy(b, ada)),
  ],
  ["no signature at all", "approval_malformed", () => [{ name: "x", bytes: Buffer.from("hello") }]],
  [
    "a file without end",
    "approval_malformed",
    () => [{ name: "x", bytes: Buffer.alloc(70_000, "a") }],
  ],
];

for (const [name, code, sign] of signings) {
  test(`signed by ${name}: ${code ?? "admitted"}`, () => {
    withParty((party) => {
      const bytes = party.change();
      assert.equal(codeOf(party, bytes, sign(bytes)), code);
    });
  });
}

test("signatures over two different changes approve neither", () => {
  withParty((party) => {
    const challenge = party.challenge();
    const one = party.change({}, challenge);
    const two = party.change({ reason: "more" }, challenge);
    assert.equal(codeOf(party, one, [dsseBy(one, ada), dsseBy(two, joan)]), "payload_differs");
    assert.equal(codeOf(party, two, [dsseBy(one, ada), dsseBy(one, joan)]), "payload_differs");
  });
});

const h = "9".repeat(64);

/** What the change says, and the code that comes of it. */
const contents: readonly (readonly [
  name: string,
  code: string | null,
  edit: (change: ChangeRecord, nowMs: number) => Partial<ChangeRecord>,
])[] = [
  ["another system", "other_system", () => ({ system_id: "assay.other" })],
  ["another environment", "other_env", () => ({ env: "demo" })],
  ["another venue", "other_venue", () => ({ venue: "kraken" })],
  ["another account", "other_account", () => ({ account_hash: "f".repeat(16) })],
  ["another boot", "other_boot", () => ({ boot_id: "boot-0002" })],
  ["a nonce that was never given", "nonce_unknown", () => ({ nonce: h })],
  ["another place in the log", "log_position_differs", (c) => ({ log_size: c.log_size + 1 })],
  ["another root of the log", "log_position_differs", () => ({ log_root: h })],
  ["another release", "release_digest_differs", () => ({ release_digest: h })],
  ["another policy", "policy_digest_differs", () => ({ policy_digest: h })],
  ["other limits", "limits_digest_differs", () => ({ limits_digest: h })],
  ["a window that begins in 29 s", null, (_, now) => window(now + 29_000, now + 60_000)],
  ["a window that begins in 30 s", null, (_, now) => window(now + 30_000, now + 60_000)],
  ["one in 31 s", "before_window", (_, now) => window(now + 31_000, now + 60_000)],
  ["a window that ends in a millisecond", null, (_, now) => window(now - 1000, now + 1)],
  ["one that ends now", "after_window", (_, now) => window(now - 1000, now)],
  ["one that ended 29 s ago", "after_window", (_, now) => window(now - 60_000, now - 29_000)],
  ["a window of eight hours", null, (_, now) => window(now, now + maxWindowMs)],
  ["one of more", "window_too_long", (_, now) => window(now, now + maxWindowMs + 1)],
  ["one that ends before it begins", "window_malformed", (_, now) => window(now, now - 1)],
  ["no evidence", "evidence_missing", () => ({ evidence: [] })],
  ["one thing not looked at", "evidence_missing", (c) => ({ evidence: c.evidence.slice(1) })],
  [
    "a switch that halts",
    "evidence_not_ok",
    (c) => ({ evidence: with0(c, { verdict: "not_ok" }) }),
  ],
  [
    "old evidence",
    "evidence_too_old",
    (c, now) => ({ evidence: with0(c, { at: isoFromMillis(now - maxEvidenceAgeMs - 1) }) }),
  ],
  [
    "evidence of the future",
    "evidence_in_future",
    (c, now) => ({ evidence: with0(c, { at: isoFromMillis(now + 30_001) }) }),
  ],
  ["who asks is who reviews", "roles_missing", () => ({ requester: "grace" })],
  ["automation that asks", null, () => ({ requester: "robot" })],
  [
    "less evidence for a release",
    null,
    (c) => ({ op: "RELEASE_HALT", evidence: c.evidence.slice(0, 1) }),
  ],
  ["none for what reduces risk", null, () => ({ op: "FLATTEN", evidence: [] })],
  ["limits that it names", null, () => ({ op: "RAISE_LIMIT", proposed_digest: h })],
  ["limits that it does not name", "change_malformed", () => ({ op: "RAISE_LIMIT" })],
  ["a proposal of nothing", "change_malformed", () => ({ proposed_digest: h })],
  [
    "evidence named twice",
    "change_malformed",
    (c) => ({ evidence: [...c.evidence, ...c.evidence.slice(0, 1)] }),
  ],
  ["a reason that hides", "change_malformed", () => ({ reason: "fine\u202e" })],
  ["a reason of two lines", "change_malformed", () => ({ reason: "fine\nand more" })],
  ["a field more", "change_malformed", () => ({ extra: 1 }) as Partial<ChangeRecord>],
  ["an op that is none", "change_malformed", () => ({ op: "arm" as "ARM" })],
  ["too much text", "change_malformed", () => ({ reason: "x".repeat(20_000) })],
];

function window(fromMs: number, toMs: number): Partial<ChangeRecord> {
  return { window: { not_before: isoFromMillis(fromMs), not_after: isoFromMillis(toMs) } };
}

function with0(
  { evidence }: ChangeRecord,
  edit: Partial<ChangeRecord["evidence"][number]>,
): ChangeRecord["evidence"] {
  return evidence.map((item, at) => (at === 0 ? { ...item, ...edit } : item));
}

for (const [name, code, edit] of contents) {
  test(`a change with ${name}: ${code ?? "admitted"}`, () => {
    withParty((party, root) => {
      const change = changeFrom(party.challenge(), party.wallMs);
      const bytes = formatChange({ ...change, ...edit(change, party.wallMs) });
      assert.equal(codeOf(party, bytes, signedByTwo(bytes)), code);
      const last = recordsIn(root).at(-1);
      assert.equal(last?.type, code === null ? "admitted" : "attempt_refused");
      if (last?.type === "attempt_refused") assert.equal(last.code, code);
    });
  });
}

test("a nonce dies after 15 minutes by either clock, and with the process", () => {
  withParty((party, root) => {
    const late = party.change();
    party.wait(challengeLifetimeMs + 1);
    assert.equal(codeOf(party, late, signedByTwo(late)), "nonce_expired");
    const slept = party.change();
    party.wallMs += challengeLifetimeMs + 31_000;
    assert.equal(codeOf(party, slept, signedByTwo(slept)), "nonce_expired");
    const before = party.change();
    party.monoMs -= 1;
    assert.equal(codeOf(party, before, signedByTwo(before)), "nonce_expired");
    party.target.close();
    const again = openArmingParty(root, { ...partyTarget, bootId: "boot-0002" });
    again.wait(coolDownMs);
    assert.equal(codeOf(again, before, signedByTwo(before)), "other_boot");
    again.target.close();
    const same = openArmingParty(root);
    assert.equal(codeOf(same, before, signedByTwo(before)), "nonce_unknown");
    same.target.close();
  });
});

test("what is used is used, whatever came of it, and in later processes too", () => {
  withParty((party, root) => {
    const bytes = party.change();
    assert.equal(codeOf(party, bytes, signedByTwo(bytes)), null);
    party.target.close();
    const same = openArmingParty(root);
    assert.equal(codeOf(same, bytes, signedByTwo(bytes)), "nonce_used");
    same.target.close();
  });
});

test("three failures cool down, nothing is looked at, and no restart helps", () => {
  withParty((party, root) => {
    const good = party.change();
    const wrong: readonly Approval[] = [];
    for (let count = 1; count <= maxFailures; count++) {
      const outcome = party.target.admit(good, wrong);
      assert.equal(outcome.ok ? null : outcome.fault.cooling, count === maxFailures);
    }
    assert.equal(party.target.isCooling(), true);
    assert.equal(codeOf(party, good, signedByTwo(good)), "cooling_down");
    party.target.close();
    const next = openArmingParty(root, { ...partyTarget, bootId: "boot-0002" });
    assert.equal(next.target.isCooling(), true);
    next.wait(coolDownMs - 1);
    const fresh = next.change();
    assert.equal(codeOf(next, fresh, signedByTwo(fresh)), "cooling_down");
    next.wait(1);
    assert.equal(codeOf(next, fresh, signedByTwo(fresh)), null);
    next.target.close();
  });
});

test("two failures and a success are no cool-down, nor are two more", () => {
  withParty((party) => {
    for (let round = 0; round < 2; round++) {
      const bytes = party.change();
      for (let count = 1; count < maxFailures; count++) codeOf(party, bytes, []);
      assert.equal(codeOf(party, bytes, signedByTwo(bytes)), null);
    }
  });
});

test("what is exchanged between the look and the proof is seen", () => {
  for (const exchange of ["release", "limits"] as const) {
    withParty((party, root) => {
      const bytes = party.change();
      let looks = 0;
      party.onDigests = () => {
        looks += 1;
        if (looks === 2) party.digests[exchange] = h;
      };
      assert.equal(codeOf(party, bytes, signedByTwo(bytes)), "changed_meanwhile");
      assert.equal(looks, 2);
      party.onDigests = () => undefined;
      party.digests[exchange] = (exchange === "release" ? "a" : "c").repeat(64);
      assert.equal(codeOf(party, bytes, signedByTwo(bytes)), "nonce_used", "and the nonce is gone");
      const types = recordsIn(root).map(({ type }) => type);
      assert.deepEqual(types.slice(2), ["admitted", "attempt_refused", "attempt_refused"]);
    });
  }
});

test("a clock that nobody vouches for arms nothing", () => {
  for (const [skewMs, code] of [
    [null, "clock_unsynchronised"],
    [30_001, "clock_unsynchronised"],
    [-30_001, "clock_unsynchronised"],
    [Number.NaN, "clock_unsynchronised"],
    [30_000, null],
  ] as const) {
    withParty((party) => {
      const bytes = party.change();
      party.skewMs = skewMs;
      assert.equal(codeOf(party, bytes, signedByTwo(bytes)), code);
    });
  }
});

test("another policy counts only after the one before it and itself have approved it", () => {
  withParty((party, root) => {
    const next = partyPolicy((policy) => {
      policy.version = 2;
      policy.people = policy.people.filter(({ name }) => name !== "oscar");
    });
    const digest = createHash("sha256").update(next).digest("hex");
    const original = party.policy;
    party.policy = next;
    const early = party.change();
    assert.equal(codeOf(party, early, signedByTwo(early)), "policy_not_adopted");
    party.policy = original;

    const request = { op: "CHANGE_POLICY", proposed_digest: digest, evidence: [] } as const;
    const unknown = party.change(request);
    assert.equal(codeOf(party, unknown, signedByTwo(unknown)), "proposed_policy_missing");
    party.proposed.set(digest, next);
    const change = party.change(request);
    assert.equal(
      codeOf(party, change, [dsseBy(change, oscar), sshBy(change, grace)]),
      "proposed_policy_unsigned",
    );
    party.wait(coolDownMs);
    const again = party.change(request);
    assert.equal(codeOf(party, again, signedByTwo(again)), null);

    const stale = party.change();
    assert.equal(codeOf(party, stale, signedByTwo(stale)), "policy_not_adopted");
    party.policy = next;
    const bytes = party.change();
    assert.equal(codeOf(party, bytes, signedByTwo(bytes)), null);
    const adopted = recordsIn(root).findLast(({ type }) => type === "policy_adopted");
    assert.equal(adopted?.type === "policy_adopted" ? adopted.policy_digest : null, digest);
  });
});

test("a policy that skips a version, or goes back, is not proposed", () => {
  for (const version of [0, 1, 3]) {
    withParty((party) => {
      const next = partyPolicy((policy) => {
        policy.version = version;
        policy.threshold = 3;
      });
      const digest = createHash("sha256").update(next).digest("hex");
      party.proposed.set(digest, next);
      const bytes = party.change({ op: "CHANGE_POLICY", proposed_digest: digest });
      assert.equal(codeOf(party, bytes, signedByTwo(bytes)), "proposed_policy_unfit");
    });
  }
});

test("those who ask without end get no more challenges until some have ended", () => {
  withParty((party) => {
    const codes = Array.from({ length: 10 }, () => {
      const issued = party.target.issueChallenge();
      return issued.ok ? "ok" : issued.fault.code;
    });
    assert.deepEqual(codes.slice(7), ["ok", "challenges_exhausted", "challenges_exhausted"]);
    party.wait(challengeLifetimeMs + 1);
    assert.ok(party.target.issueChallenge().ok);
  });
});

test("a log that was damaged, or that another process holds, opens no target", () => {
  withParty((party, root) => {
    assert.throws(() => openArmingParty(root), /store_lock_unavailable/);
    party.target.close();
    appendFileSync(join(root, "arming", "changes.jsonl"), "{}\n");
    assert.throws(() => openArmingParty(root), /chained_log_damaged/);
    writeFileSync(join(root, "arming", "changes.jsonl"), "");
    assert.throws(() => openArmingParty(root), /chained_log_damaged/);
  });
});

test("nothing comes of a change that cannot be written down", () => {
  withParty((party) => {
    const bytes = party.change();
    party.target.close();
    const outcome = party.target.admit(bytes, signedByTwo(bytes));
    assert.equal(outcome.ok, false);
    const codes = outcome.ok ? [] : outcome.fault.findings.map(({ code }) => code);
    assert.ok(codes.includes("record_unwritable"), codes.join());
  });
});

function codeOf(
  party: ArmingParty,
  bytes: Uint8Array,
  approvals: readonly Approval[],
): string | null {
  const outcome = party.target.admit(bytes, approvals);
  return outcome.ok ? null : outcome.fault.code;
}

function recordsIn(root: string): readonly ArmingRecord[] {
  const read = readChainedLog(chainHost().fs, armingLogPlace(root), armingRecordSchema);
  assert.ok(read.ok && read.value.findings.length === 0);
  return read.value.links.map(({ record }) => record);
}

function withParty(act: (party: ArmingParty, root: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), "assay-arming-"));
  try {
    const party = openArmingParty(root);
    act(party, root);
    party.target.close();
  } finally {
    rmSync(root, { recursive: true });
  }
}
