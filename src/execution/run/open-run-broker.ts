import type { Fault, Result } from "#base";
import {
  type Broker,
  type BrokerFacts,
  defaultLimits,
  openBroker,
  type RecordedOrders,
} from "#venues";
import { absolute, amountText } from "../amounts/amount.ts";
import { at, slotOf } from "../colony/colony.ts";
import { equityAt, totalLots } from "../colony/reserve.ts";
import { patience } from "../follow-up/follow-to-ends.ts";
import type { AccountSeen } from "../loop/account-look.ts";
import type { RunState } from "../loop/run-state.ts";
import type { MarketState } from "./market-state.ts";
import type { RunSession } from "./open-session.ts";

/** What the broker's gates may know; filled as the run learns it. */
export type KnownFacts = {
  account: AccountSeen | null;
  state: RunState | null;
};

/** Slack between what a signal may ask for and what the gate refuses, for prices that moved. */
const leverageSlack = 2;
const leastOverdueMs = 60_000;

/** Where a broker works: what it asks, where it writes, and under which names. */
export type BrokerSeat = Pick<
  RunSession,
  "request" | "probed" | "sink" | "recorder" | "market" | "prefix" | "accountIdHash"
> &
  Readonly<{ auditScopeId: string | null }>;

/**
 * Opens the only writer of a run; with `recorded`, of one that a process left behind. Faults:
 * those of openBroker.
 */
export async function openRunBroker(
  seat: BrokerSeat,
  known: KnownFacts,
  recorded: RecordedOrders | null = null,
): Promise<Result<Broker, Fault>> {
  const { request, probed, sink, recorder, market, prefix } = seat;
  const { config, clock, halt } = request;
  const limits = {
    ...defaultLimits([config.instId]),
    agentMaxLeverage: (config.maxLeveragePpm / 1_000_000) * leverageSlack,
    maxReferenceAgeMs: config.maxMarketAgeMs,
    orderOverdueMs: Math.max(leastOverdueMs, 2 * config.orderLifetimeMs),
  };
  return openBroker({
    venue: request.venue,
    sink,
    recorder,
    time: {
      nowMs: () => clock.nowMillis(),
      sleep: async (ms) => clock.waitUntil(clock.nowMillis() + ms, patience),
    },
    safety: {
      mode: request.mode,
      halt: () => halt.look(),
      freshness: () => market.freshness(),
      gate: () => market.gate(),
      agentMode: () => "PAPER",
      lease: () => null,
      demoAccount: () => probed.account.demo,
    },
    facts: factsOf(market, known),
    instruments: [probed.instrument],
    limits,
    selfTrade:
      config.selfTrade.policy === "stp"
        ? { type: "stp", mode: config.selfTrade.mode }
        : { type: "netting" },
    prefix,
    accountIdHash: seat.accountIdHash,
    auditScopeId: seat.auditScopeId,
    recorded,
  });
}

function factsOf(market: MarketState, known: KnownFacts): BrokerFacts {
  return {
    reference: () => market.reference(),
    account(): ReturnType<BrokerFacts["account"]> {
      const account = known.state?.account ?? known.account;
      const px = market.reference()?.px ?? null;
      const { state } = known;
      const lots = state === null ? 0 : totalLots(state.colony, state.reserve);
      const notional = state === null || px === null ? null : state.colony.sizes.valueOf(lots, px);
      return {
        availableEquity: account?.balance?.availEq ?? null,
        positionNotional: notional === null ? null : amountText(absolute(notional)),
      };
    },
    agent(agentIdHash): ReturnType<BrokerFacts["agent"]> {
      const { state } = known;
      const px = market.reference()?.px ?? null;
      const slot = state === null ? null : slotOf(state.colony, agentIdHash);
      if (state === null || slot === null || px === null) {
        return { equity: null, positionNotional: null };
      }
      const { colony } = state;
      const held = colony.sizes.valueOf(at(colony.world.position, slot), px);
      return {
        equity: amountText(equityAt(colony, slot, px)),
        positionNotional: amountText(absolute(held)),
      };
    },
  };
}
