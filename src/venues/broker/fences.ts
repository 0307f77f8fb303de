import type { FenceRow } from "#evidence";

/** Every gate of the broker. An attempt that one of them refused carries its id. */
export type FenceId =
  | "fence_agent_equity"
  | "fence_agent_order_quota"
  | "fence_agent_order_rate"
  | "fence_agent_risk_cap"
  | "fence_exchange_available"
  | "fence_execution_frozen"
  | "fence_execution_gate"
  | "fence_kill_switch"
  | "fence_live_auth_guard"
  | "fence_market_freshness"
  | "fence_max_open_orders"
  | "fence_max_order_notional"
  | "fence_max_total_notional"
  | "fence_order_form"
  | "fence_price_collar"
  | "fence_rate_limiter_block_order"
  | "fence_repeated_execution"
  | "fence_self_trade_netting";

/** One refusal of ours. */
export type Refusal = Readonly<{ fence: FenceId; reason: string }>;

export type FenceCounts = Readonly<{
  /** The gate saw what it is there for. */
  trigger: (fence: FenceId) => void;
  /** It refused an attempt; a block is a trigger too. */
  block: (fence: FenceId) => void;
  rows: () => readonly FenceRow[];
}>;

type Described = Readonly<{
  type: "threshold" | "missing_default" | "hard_branch" | "clip";
  category: "ecological" | "man_made";
  gates: string;
  does: string;
  off: string | null;
  /** Why it has no off switch. */
  fixed: string | null;
  risk: string;
  location: string;
}>;

export function createFenceCounts(): FenceCounts {
  const triggers = new Map<FenceId, number>();
  const blocks = new Map<FenceId, number>();
  const add = (counts: Map<FenceId, number>, fence: FenceId): void => {
    counts.set(fence, (counts.get(fence) ?? 0) + 1);
  };
  return {
    trigger: (fence) => add(triggers, fence),
    block(fence): void {
      add(triggers, fence);
      add(blocks, fence);
    },
    rows: () =>
      fenceIds.map((fence) => {
        const { type, category, gates, does, off, fixed, risk, location } = inventory[fence];
        return {
          fence_id: fence,
          layer: "ops",
          type,
          category,
          location: `src/venues/broker/${location}`,
          what_it_gates: gates,
          default_behavior: does,
          off_switch: off,
          off_switch_reason: fixed,
          risk,
          trigger_count: triggers.get(fence) ?? 0,
          block_count: blocks.get(fence) ?? 0,
        };
      }),
  };
}

function limit(gates: string, off: string, risk: string): Described {
  const location = "limit-gates.ts";
  const [type, category] = ["threshold", "man_made"] as const;
  const does = "the order is refused";
  return { type, category, gates, does, off, fixed: null, risk, location };
}

function safety(gates: string, off: string): Described {
  const risk = "agents cannot close either; positions stay open until people act";
  const does = "place and amend are refused, cancel is not";
  const location = "safety-gate.ts";
  const [type, category] = ["hard_branch", "man_made"] as const;
  return { type, category, gates, does, off, fixed: null, risk, location };
}

const inventory: Readonly<Record<FenceId, Described>> = {
  fence_agent_equity: {
    type: "missing_default",
    category: "ecological",
    gates: "opening orders of agents whose equity or position is unknown or used up",
    does: "the order is refused",
    off: null,
    fixed: "an agent spends only what it is known to have",
    risk: "an agent that is ruined in the books but not at the exchange cannot recover",
    location: "agent-gates.ts",
  },
  fence_agent_order_quota: limit(
    "orders of one agent in a whole run",
    "agentOrderQuota = null",
    "an agent that trades often is silenced late in a run",
  ),
  fence_agent_order_rate: limit(
    "orders of one agent in one tick",
    "agentOrdersPerTick = null",
    "an agent that acts in steps loses some of them",
  ),
  fence_agent_risk_cap: limit(
    "positions and open orders of one agent beyond its equity times a leverage",
    "agentMaxLeverage = null",
    "bold agents look tamer than their genome",
  ),
  fence_exchange_available: {
    type: "hard_branch",
    category: "ecological",
    gates: "orders while the exchange is away or in maintenance",
    does: "refused for a pause that doubles up to 30 s",
    off: null,
    fixed: "nobody answers there",
    risk: "a short outage costs the rest of the pause",
    location: "venue-health.ts",
  },
  fence_execution_frozen: {
    ...safety("orders after evidence broke", "a new run"),
    location: "freeze.ts",
  },
  fence_execution_gate: safety("orders while the gate is not READY", "a person recovers the gate"),
  fence_kill_switch: safety("orders while execution is halted", "EXECUTION_HALTED says off"),
  fence_live_auth_guard: safety(
    "orders on an account that is not proven demo, and all live orders that nobody armed",
    "two people arm live trading",
  ),
  fence_market_freshness: safety("orders on market data that is not fresh", "fresh ticks"),
  fence_max_open_orders: limit(
    "orders while as many rest as may",
    "maxOpenOrders = null, maxOpenOrdersPerInstrument = null",
    "the agents that come late in a tick are refused",
  ),
  fence_max_order_notional: limit(
    "the value of a single order",
    "maxOrderNotional = null",
    "rich agents cannot use what they have",
  ),
  fence_max_total_notional: limit(
    "positions and open orders of the account together",
    "maxTotalNotional = null",
    "the agents that come late are refused",
  ),
  fence_order_form: {
    type: "hard_branch",
    category: "ecological",
    gates: "orders that the exchange would refuse by their form: lot, tick, instrument",
    does: "refused before they are sent",
    off: null,
    fixed: "a rule of the exchange",
    risk: "a rule of the exchange that changed is kept too long",
    location: "order-form.ts",
  },
  fence_price_collar: limit(
    "prices far from the reference price, and all orders without one",
    "collarPpm = null",
    "orders meant to rest far away cannot be placed",
  ),
  fence_rate_limiter_block_order: {
    type: "threshold",
    category: "ecological",
    gates: "orders beyond what the exchange takes in its windows",
    does: "waits for the window, refused when the wait is too long",
    off: null,
    fixed: "a rule of the exchange",
    risk: "the agents that come late in a tick are refused",
    location: "rate-budget.ts",
  },
  fence_repeated_execution: limit(
    "the same agent, instrument and side again and again",
    "repeats = null",
    "a fast agent is disabled for the rest of the run",
  ),
  fence_self_trade_netting: {
    type: "hard_branch",
    category: "man_made",
    gates: "orders of one agent that would meet those of another of the same account",
    does: "the smaller side is refused",
    off: "selfTrade = stp",
    fixed: null,
    risk: "agents that disagree hide each other's trades",
    location: "netting.ts",
  },
};

const fenceIds = Object.keys(inventory).toSorted() as readonly FenceId[];

export function isFence(name: string): name is FenceId {
  return Object.hasOwn(inventory, name);
}
