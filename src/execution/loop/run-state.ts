import type { Broker } from "#venues";
import type { Amount } from "../amounts/amount.ts";
import type { PositionsSeen } from "../audit/positions.ts";
import type { ChosenGenomes } from "../bootstrap/choose-genomes.ts";
import type { Colony } from "../colony/colony.ts";
import type { Reserve } from "../colony/reserve.ts";
import type { MarketFeed } from "../market-view/take-bars.ts";
import type { ReferenceBook } from "../quality/price-reference.ts";
import type { RunSession } from "../run/open-session.ts";
import type { AccountSeen } from "./account-look.ts";

/** Whose order it is: an agent by its hash, or the run itself. */
export type OrderOwner = Readonly<{
  agentHash: string | null;
  askedLots: number;
  tick: number | null;
}>;

/** The one-shot proof as it came about. */
export type OneShotDone = Readonly<{
  tick: number;
  agentHash: string;
  clientOrderId: string | null;
  intentId: string | null;
}>;

export type Collapse = Readonly<{ reason: "extinction" | "financial" | "both"; atMs: number }>;

/** A run between its bootstrap and its end. What changes is changed by the acts of a tick alone. */
export type RunState = {
  readonly session: RunSession;
  readonly broker: Broker;
  readonly colony: Colony;
  readonly reserve: Reserve;
  readonly feed: MarketFeed;
  readonly references: ReferenceBook;
  readonly genomes: ChosenGenomes;
  readonly bootstrapEquity: Amount;
  readonly bootstrapMs: number;
  /** From here on fills and bills are the run's. */
  readonly windowStartMs: number;
  /** Up to here; null: up to now. */
  readonly windowEndMs: number | null;
  readonly startPositions: PositionsSeen;
  readonly ownerByOrder: Map<string, OrderOwner>;
  readonly knownTrades: Set<string>;
  readonly knownBills: Set<string>;
  /** Filled lots by order, as fills add up. */
  readonly filledByOrder: Map<string, number>;
  /** Average price of what filled, by order: value in tick lots. */
  readonly fillValueByOrder: Map<string, number>;
  /** Agents that are alive, and orders of the run, as the broker's gates see the account. */
  account: AccountSeen | null;
  /** Price that everything is marked at; the mark of the exchange, else the last trade. */
  markPrice: string | null;
  tick: number;
  ticksDone: number;
  /** Decisions asked of living agents. */
  steps: number;
  truth: "ok" | "degraded" | "unknown";
  apiErrors: number;
  thinBooks: number;
  oneShot: OneShotDone | null;
  collapse: Collapse | null;
  deaths: number;
  settlements: number;
};
