import { err, type Fault, ok, type Result } from "#base";
import type { EvidenceRef, FenceRow, OrderManifest, RunManifest } from "#evidence";
import type { OrderRow } from "../port.ts";
import { createAgentPace } from "./agent-gates.ts";
import { amendOrder } from "./amend.ts";
import { boundedCall } from "./bounded-call.ts";
import { cancelOrder } from "./cancel.ts";
import { type CancelAllReport, type CancelAllRequest, cancelAll } from "./cancel-all.ts";
import type { Desk } from "./desk.ts";
import { createFenceCounts, type Refusal } from "./fences.ts";
import { type FollowUpReport, followUp } from "./follow-up.ts";
import { createFreeze, type FreezeReason, type Frozen } from "./freeze.ts";
import type { AmendIntent, CancelIntent, PlaceIntent, WriteOutcome } from "./intent.ts";
import { createLane } from "./lane.ts";
import { rememberLastLine } from "./last-line.ts";
import { readLimits } from "./limits.ts";
import { observeRow } from "./look.ts";
import { nettedOut, nettingRefusal } from "./netting.ts";
import type { BrokerOptions, SelfTradePolicy } from "./options.ts";
import { createOrderIds, isOrderPrefix, maxPrefixLength } from "./order-ids.ts";
import { createOwnOrders, type OwnOrderView, viewOf } from "./own-orders.ts";
import { placeOrder, refusedOutcome } from "./place.ts";
import { createRateBudget } from "./rate-budget.ts";
import {
  countersOf,
  frozenBefore,
  type RecoveryReport,
  recoverOrders,
  rememberOrders,
} from "./recover.ts";
import { createTickCounts, type TickOrders } from "./tick-counts.ts";
import { createVenueHealth } from "./venue-health.ts";

/** The only writer of a run: everything that changes an order goes through here, one by one. */
export type Broker = Readonly<{
  /** The same intent again is the same order again, also after a restart. */
  place: (intent: PlaceIntent) => Promise<WriteOutcome>;
  /** The intents of one tick, in their order; under netting those that would meet stay home. */
  placeAll: (intents: readonly PlaceIntent[]) => Promise<readonly WriteOutcome[]>;
  /** Null: no order of ours has that id. */
  amend: (intent: AmendIntent) => Promise<WriteOutcome | null>;
  cancel: (intent: CancelIntent) => Promise<WriteOutcome | null>;
  cancelAll: (request: CancelAllRequest) => Promise<CancelAllReport>;
  /** The venue's dead man's timer: 10 to 120 seconds, 0 switches it off. Whether it was taken. */
  armTimer: (seconds: number) => Promise<boolean>;
  followUp: () => Promise<FollowUpReport>;
  /** Takes in an order that the venue pushed. */
  observe: (row: OrderRow) => Promise<void>;
  freeze: (
    reason: FreezeReason,
    detail: string,
    evidence: Readonly<{ tick: number | null; refs: readonly EvidenceRef[] }>,
  ) => Promise<void>;
  frozen: () => Frozen | null;
  /** Resolves when no write waits or is under way. */
  idle: () => Promise<void>;
  orders: () => readonly OwnOrderView[];
  tickOrders: (tick: number) => TickOrders;
  fences: () => readonly FenceRow[];
  /** Sections of the manifest. */
  freezeSection: () => NonNullable<OrderManifest["execution_freeze"]>;
  selfTradePrevention: () => RunManifest["self_trade_prevention"];
  /** What a restart found; null for a new run. */
  recovery: RecoveryReport | null;
}>;

/** More orders waiting than this are refused: they would be stale when their turn comes. */
const maxWaitingWrites = 4096;

const fullRefusal: Refusal = {
  fence: "fence_rate_limiter_block_order",
  reason: "agent_rate_limited",
};

/**
 * Opens the broker of a run. With `recorded`, it first finds out what became of every order of the
 * process before; an order of which nobody can say freezes it, and cancelling stays possible.
 *
 * Who goes on with a run reads `readRecordedOrders` of its directory, then opens the sink over the
 * same files with a clock that is not behind their last lines, counts calls on from `callsNamed`,
 * and gives the prefix, account, audit and limits of that run. What comes back has told every
 * outcome that a recorded call decides, asked the exchange for up to 20 seconds for each order that
 * was not ended, and is frozen if the run was. Orders that rest stay: `cancelAll` ends them.
 *
 * Faults: broker_limit_missing, broker_limit_invalid, broker_prefix_invalid,
 * broker_instrument_unknown.
 */
export async function openBroker(options: BrokerOptions): Promise<Result<Broker, Fault>> {
  const wrong = wrongOptions(options);
  if (wrong !== null) return err(wrong);
  const desk = createDesk(options);
  let recovery: RecoveryReport | null = null;
  if (options.recorded !== null) {
    rememberOrders(desk, options.recorded);
    recovery = await recoverOrders(desk, options.recorded);
  }
  return ok(createBroker(desk, recovery));
}

