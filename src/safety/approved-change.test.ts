import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { after, approvalFacts, approved, digests, noonMs, target } from "./approval-fixture.ts";
import {
  type ApprovalFacts,
  type ApprovalUse,
  type ApprovedChange,
  type Approver,
  approvalLifetimeMs,
  hasBothRoles,
  maxSkewMs,
  maxWindowMs,
  mintApprovedChange,
  spendApproval,
} from "./approved-change.ts";

function refusal(change: Partial<ApprovalFacts>): string | null {
  const minted = mintApprovedChange(approvalFacts(change));
  return minted.ok ? null : minted.fault.code;
}

function use(change: Partial<ApprovalUse> = {}): ApprovalUse {
  return { op: "ARM", target, digests, at: after(0), ...change };
}

function spent(proof: ApprovedChange, change: Partial<ApprovalUse> = {}): string {
  const result = spendApproval(proof, use(change));
  return result.ok ? "ok" : result.fault.code;
}

const operator: Approver = { person: "ada", keyId: "1", roles: ["operator"] };
const reviewer: Approver = { person: "grace", keyId: "2", roles: ["reviewer"] };
const both: Approver = { person: "joan", keyId: "3", roles: ["operator", "reviewer"] };

test("a proof needs two people with two keys, an operator and another who reviews", () => {
  for (const [code, approvers] of [
    [null, [operator, reviewer]],
    [null, [reviewer, operator, both]],
    [null, [both, operator]],
    ["approvers_too_few", []],
    ["approvers_too_few", [both]],
    ["approvers_too_few", [both, both]],
    ["approvers_too_few", [both, { ...both, keyId: "4" }]],
    ["approvers_too_few", [both, { ...both, person: " JOAN ", keyId: "4" }]],
    ["approvers_too_few", [operator, { ...reviewer, keyId: "1" }]],
    ["approvers_too_few", [operator, { ...reviewer, person: "  " }]],
    ["approver_roles_missing", [operator, { ...reviewer, roles: ["operator"] }]],
    ["approver_roles_missing", [reviewer, { ...operator, roles: ["reviewer"] }]],
    ["approver_roles_missing", [reviewer, { ...operator, roles: [] }]],
  ] as const) {
    assert.equal(refusal({ approvers }), code, JSON.stringify(approvers));
  }
});

test("whoever asked for the change does not review it", () => {
  assert.equal(refusal({ requester: "grace" }), "approver_roles_missing");
  assert.equal(refusal({ requester: " Grace" }), "approver_roles_missing");
  assert.equal(refusal({ requester: "grace", approvers: [operator, reviewer, both] }), null);
  assert.equal(hasBothRoles([both, reviewer], "joan"), true);
});

test("a window has a length, and at most eight hours of it", () => {
  for (const [code, notAfterMs] of [
    [null, noonMs + 1],
    [null, noonMs + maxWindowMs],
    ["window_unfit", noonMs + maxWindowMs + 1],
    ["window_unfit", noonMs],
    ["window_unfit", noonMs - 1],
    ["window_unfit", Number.NaN],
    ["window_unfit", Number.POSITIVE_INFINITY],
  ] as const) {
    assert.equal(refusal({ window: { notBeforeMs: noonMs, notAfterMs } }), code);
  }
});

test("a proof is for one act, whatever comes of it", () => {
  const proof = approved();
  assert.equal(spent(proof), "ok");
  assert.equal(spent(proof), "approval_spent");
  const refused = approved();
  assert.equal(spent(refused, { op: "FLATTEN" }), "approval_of_other_op");
  assert.equal(spent(refused), "approval_spent");
});

test("an act other than the one that was signed is refused by what differs", () => {
  const h = "f".repeat(64);
  for (const [code, change] of [
    ["ok", {}],
    ["approval_of_other_op", { op: "RELEASE_HALT" }],
    ["approval_of_other_boot", { target: { ...target, bootId: "boot-2" } }],
    ["approval_of_other_target", { target: { ...target, systemId: "x" } }],
    ["approval_of_other_target", { target: { ...target, env: "x" } }],
    ["approval_of_other_target", { target: { ...target, venue: "x" } }],
    ["approval_of_other_target", { target: { ...target, accountHash: "x" } }],
    ["approval_digest_differs", { digests: { ...digests, release: h } }],
    ["approval_digest_differs", { digests: { ...digests, policy: h } }],
    ["approval_digest_differs", { digests: { ...digests, limits: h } }],
    ["ok", { at: after(approvalLifetimeMs) }],
    ["approval_too_old", { at: after(approvalLifetimeMs + 1) }],
    ["approval_too_old", { at: after(-1) }],
    ["approval_too_old", { at: { ...after(0), monoMs: Number.NaN } }],
    ["ok", { at: { ...after(0), wallMs: noonMs + 1000 } }],
    ["approval_clock_jumped", { at: { ...after(0), wallMs: noonMs + 1001 } }],
    ["approval_clock_jumped", { at: { ...after(0), wallMs: noonMs - 1001 } }],
    ["approval_clock_jumped", { at: { ...after(0), wallMs: Number.NaN } }],
  ] as const) {
    assert.equal(spent(approved(), change), code, JSON.stringify(change));
  }
});

test("before a window begins clocks may differ by 30 s, at its end by nothing", () => {
  const at = (notBeforeMs: number, notAfterMs: number): string =>
    spent(approved({ window: { notBeforeMs, notAfterMs } }));
  assert.equal(at(noonMs + maxSkewMs, noonMs + 60_000), "ok");
  assert.equal(at(noonMs + maxSkewMs + 1, noonMs + 60_000), "approval_before_window");
  assert.equal(at(noonMs - 60_000, noonMs + 1), "ok");
  assert.equal(at(noonMs - 60_000, noonMs), "approval_after_window");
});

test("nothing but what the mint made is a proof", () => {
  const real = approved();
  for (const forged of [
    {},
    Object.freeze({}),
    { ...real },
    Object.create(real),
    new Proxy(real, {}),
    structuredClone(real),
    null,
    undefined,
    true,
    "approved",
  ]) {
    assert.equal(spent(forged as unknown as ApprovedChange), "approval_forged");
  }
  assert.deepEqual(Object.keys(real), []);
  assert.ok(Object.isFrozen(real));
  assert.equal(spent(real), "ok");
});

test("over all groups of signers a proof is made only for two people in their two roles", () => {
  const person = fc.constantFrom("ada", "ADA", "grace", "joan", "");
  const roles = fc.constantFrom<Approver["roles"]>(
    [],
    ["operator"],
    ["reviewer"],
    ["operator", "reviewer"],
  );
  const signer = fc.record({ person, keyId: fc.constantFrom("1", "2", "3"), roles });
  let made = 0;
  fc.assert(
    fc.property(fc.array(signer, { maxLength: 4 }), person, (approvers, requester) => {
      const name = (text: string): string => text.toLowerCase();
      const pairs = approvers.flatMap((a) => approvers.map((b) => [a, b] as const));
      const isPair = pairs.some(
        ([a, b]) =>
          name(a.person) !== name(b.person) &&
          a.roles.includes("operator") &&
          b.roles.includes("reviewer") &&
          name(b.person) !== name(requester),
      );
      const people = new Set(approvers.map((each) => name(each.person)));
      people.delete("");
      const keys = new Set(approvers.map(({ keyId }) => keyId));
      const due = isPair && people.size >= 2 && keys.size >= 2;
      assert.equal(refusal({ approvers, requester }) === null, due);
      made += due ? 1 : 0;
    }),
    { seed: 551, numRuns: 5000 },
  );
  assert.ok(made > 50, `${made}`);
});
