import { digest } from "../spec.ts";
import {
  clientIdOf,
  drop,
  linesOf,
  must,
  ordIdOf,
  restsOnLevels,
  type Variant,
  variant,
} from "./variant.ts";

const p1 = "step88_p1_acks";
const p2 = "step88_p2_terminal_state";

/** What the exchange answered, and how its orders ended. */
export const answerVariants: readonly Variant[] = [
  level(p1, "p1_call_missing", "a write without its answer", {
    session: (session) => drop(session.calls, (call) => call.sCode === "51008"),
  }),
  level(p1, "p1_call_unknown", "an order sent past the broker", {
    session: (session) => {
      const call = structuredClone(must(session.calls.find((one) => one.sCode === "51008")));
      const clOrdId = `${session.ids.prefix}888888`;
      session.calls.push({ ...call, call_id: "x1", attempt_id: "at999999", clOrdId });
      must(session.calls.at(-1)).ts_utc = must(session.calls.at(-2)).ts_utc;
    },
  }),
  level(p1, "p1_call_repeated", "an attempt that was sent twice", {
    session: (session) => {
      const at = session.calls.findIndex((one) => one.sCode === "51008");
      session.calls.splice(at, 0, structuredClone(must(session.calls[at])));
    },
  }),
  level(p1, "p1_call_differs", "a call that names another order", {
    session: (session) => {
      must(session.calls.find((one) => one.sCode === "51008")).clOrdId = clientIdOf(
        session,
        "limited",
      );
    },
  }),
  level(p1, "p1_status_contradicts", "an ok that the exchange did not say", {
    session: (session) => {
      const { attempt_id: id } = must(linesOf(session, "cancelled")[0]);
      must(session.calls.find((one) => one.attempt_id === id)).sCode = "51400";
    },
  }),
  level(p1, "p1_ord_id_conflict", "a sample that calls the order otherwise", {
    session: (session) => {
      const id = clientIdOf(session, "closed");
      const sample = must(session.samples.findLast((one) => one.clOrdId === id));
      sample.ordId = "777";
      sample.order_id_hash = digest("777").slice(0, 16);
    },
  }),
  variant(
    p1,
    "p1_outcome_unknown",
    "a lost answer that nobody asked after",
    {
      session: (session) => {
        drop(session.samples, (one) => one.state === "not_found");
        drop(session.calls, (call) => call.operation === "query");
      },
    },
    { gap: true, also: restsOnLevels },
  ),
  variant(
    p1,
    "p1_ord_id_unknown",
    "an order that was never given an id",
    {
      session: (session) => {
        const id = clientIdOf(session, "closed");
        for (const line of linesOf(session, "closed")) line.exchange_ids.ordId = null;
        for (const call of session.calls) if (call.clOrdId === id) call.ordId = null;
        for (const sample of session.samples) {
          if (sample.clOrdId !== id) continue;
          sample.ordId = null;
          sample.order_id_hash = null;
        }
      },
    },
    { gap: true, spec: { audited: false }, also: withoutAudit() },
  ),
  level(p2, "p2_order_unknown", "samples of an order that was never sent", {
    session: (session) => {
      const clOrdId = `${session.ids.prefix}999999`;
      session.samples.push({
        ...must(session.samples.at(-1)),
        clOrdId,
        ordId: null,
        order_id_hash: null,
      });
    },
  }),
  level(p2, "p2_id_hash_wrong", "an id hash that is another's", {
    session: ({ samples }) => void (must(samples[0]).order_id_hash = "0".repeat(16)),
  }),
  variant(
    p2,
    "p2_state_reversed",
    "a filled order that comes alive again",
    {
      session: (session) => {
        const id = clientIdOf(session, "opened");
        const at = session.samples.findLastIndex((one) => one.clOrdId === id);
        session.samples.splice(at + 1, 0, { ...must(session.samples[at]), state: "live" });
      },
    },
    { also: ["step88_p5_auditor_join", ...restsOnLevels] },
  ),
  level(p2, "p2_filled_size_fell", "a fill that is taken back", {
    session: (session) => {
      const id = clientIdOf(session, "opened");
      const at = session.samples.findIndex((one) => one.clOrdId === id && one.accFillSz === "1.2");
      session.samples.splice(at + 1, 0, { ...must(session.samples[at]), accFillSz: "0.5" });
    },
  }),
  level(p2, "p2_overfilled", "more filled than was asked for", {
    session: (session) => {
      const id = clientIdOf(session, "opened");
      const first = session.samples.findIndex((one) => one.clOrdId === id);
      must(session.samples[first]).accFillSz = "9";
    },
  }),
  variant(
    p2,
    "p2_filled_size_differs",
    "a filled order that is not full",
    {
      session: (session) => {
        const id = clientIdOf(session, "opened");
        must(session.samples.findLast((one) => one.clOrdId === id)).accFillSz = "2.9";
      },
    },
    { also: ["step88_p3_fills", "step88_p5_auditor_join", ...restsOnLevels] },
  ),
  level(
    p2,
    "p2_open_and_still_sending",
    "an order without an end while more were sent",
    { session: withoutEnd },
    { frozen: false },
  ),
  variant(
    p2,
    "p2_terminal_missing",
    "an order without an end for which execution froze",
    { session: withoutEnd },
    { gap: true, also: restsOnLevels },
  ),
];

/** The order that was filled in part: taken, alive in the last sample and in the history. */
function withoutEnd(session: Parameters<NonNullable<Variant["edits"]["session"]>>[0]): void {
  const id = clientIdOf(session, "partly_filled");
  drop(session.samples, (one) => one.clOrdId === id && one.state === "canceled");
  must(session.history.find((row) => row.ordId === ordIdOf(session, "partly_filled"))).state =
    "partially_filled";
}

/** What nobody can say of a run without an audit. */
export function withoutAudit(): readonly string[] {
  return [
    "step88_p3_fills",
    "step88_p4_bills",
    "step88_p5_auditor_join",
    ...restsOnLevels,
    "step32_orphans",
    "step33_fills_bills_join",
    "step34_paging_closure",
    "step38_audit_scopes",
    "positions_balance",
  ];
}

function level(
  claim: string,
  code: string,
  name: string,
  edits: Variant["edits"],
  spec: Variant["spec"] = {},
): Variant {
  return variant(claim, code, name, edits, { also: restsOnLevels, spec });
}
