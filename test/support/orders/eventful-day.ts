import type { StartupPreflight } from "#evidence";
import { agentOrder, decide } from "./decide.ts";
import type { Draft } from "./draft.ts";
import { type Answer, cancelPath } from "./order-lines.ts";
import { stamp, type VenueSession } from "./session.ts";
import type { AgentIdentity } from "./spec.ts";
import { amend, cancelForeign, fill, place, sample } from "./venue.ts";

/** Cancels an order and an algo order that somebody else left; gives the act of the preflight. */
export function clearForeign(session: VenueSession): Draft<StartupPreflight["actions"][number]>[] {
  const algoPath = "/api/v5/trade/cancel-algos";
  cancelForeign(session, { clOrdId: "somebodyelse1", ordId: "555001", endpoint: cancelPath });
  cancelForeign(session, { clOrdId: null, ordId: "555002", endpoint: algoPath });
  session.preflight.before.open_orders_count = 2;
  const ts_utc = stamp(session);
  return [{ ts_utc, action: "cancel_all", client_order_id: null, ok: true, reason_code: null }];
}

type Scene = Readonly<{
  /** Tenths that are filled before the amendment, those it asks for, those filled after it. */
  first: number;
  asked: number;
  after: number;
  answer: Answer;
  /** Whether the exchange made the change although its answer was lost. */
  made?: true;
}>;

const refusal: Answer = { type: "reject", sCode: "51008", sMsg: "Insufficient margin" };

/** Orders of 20 tenths, amended in every way; the last one to less than is filled of it. */
const scenes: readonly Scene[] = [
  { first: 5, asked: 30, after: 25, answer: { type: "ack" } },
  { first: 5, asked: 10, after: 5, answer: { type: "ack" } },
  { first: 5, asked: 40, after: 15, answer: { type: "timeout" } },
  { first: 5, asked: 40, after: 15, answer: refusal },
  { first: 5, asked: 30, after: 25, answer: { type: "timeout" }, made: true },
  { first: 12, asked: 10, after: 0, answer: { type: "ack" } },
];

const amendedTenths = 20;

/** Each agent decides once and amends what it placed. */
export function playAmendments(session: VenueSession, number: number): void {
  const { agents } = session.ids;
  const intents = agents.map((agent) =>
    decide(session, { number, agent, action: "open_long", oneShot: false }),
  );
  for (const [index, scene] of scenes.entries()) {
    const agent = agents[index % agents.length];
    const intentId = intents[index % agents.length];
    if (agent === undefined || intentId === undefined) continue;
    playScene(session, { number, agent, intentId }, scene);
  }
}

type Turn = Readonly<{ number: number; agent: AgentIdentity; intentId: string }>;

function playScene(session: VenueSession, { number, agent, intentId }: Turn, scene: Scene): void {
  const order = place(session, {
    ...agentOrder(agent, number, intentId),
    kind: "agent_intent_open",
    side: "buy",
    type: "limit",
    tenths: amendedTenths,
    px: "42000",
    oneShot: false,
    answer: { type: "ack" },
  });
  if (order === null) return;
  sample(session, order);
  fill(session, order, scene.first, 42_000);
  if (scene.made === true) order.tenths = scene.asked;
  amend(session, order, { tenths: scene.asked, answer: scene.answer });
  if (scene.after > 0) fill(session, order, scene.after, 42_000);
}
