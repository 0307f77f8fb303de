import assert from "node:assert/strict";
import { test } from "node:test";
import {
  changeFrom,
  dsseBy,
  partyKeys,
  partyPolicy,
  partyStartMs,
  partyTarget,
  sshBy,
} from "#support";
import { parseApproversPolicy } from "./approvers-policy.ts";
import type { Challenge } from "./challenge.ts";
import { formatChange } from "./change-record.ts";
import { type Approval, judgeApprovals } from "./judge-approvals.ts";

const challenge: Challenge = {
  kind: "assay_change_challenge",
  v: 1,
  system_id: partyTarget.systemId,
  env: partyTarget.env,
  venue: partyTarget.venue,
  account_hash: partyTarget.accountHash,
  release_digest: "a".repeat(64),
  policy_digest: "b".repeat(64),
  limits_digest: "c".repeat(64),
  nonce: "d".repeat(64),
  boot_id: partyTarget.bootId,
  log_size: 2,
  log_root: "e".repeat(64),
  issued_at: "2026-01-02T12:00:00.000Z",
  good_for_ms: 900_000,
};

const change = formatChange(changeFrom(challenge, partyStartMs));
const policy = parseApproversPolicy(partyPolicy());

/** Whether anybody counts by these files of signatures. */
function counts(bytes: Uint8Array, approvals: readonly Approval[]): boolean {
  assert.ok(policy.ok);
  const question = { change: bytes, requester: "ada", approvals, atMs: partyStartMs };
  return judgeApprovals({ ...question, policy: policy.value }).approvers.length > 0;
}

const envelope = dsseBy(change, partyKeys.ada);
const sshsig = sshBy(change, partyKeys.grace);
const bits = [1, 2, 4, 8, 16, 32, 64, 128];
const all = Array.from({ length: 255 }, (_, at) => at + 1);

/** How many edits of one byte, by these differences, there are, and how many still count. */
function editsOf(
  sound: Uint8Array,
  differences: (at: number) => readonly number[],
  judge: (edited: Uint8Array) => boolean,
): Readonly<{ tried: number; counted: number }> {
  const edited = Uint8Array.from(sound);
  let [tried, counted] = [0, 0];
  for (const [at, was] of sound.entries()) {
    for (const difference of differences(at)) {
      edited[at] = was ^ difference;
      tried += 1;
      if (judge(edited)) counted += 1;
    }
    edited[at] = was;
  }
  return { tried, counted };
}

test("no byte of an SSH signature can be any other", (t) => {
  assert.equal(counts(change, [sshsig]), true);
  const judge = (bytes: Uint8Array): boolean => counts(change, [{ name: "ssh", bytes }]);
  const { tried, counted } = editsOf(sshsig.bytes, () => all, judge);
  t.diagnostic(`${tried} edits`);
  assert.equal(counted, 0);
});

test("no byte of an envelope can be any other; of its payload by its bits", (t) => {
  assert.equal(counts(change, [envelope]), true);
  const payloadEnd = Math.ceil((change.length * 4) / 3) + 12;
  const judge = (bytes: Uint8Array): boolean => counts(change, [{ name: "envelope", bytes }]);
  const { tried, counted } = editsOf(envelope.bytes, (at) => (at < payloadEnd ? bits : all), judge);
  t.diagnostic(`${tried} edits`);
  assert.equal(counted, 0);
});

test("no bit of a change can be another under the signatures over it", (t) => {
  const judge = (bytes: Uint8Array): boolean => counts(bytes, [envelope, sshsig]);
  const { tried, counted } = editsOf(change, () => bits, judge);
  t.diagnostic(`${tried} edits`);
  assert.equal(counted, 0);
});
