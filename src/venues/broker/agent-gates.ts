import { readUnits, timesUp, type Units } from "./decimal-units.ts";
import type { Refusal } from "./fences.ts";
import type { PlaceIntent } from "./intent.ts";
import { type AccountView, exposureOf } from "./limit-gates.ts";
import type { BrokerLimits } from "./limits.ts";
import { notionalOf } from "./own-orders.ts";

/** What is known of one agent; null is unknown. */
export type AgentFacts = Readonly<{ equity: string | null; positionNotional: string | null }>;

const micro = 1_000_000;

/**
 * Whether an agent can afford an order: what is not known is not there. Orders that only make a
 * position smaller pass, or a ruined agent could never leave the market.
 */
export function affordRefusal(
  { order, owner, leverageApplied }: PlaceIntent,
  known: Readonly<{ agent: AgentFacts; availableEquity: string | null }>,
  limits: BrokerLimits,
  view: AccountView,
): Refusal | null {
  if (order.reduceOnly || owner.type !== "agent") return null;
  const fence = "fence_agent_equity";
  const equity = readOrNull(known.agent.equity);
  if (equity === null) return { fence, reason: "equity_unknown" };
  if (equity <= 0n) return { fence, reason: "insufficient_equity" };
  const held = readOrNull(known.agent.positionNotional);
  if (held === null) return { fence, reason: "positions_unknown" };
  const available = readOrNull(known.availableEquity);
  if (available === null) return { fence, reason: "equity_unknown" };
  const reference = view.referenceOf(order.instId);
  if (reference === null) return { fence, reason: "reference_price_unknown" };

  const notional = notionalOf(order, view.contractOf(order.instId), reference);
  // An unknown leverage is the smallest: the whole value is needed.
  const leverage = Math.max(Math.floor((leverageApplied.value ?? 1) * micro), 1);
  if (notional * BigInt(micro) > available * BigInt(leverage)) {
    return { fence, reason: "margin_insufficient" };
  }
  if (limits.agentMaxLeverage === null) return null;
  const own = view.live.filter(({ intent: { owner: other } }) => {
    return other.type === "agent" && other.agentIdHash === owner.agentIdHash;
  });
  const open = exposureOf(own, view);
  if (open === null) return { fence, reason: "reference_price_unknown" };
  const cap = timesUp(equity, BigInt(Math.floor(limits.agentMaxLeverage * micro)) * tenToTwelve);
  const wanted = (held < 0n ? -held : held) + open + notional;
  return wanted > cap ? { fence: "fence_agent_risk_cap", reason: "risk_cap_exceeded" } : null;
}

/** Millionths to the units of a decimal. */
const tenToTwelve = 1_000_000_000_000n;

function readOrNull(text: string | null): Units | null {
  return text === null ? null : readUnits(text);
}

/** How often agents act: counted when an order leaves, remembered for the whole run. */
export type AgentPace = Readonly<{
  /** Why this agent may not send now; an agent that repeats itself is disabled by the asking. */
  refusal: (intent: PlaceIntent, nowMs: number) => Refusal | null;
  count: (intent: PlaceIntent, nowMs: number) => void;
  /** For the rest of the run, and for every process that goes on with it. */
  disable: (agentIdHash: string) => void;
}>;

export function createAgentPace(limits: BrokerLimits): AgentPace {
  const totals = new Map<string, number>();
  const inTick = new Map<string, { tick: number | null; count: number }>();
  const repeats = new Map<string, number[]>();
  const disabled = new Set<string>();

  function tooOften(agent: string, tick: number | null): Refusal | null {
    const { agentOrderQuota: quota, agentOrdersPerTick: perTick } = limits;
    if (quota !== null && (totals.get(agent) ?? 0) >= quota) {
      return { fence: "fence_agent_order_quota", reason: "agent_order_quota_exceeded" };
    }
    const now = inTick.get(agent);
    const count = now?.tick === tick ? now.count : 0;
    if (perTick === null || count < perTick) return null;
    return { fence: "fence_agent_order_rate", reason: "agent_rate_limited" };
  }

  function recent(intent: PlaceIntent, nowMs: number): number[] {
    const { instId, side } = intent.order;
    const key = `${agentOf(intent)} ${instId} ${side}`;
    const windowMs = limits.repeats?.windowMs ?? 0;
    const times = (repeats.get(key) ?? []).filter((at) => nowMs - at < windowMs);
    repeats.set(key, times);
    return times;
  }

  return {
    refusal(intent, nowMs): Refusal | null {
      const agent = agentOf(intent);
      if (agent === null) return null;
      const fence = "fence_repeated_execution";
      if (disabled.has(agent)) return { fence, reason: "agent_disabled" };
      if (limits.repeats !== null && recent(intent, nowMs).length >= limits.repeats.count) {
        disabled.add(agent);
        return { fence, reason: "repeated_execution" };
      }
      return tooOften(agent, intent.tick);
    },
    count(intent, nowMs): void {
      const agent = agentOf(intent);
      if (agent === null) return;
      totals.set(agent, (totals.get(agent) ?? 0) + 1);
      const now = inTick.get(agent);
      const before = now?.tick === intent.tick ? now.count : 0;
      inTick.set(agent, { tick: intent.tick, count: before + 1 });
      if (limits.repeats !== null) recent(intent, nowMs).push(nowMs);
    },
    disable: (agentIdHash) => void disabled.add(agentIdHash),
  };
}

function agentOf({ owner }: PlaceIntent): string | null {
  return owner.type === "agent" ? owner.agentIdHash : null;
}
