import { cancelPath } from "../order-lines.ts";
import type { VenueSession } from "../session.ts";
import { cancelForeign } from "../venue.ts";
import { clientIdOf, must, ordIdOf, restsOnLevels, type Variant, variant } from "./variant.ts";

const p1 = "step88_p1_acks";
const p2 = "step88_p2_terminal_state";

/** What is wrong with cancels of what others left, and with orders that were amended. */
export const eventfulVariants: readonly Variant[] = [
  level(
    p1,
    "p1_foreign_cancel_late",
    "a cancel of what is not ours while agents trade",
    (session) => cancelForeign(session, { clOrdId: null, ordId: "555003", endpoint: cancelPath }),
  ),
  level(p1, "p1_call_unknown", "a cancel of ours that says it is of somebody else's", (session) => {
    must(foreignCall(session)).ordId = ordIdOf(session, "self_test");
  }),
  level(p1, "p1_call_unknown", "a cancel that names an order of ours as another's", (session) => {
    must(foreignCall(session)).clOrdId = clientIdOf(session, "opened");
  }),
  level(p1, "p1_call_unknown", "a cancel of nobody knows what", (session) => {
    must(foreignCall(session)).ordId = null;
  }),
  level(p1, "p1_write_as_query", "a cancel that says it is a query", (session) => {
    must(foreignCall(session)).operation = "query";
  }),
  level(
    p2,
    "p2_overfilled",
    "more filled than an amendment would have allowed that was refused",
    (s) => endWith(s, { scene: 3, filled: "4", last: "3.5", state: "filled" }),
  ),
  level(p2, "p2_filled_size_differs", "an order that is full at less than it was amended to", (s) =>
    endWith(s, { scene: 0, filled: "2", last: "1.5", state: "filled" }),
  ),
  level(p2, "p2_overfilled", "an order amended to less that was cancelled with more", (s) =>
    endWith(s, { scene: 1, filled: "1.5", last: "1", state: "canceled" }),
  ),
];

function foreignCall(session: VenueSession): VenueSession["calls"][number] | undefined {
  return session.calls.find(({ component, attempt_id }) => {
    return component === "preflight" && attempt_id === null;
  });
}

/** The name of the order of one scene of the eventful day. */
function amendedId({ attempts }: VenueSession, scene: number): string {
  const amended = attempts.filter(({ operation, status }) => {
    return operation === "replace" && status === "sending";
  });
  return must(amended[scene]).client_order_id;
}

type End = Readonly<{
  scene: number;
  filled: string;
  /** Size of the last fill. */
  last: string;
  state: "filled" | "canceled";
}>;

/** Samples, fills and history agree that the order ended so. */
function endWith(session: VenueSession, { scene, filled, last, state }: End): void {
  const id = amendedId(session, scene);
  const sample = must(session.samples.findLast(({ clOrdId }) => clOrdId === id));
  Object.assign(sample, { state, accFillSz: filled, fillSz: last });
  must(session.fills.findLast(({ clOrdId }) => clOrdId === id)).fillSz = last;
  const row = must(session.history.find(({ clOrdId }) => clOrdId === id));
  Object.assign(row, { state, accFillSz: filled });
}

function level(
  claim: string,
  code: string,
  name: string,
  session: (session: VenueSession) => void,
): Variant {
  const options = { also: restsOnLevels, spec: { eventful: true } } as const;
  return variant(claim, code, name, { session }, options);
}
