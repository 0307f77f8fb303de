import type { VenueSession } from "../session.ts";
import {
  clientIdOf,
  drop,
  must,
  ordIdOf,
  restsOnLevels,
  type Variant,
  variant,
} from "./variant.ts";

const p3 = "step88_p3_fills";
const p4 = "step88_p4_bills";
const orphans = "step32_orphans";
const join = "step33_fills_bills_join";

/** Fills, bills and orders of the exchange's books, as the auditor found them. */
export const bookVariants: readonly Variant[] = [
  variant(
    p3,
    "p3_trade_repeated",
    "a trade that is there twice",
    {
      session: ({ fills }) => void fills.splice(2, 0, structuredClone(must(fills[1]))),
    },
    { also: [p4, join, ...restsOnLevels] },
  ),
  variant(
    p3,
    "p3_size_differs",
    "a fill that the exchange never showed",
    { session: ({ fills }) => void fills.splice(2, 1) },
    { also: [p4, ...restsOnLevels] },
  ),
  variant(
    p4,
    "p4_bill_repeated",
    "a bill that is there twice",
    { session: ({ bills }) => void bills.splice(2, 0, structuredClone(must(bills[1]))) },
    { also: [join, ...restsOnLevels] },
  ),
  level("p4_bill_missing", "an order that was filled and never charged", (session) => {
    const id = ordIdOf(session, "closed");
    drop(session.bills, (bill) => bill.ordId === id);
  }),
  level("p4_fee_differs", "one of two bills lost", (session) => {
    const id = ordIdOf(session, "opened");
    const last = session.bills.findLast((bill) => bill.ordId === id);
    drop(session.bills, (bill) => bill === last);
  }),
  level("p4_system_bill_charged", "funding charged to an agent", (session) => {
    const bill = must(session.bills.find((one) => one.ordId === null));
    bill.agent_id_hash = must(session.ids.agents[0]).hash;
  }),
  level("p4_bill_of_other_agent", "a bill charged to another agent", (session) => {
    const id = ordIdOf(session, "closed");
    const bill = must(session.bills.find((one) => one.ordId === id));
    bill.agent_id_hash = must(session.ids.agents[1]).hash;
  }),
  variant(orphans, "order_repeated", "an order that the history shows twice", {
    session: ({ history }) => void history.splice(1, 0, structuredClone(must(history[0]))),
  }),
  variant(orphans, "orphan_order", "an order under our prefix that we never sent", {
    session: (session) => {
      const clOrdId = `${session.ids.prefix}777777`;
      session.history.push({ ...must(session.history.at(-1)), clOrdId, ordId: "555" });
    },
  }),
  variant(
    orphans,
    "order_unanchored",
    "an order in the books that nobody stands behind",
    {
      session: (session) => {
        const id = clientIdOf(session, "closed");
        const ordId = ordIdOf(session, "closed");
        for (const line of session.attempts)
          if (line.client_order_id === id) line.agent_id_hash = null;
        for (const bill of session.bills) if (bill.ordId === ordId) bill.agent_id_hash = null;
      },
    },
    { also: ["step88_p0_attempts", ...restsOnLevels] },
  ),
  variant(
    orphans,
    "orphan_client_id_missing",
    "an order in the books without our name",
    {
      session: ({ history }) =>
        void history.push({
          ...must(history.at(-1)),
          ordId: "555",
          clOrdId: null,
          clOrdId_reason: "exchange_did_not_say",
        }),
    },
    { gap: true },
  ),
  variant(orphans, "order_missing_at_exchange", "an order that the exchange forgot", {
    session: (session) => {
      const id = ordIdOf(session, "partly_filled");
      drop(session.history, (row) => row.ordId === id);
    },
  }),
  variant(join, "fill_without_order", "a fill of an order that we never sent", {
    session: (session) => foreignFill(session, `${session.ids.prefix}777777`),
  }),
  variant(
    join,
    "fill_ids_differ",
    "a fill that names two orders",
    {
      session: (session) => {
        const id = ordIdOf(session, "closed");
        const fill = must(session.fills.find((one) => one.ordId === id));
        fill.clOrdId = clientIdOf(session, "partly_filled");
      },
    },
    { also: [p3, ...restsOnLevels, "venue_summary"] },
  ),
  variant(
    join,
    "fill_client_id_missing",
    "a fill without our name and without an order of ours",
    {
      session: ({ fills }) => {
        fills.push({
          ...must(fills.at(-1)),
          tradeId: "t9999",
          ordId: "555",
          clOrdId: null,
          clOrdId_reason: "exchange_did_not_say",
        });
      },
    },
    { gap: true, also: [p4, ...restsOnLevels] },
  ),
  variant(
    join,
    "bill_client_id_missing",
    "a bill of an order that the history knows without a name",
    {
      session: ({ history, bills }) => {
        history.push({
          ...must(history.at(-1)),
          ordId: "555",
          clOrdId: null,
          clOrdId_reason: "exchange_did_not_say",
        });
        bills.push({ ...must(bills.at(-1)), billId: "b9999", ordId: "555", fee: "0" });
      },
    },
    { gap: true, also: [orphans] },
  ),
  variant(join, "bill_without_order", "a bill of an order that we never sent", {
    session: ({ bills }) =>
      void bills.push({ ...must(bills.at(-1)), billId: "b9999", ordId: "555", fee: "0" }),
  }),
  variant(
    join,
    "trade_or_bill_repeated",
    "a bill with the id of another",
    {
      session: ({ bills }) => {
        const [first, second] = bills.filter((bill) => bill.ordId === null);
        must(second).billId = must(first).billId;
      },
    },
    { also: [p4, ...restsOnLevels] },
  ),
  variant("positions_balance", "positions_differ", "a position that no fill explains", {
    derived: ({ derived }) => {
      must(must(derived.positions.snapshots[1]).positions[0]).contracts = "7";
    },
  }),
  variant("positions_balance", "positions_moment_missing", "no look at the end", {
    derived: ({ derived }) => void derived.positions.snapshots.pop(),
  }),
  variant(
    "positions_balance",
    "positions_not_trusted",
    "positions that the run itself does not trust",
    { derived: ({ derived }) => void (derived.positions.positions_quality = "unreliable") },
    { gap: true },
  ),
];

/** A fill and its bill under a name of ours that no attempt has. */
function foreignFill(session: VenueSession, clOrdId: string): void {
  const { fills, bills } = session;
  const [fill, bill] = [must(fills.at(-1)), must(bills.findLast((one) => one.ordId !== null))];
  fills.push({ ...fill, clOrdId, ordId: "555", tradeId: "t9999", fee: "-0.1" });
  bills.push({ ...bill, billId: "b9999", ordId: "555", tradeId: "t9999", fee: "-0.1" });
}

function level(
  code: string,
  name: string,
  session: NonNullable<Variant["edits"]["session"]>,
): Variant {
  return variant(p4, code, name, { session }, { also: restsOnLevels });
}
