import { isoFromMillis } from "#base";
import { agentOrder, decide } from "./decide.ts";
import { clearForeign, playAmendments } from "./eventful-day.ts";
import { head, newSession, stamp, type VenueSession } from "./session.ts";
import { type AgentIdentity, type SessionSpec, startMs } from "./spec.ts";
import { tick } from "./tick.ts";
import { cancel, fill, funding, place, sample, sampleNotFound, type VenueOrder } from "./venue.ts";

/** Ticks of one round: open, cancel and fail, close, then quiet. */
const ticksPerRound = 4;

/**
 * A session at a venue that never was: it starts flat, tests itself, and its agents buy, get filled
 * in parts, are rejected, lose an answer, cancel and close; then execution freezes. By index modulo
 * four: 0 trades to the end, 1 is filled in part and cancels, 2 is rejected, 3 loses an answer and
 * is refused.
 */
export function playSession(spec: SessionSpec, prefix: string | null = null): VenueSession {
  const session = newSession(spec, prefix);
  startUp(session);
  for (let round = 0; round < spec.rounds; round += 1) playRound(session, round);
  const last = spec.rounds * ticksPerRound;
  if (spec.frozen) {
    tick(session, last + 1, () => freeze(session, last + 1));
    tick(session, last + 2, () => {});
  }
  return session;
}

function startUp(session: VenueSession): void {
  const { preflight } = session;
  const cleared = session.spec.eventful === true ? clearForeign(session) : [];
  const base = { tick: null, agent: null, posSide: "net", oneShot: false } as const;
  const flatten = place(session, {
    ...base,
    scope: "startup_flatten",
    source: "lifecycle",
    intentId: "i_flatten",
    kind: "startup_flatten",
    side: "sell",
    type: "market",
    tenths: 20,
    px: null,
    reduceOnly: true,
    answer: { type: "ack" },
  });
  if (flatten !== null) {
    sample(session, flatten);
    fill(session, flatten, 20, 42_000);
  }
  const test = place(session, {
    ...base,
    scope: "preflight_self_test",
    source: "preflight_self_test",
    intentId: "i_self_test",
    kind: "preflight_self_test",
    side: "buy",
    type: "limit",
    tenths: 1,
    px: "20000",
    reduceOnly: false,
    answer: { type: "ack" },
  });
  if (test !== null) {
    sample(session, test);
    cancel(session, test);
  }
  const action = (name: "connect" | "flatten" | "self_test_order", id: string | null) => ({
    ts_utc: stamp(session),
    action: name,
    client_order_id: id,
    ok: true,
    reason_code: null,
  });
  preflight.actions = [
    action("connect", null),
    ...cleared,
    action("flatten", flatten?.clOrdId ?? null),
    action("self_test_order", test?.clOrdId ?? null),
  ];
  preflight.end_time = isoFromMillis(session.clock.ms);
  preflight.duration_ms = session.clock.ms - startMs;
}

function playRound(session: VenueSession, round: number): void {
  const first = round * ticksPerRound;
  const { agents } = session.ids;
  const open: { agent: number; order: VenueOrder }[] = [];
  tick(session, first + 1, () => funding(session, "-0.125"));
  tick(session, first + 2, (number) => {
    for (const [index, agent] of agents.entries())
      openPosition(session, { number, index, agent, open });
  });
  tick(session, first + 3, (number) => {
    if (session.spec.eventful === true) playAmendments(session, number);
    for (const { agent, order } of open) if (agent % 4 === 1) cancel(session, order);
    funding(session, "0.0625");
  });
  tick(session, first + 4, (number) => {
    for (const [index, agent] of agents.entries()) finish(session, { number, index, agent, open });
  });
}

type Turn = Readonly<{
  number: number;
  index: number;
  agent: AgentIdentity;
  open: { agent: number; order: VenueOrder }[];
}>;

function openPosition(session: VenueSession, { number, index, agent, open }: Turn): void {
  const kind = index % 4;
  const oneShot = session.spec.oneShot && index === 0 && number === 2;
  const long = kind !== 1;
  const intentId = decide(session, {
    number,
    agent,
    action: long ? "open_long" : "open_short",
    oneShot,
  });
  const order = place(session, {
    ...agentOrder(agent, number, intentId),
    kind: "agent_intent_open",
    side: long ? "buy" : "sell",
    type: kind === 1 ? "limit" : "market",
    tenths: kind === 1 ? 20 : 30,
    px: kind === 1 ? "42100" : null,
    oneShot,
    answer:
      kind === 2
        ? { type: "reject", sCode: "51008", sMsg: "Insufficient margin" }
        : kind === 3
          ? { type: "timeout" }
          : { type: "ack" },
  });
  if (kind === 3) sampleNotFound(session, session.attempts.at(-1)?.client_order_id ?? "");
  if (order === null) return;
  open.push({ agent: index, order });
  sample(session, order);
  fill(session, order, kind === 0 ? 12 : 5, 42_000);
  if (kind === 0) fill(session, order, 18, 42_001);
}

function finish(session: VenueSession, { number, index, agent }: Turn): void {
  const kind = index % 4;
  if (kind === 0) {
    const intentId = decide(session, { number, agent, action: "close_to_flat", oneShot: false });
    const order = place(session, {
      ...agentOrder(agent, number, intentId),
      kind: "agent_intent_close",
      side: "sell",
      type: "market",
      tenths: 30,
      px: null,
      reduceOnly: true,
      oneShot: false,
      answer: { type: "ack" },
    });
    if (order !== null) fill(session, order, 30, 42_050);
  } else if (kind === 3) {
    const intentId = decide(session, { number, agent, action: "open_long", oneShot: false });
    place(session, {
      ...agentOrder(agent, number, intentId),
      kind: "agent_intent_open",
      side: "buy",
      type: "market",
      tenths: 30,
      px: null,
      oneShot: false,
      answer: {
        type: "refused",
        fence: "fence_rate_limiter_block_order",
        reason: "agent_rate_limited",
      },
    });
  } else decide(session, { number, agent, action: "hold", oneShot: false });
}

/** Execution freezes; the next wish of an agent is refused for it. */
function freeze(session: VenueSession, number: number): void {
  const agent = session.ids.agents[0];
  const event = {
    audit_scope_id: session.ids.scope,
    tick: number,
    tick_reason: null,
    freeze_id: "fz0001",
    freeze_reason_code: "unexplained_balance_delta",
    freeze_reason_detail: "the balance moved by 1.5 USDT and no bill says why",
    execution_frozen: true,
    evidence_refs: [],
  } as const;
  session.freezes.push({ ...head(session), ...event, evidence_refs: [] });
  if (agent === undefined) return;
  const intentId = decide(session, { number, agent, action: "open_long", oneShot: false });
  place(session, {
    ...agentOrder(agent, number, intentId),
    kind: "agent_intent_open",
    side: "buy",
    type: "market",
    tenths: 30,
    px: null,
    oneShot: false,
    answer: { type: "frozen", freezeId: event.freeze_id, reason: event.freeze_reason_code },
  });
}
