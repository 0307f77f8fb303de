import type { Millis } from "#base";
import type { AgentMode, ArmedLease, Freshness, Gate, HaltReading, VenueMode } from "#safety";
import type { StpMode, Venue, VenueInstrument } from "../port.ts";
import type { CallRecorder } from "../recording/call-recorder.ts";
import type { EvidenceSink } from "../recording/evidence-sink.ts";
import type { BrokerLimits } from "./limits.ts";
import type { RecordedOrders } from "./read-recorded.ts";

/** Everything a broker works with; it asks nobody else. */
export type BrokerOptions = Readonly<{
  venue: Venue;
  sink: EvidenceSink;
  recorder: CallRecorder;
  time: BrokerTime;
  safety: SafetyInputs;
  facts: BrokerFacts;
  instruments: readonly VenueInstrument[];
  limits: BrokerLimits;
  selfTrade: SelfTradePolicy;
  /** Begins every client order id of this run. */
  prefix: string;
  /** 16 hex. */
  accountIdHash: string;
  /** The audit that will look for these orders; null: none is declared. */
  auditScopeId: string | null;
  /** What a process before this one left of the same run, as openBroker asks; null: it is new. */
  recorded: RecordedOrders | null;
}>;

/** The venue's time as well as it is known: evidence, windows and expiries go by it. */
export type BrokerTime = Readonly<{
  nowMs: () => Millis;
  sleep: (ms: number) => Promise<void>;
}>;

/** Asked anew for every order. */
export type SafetyInputs = Readonly<{
  mode: VenueMode;
  /** Reads switch and latch now (HaltWatch.look). */
  halt: () => HaltReading;
  freshness: () => Freshness;
  gate: () => Gate;
  agentMode: () => AgentMode;
  lease: () => ArmedLease | null;
  /** Whether the account is proven to be a demo account; null: not proven. */
  demoAccount: () => boolean | null;
}>;

/** What the run knows of markets and money; null is unknown, and unknown refuses. */
export type BrokerFacts = Readonly<{
  reference: (instId: string) => Readonly<{ px: string; atMs: Millis }> | null;
  account: () => Readonly<{ availableEquity: string | null; positionNotional: string | null }>;
  agent: (
    agentIdHash: string,
  ) => Readonly<{ equity: string | null; positionNotional: string | null }>;
}>;

/**
 * How agents of one account are kept from trading with each other: by the exchange, or by sending
 * no order that could meet another of ours.
 */
export type SelfTradePolicy =
  | Readonly<{ type: "stp"; mode: StpMode }>
  | Readonly<{ type: "netting" }>;
