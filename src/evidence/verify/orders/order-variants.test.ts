import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  type Edits,
  landRun,
  landVenueRun,
  orderVariants,
  type SessionSpec,
  temporaryRoot,
} from "#support";
import { runPath } from "../../run/layout.ts";
import { type OrderCode, remedyByCode } from "./codes.ts";
import type { OrderVerdict } from "./order-verdict.ts";
import { verifyOrders } from "./verify-orders.ts";

const cleanSessions: Readonly<Record<string, Partial<SessionSpec>>> = {
  "an audited full-tier run": {},
  "an audited screening run": { tier: "tier1_hf" },
  "a run that never froze": { frozen: false },
  "a run without a one-shot proof": { oneShot: false },
  "a run that cleared what others left, and amended its orders": { eventful: true },
  "a longer run of more agents": { agents: 13, rounds: 3 },
};

for (const [name, spec] of Object.entries(cleanSessions)) {
  test(`${name} passes every claim that concerns it, and each looked at something`, () => {
    using root = temporaryRoot();
    const verdict = verify(landVenueRun(root.path, spec));
    assert.deepEqual(verdict.findings, []);
    assert.deepEqual(verdict.gaps, []);
    assert.equal(verdict.verdict, "PASS");
    for (const claim of verdict.claims) {
      if (claim.verdict !== "NOT_APPLICABLE") assert.ok(claim.checked > 0, claim.id);
    }
  });
}

test("equal sessions land equal evidence, byte for byte", () => {
  using root = temporaryRoot();
  using other = temporaryRoot();
  const digests = [root, other].map(({ path }) => {
    const verdict = verify(landVenueRun(path));
    return JSON.stringify(verdict);
  });
  assert.equal(digests[0], digests[1]);
});

test("a run without an audit is not measurable where an audit is needed, and nowhere else", () => {
  using root = temporaryRoot();
  const verdict = verify(landVenueRun(root.path, { audited: false }));
  assert.equal(verdict.verdict, "NOT_MEASURABLE");
  assert.deepEqual(verdict.findings, []);
  assert.deepEqual(wordsOf(verdict, "NOT_MEASURABLE"), [
    "positions_balance",
    "step32_orphans",
    "step33_fills_bills_join",
    "step34_paging_closure",
    "step38_audit_scopes",
    "step88_order_confirmation",
    "step88_p3_fills",
    "step88_p4_bills",
    "step88_p5_auditor_join",
    "step94_one_shot_closure",
  ]);
});

test("an offline screening run has its tier checked, and no claim about orders", () => {
  using root = temporaryRoot();
  const { findings, claims } = verify(runPath(root.path, landRun(root.path).run_id));
  assert.deepEqual(findings, []);
  const said = claims.filter(({ verdict }) => verdict !== "NOT_APPLICABLE");
  assert.deepEqual(
    said.map(({ id, verdict }) => [id, verdict]),
    [
      ["order_files", "PASS"],
      ["tier_contract", "PASS"],
    ],
  );
});

test("orders of others at the same account concern no claim, wherever their name stands", () => {
  using root = temporaryRoot();
  const directory = landVenueRun(
    root.path,
    {},
    {
      session({ history, bills }) {
        const [row, bill] = [history.at(-1), bills.at(-1)];
        assert.ok(row !== undefined && bill !== undefined);
        history.push({ ...row, clOrdId: "somebodyelse1", ordId: "555" });
        bills.push({ ...bill, billId: "b9999", ordId: "555", fee: "0" });
      },
    },
  );
  assert.deepEqual(verify(directory).findings, []);
});