function wrongOptions({ limits, prefix, instruments }: BrokerOptions): Fault | null {
  const read = readLimits(limits);
  if (!read.ok) return read.fault;
  if (!isOrderPrefix(prefix)) {
    const message = `letters and digits, at most ${maxPrefixLength}, a letter first: ${prefix}`;
    return { code: "broker_prefix_invalid", message };
  }
  const known = new Set(instruments.map(({ instId }) => instId));
  const unknown = limits.instruments.find((instId) => !known.has(instId));
  if (unknown === undefined) return null;
  return { code: "broker_instrument_unknown", message: `the venue does not know ${unknown}` };
}

function createDesk(given: BrokerOptions): Desk {
  const { sink, lastLine } = rememberLastLine(given.sink);
  const options = { ...given, sink };
  const { recorded, prefix, auditScopeId, limits } = options;
  const used = countersOf(recorded, prefix);
  return {
    options,
    instrumentById: new Map(options.instruments.map((one) => [one.instId, one])),
    orders: createOwnOrders(),
    ids: createOrderIds(prefix, used.orders, used.attempts),
    fences: createFenceCounts(),
    freeze: createFreeze(sink, auditScopeId, frozenBefore(recorded)),
    pace: createAgentPace(limits),
    budget: createRateBudget(limits.rates),
    health: createVenueHealth(),
    ticks: createTickCounts(),
    looks: new Map(),
    lastLine,
  };
}

function createBroker(desk: Desk, recovery: RecoveryReport | null): Broker {
  const writes = createLane(maxWaitingWrites);
  // A cancel never waits behind an order that hangs.
  const cancels = createLane(maxWaitingWrites);
  const outcomes = new Map<string, Promise<WriteOutcome>>();

  async function place(intent: PlaceIntent, netted: Refusal | null = null): Promise<WriteOutcome> {
    const before = outcomes.get(intent.intentId) ?? recordedOutcome(desk, intent);
    if (before !== null) return before;
    const placing = writes.run(async () => placeOrder(desk, intent, netted));
    if (placing === null) return refusedOutcome(desk, intent, fullRefusal);
    outcomes.set(intent.intentId, placing);
    return placing;
  }

  return {
    place: async (intent) => place(intent),
    async placeAll(intents): Promise<readonly WriteOutcome[]> {
      const nets = desk.options.selfTrade.type === "netting";
      const home = nets ? nettedOut(intents.map(({ order }) => order)) : new Set<number>();
      return Promise.all(
        intents.map(async (intent, at) => place(intent, home.has(at) ? nettingRefusal : null)),
      );
    },
    async amend(intent): Promise<WriteOutcome | null> {
      const own = desk.orders.get(intent.clientOrderId);
      if (own === null) return null;
      const amending = writes.run(async () => amendOrder(desk, intent, own));
      return amending ?? refusedOutcome(desk, intent, fullRefusal);
    },
    async cancel(intent): Promise<WriteOutcome | null> {
      const own = desk.orders.get(intent.clientOrderId);
      if (own === null) return null;
      const cancelling = cancels.run(async () => cancelOrder(desk, intent, own));
      return cancelling ?? refusedOutcome(desk, intent, fullRefusal);
    },
    cancelAll: async (request) => cancelAll(desk, request),
    armTimer: async (seconds) => armTimer(desk, seconds),
    followUp: async () => followUp(desk),
    observe: async (row) => observeRow(desk, row),
    freeze: async (reason, detail, evidence) =>
      desk.freeze.trigger({ reason, detail, ...evidence }),
    frozen: () => desk.freeze.state(),
    async idle(): Promise<void> {
      await writes.idle();
      await cancels.idle();
    },
    orders: () => [...desk.orders.all()].map(viewOf),
    tickOrders: (tick) => desk.ticks.of(tick),
    fences: () => desk.fences.rows(),
    freezeSection: () => desk.freeze.section(),
    selfTradePrevention: () => selfTradeSection(desk.options.selfTrade),
    recovery,
  };
}

/** The order that a process before this one placed for the same intent. */
function recordedOutcome(desk: Desk, { intentId }: PlaceIntent): Promise<WriteOutcome> | null {
  const own = desk.orders.byIntent(intentId);
  if (own === null) return null;
  const status = own.state === "rejected" ? "rejected" : own.state === "absent" ? "error" : "ok";
  return Promise.resolve({
    intentId,
    status,
    classification: status === "ok" ? "L1_OK" : "L1_TRUTH_INCOMPLETE",
    reasonCode: "placed_before_restart",
    recommendedAction: null,
    fence: null,
    order: viewOf(own),
  });
}

async function armTimer({ options }: Desk, seconds: number): Promise<boolean> {
  const endpoint = "/api/v5/trade/cancel-all-after";
  const params = { timeOut: String(seconds) };
  const about = { method: "POST", endpoint, params, nowMs: options.time.nowMs() } as const;
  const answer = await boundedCall(about, async () => options.venue.cancelAllAfter(seconds));
  await options.recorder.query(answer.call);
  return answer.ok;
}

/** Trade ids tell an execution of the account with itself from every other. */
function selfTradeSection(policy: SelfTradePolicy): RunManifest["self_trade_prevention"] {
  const stp = policy.type === "stp";
  return {
    stp_supported: true,
    stp_supported_reason: null,
    stp_enabled: stp,
    stp_enabled_reason: null,
    execution_netting_enabled: !stp,
    self_trade_policy: "forbid",
    self_trade_detection_capability: "strong",
  };
}