test("an order whose end only the history tells is no contradiction of its last sample", () => {
  using root = temporaryRoot();
  const seen = (state: "live" | "filled", filled: string | null): OrderVerdict => {
    const place = join(root.path, `${state}${filled}`);
    mkdirSync(place);
    const session: Edits["session"] = ({ samples }) => {
      const clOrdId = samples.findLast((one) => one.state === "filled")?.clOrdId;
      const own = samples.filter((one) => one.clOrdId === clOrdId);
      for (const sample of own.filter((one) => one.state === "filled")) {
        Object.assign(sample, { state }, filled === null ? {} : { accFillSz: filled });
      }
    };
    return verify(landVenueRun(place, {}, { session }));
  };
  assert.deepEqual(wordsOf(seen("filled", null), "FAIL"), []);
  assert.deepEqual(wordsOf(seen("live", null), "FAIL"), []);
  const more = seen("live", "99");
  assert.ok(more.findings.some(({ code }) => code === "p5_history_differs"));
});

test("an outcome line lost in a crash is made good by the answer and the samples", () => {
  using root = temporaryRoot();
  const directory = landVenueRun(
    root.path,
    {},
    {
      session: ({ attempts }) => {
        const at = attempts.findLastIndex(({ status }) => status === "ok");
        attempts.splice(at, 1);
      },
    },
  );
  assert.equal(verify(directory).verdict, "PASS");
});

test("an order sent again under its name after a lost answer is one order", () => {
  using root = temporaryRoot();
  const directory = landVenueRun(
    root.path,
    {},
    {
      session({ attempts, calls }) {
        const lost = attempts.filter(({ reason_code, status }) => {
          return reason_code === "timeout" && status === "error";
        });
        const [error] = lost;
        assert.ok(error?.connector_call);
        const call_id = "c_again";
        const again = { ...error, attempt_id: "at_again" };
        const at = attempts.indexOf(error);
        attempts.splice(
          at + 1,
          0,
          { ...again, status: "sending", connector_call: { ...error.connector_call, call_id } },
          { ...again, connector_call: { ...error.connector_call, call_id } },
        );
        const place = calls.findIndex(({ error_type: type }) => type === "timeout");
        const call = calls[place];
        assert.ok(call);
        calls.splice(place + 1, 0, { ...call, call_id, attempt_id: "at_again" });
      },
    },
  );
  assert.deepEqual(verify(directory).findings, []);
});

const seen = new Set<string>();

for (const { name, claim, code, verdict: due, also, spec, edits } of orderVariants) {
  test(`${claim} says ${code} of ${name}; no other claim does but those named`, () => {
    using root = temporaryRoot();
    const verdict = verify(landVenueRun(root.path, spec, edits));
    const said = [...verdict.findings, ...verdict.gaps];
    for (const one of said) seen.add(one.code);
    assert.equal(verdict.claims.find(({ id }) => id === claim)?.verdict, due);
    const own = said.filter((one) => one.claim === claim);
    assert.ok(
      own.some((one) => one.code === code),
      own.map((one) => one.code).join(),
    );
    assert.ok(own.every((one) => one.file !== "" && one.detail !== ""));
    const failing = [...wordsOf(verdict, "FAIL"), ...wordsOf(verdict, "NOT_MEASURABLE")];
    assert.deepEqual(failing.sort(), [...new Set([claim, ...also])].sort());
    assert.notEqual(verdict.verdict, "PASS");
  });
}

/** Words that need more than one session to be said; their own tests say them. */
const saidElsewhere: readonly OrderCode[] = [
  "no_order_placed",
  "nothing_to_check",
  "evidence_beyond_bound",
  "refs_beyond_bound",
  "deletion_unproven",
  "deletion_signature_wrong",
];

test("every word a claim may say is said of some wrong session", () => {
  const silent = Object.keys(remedyByCode).filter((code) => !seen.has(code));
  assert.deepEqual(silent.sort(), [...saidElsewhere].sort());
});

function verify(directory: string): OrderVerdict {
  const verdict = verifyOrders(directory);
  assert.ok(verdict.ok);
  return verdict.value;
}

function wordsOf({ claims }: OrderVerdict, word: string): string[] {
  return claims
    .filter(({ verdict }) => verdict === word)
    .map(({ id }) => id)
    .sort();
}
