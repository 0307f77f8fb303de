import type { Json } from "#base";
import type { VenueLibrary } from "#venues";

/** How agents' wishes become orders. */
export type OrderStyle =
  /** Market orders: whatever the book gives, at once. */
  | "market"
  /** Limit orders at the other side's best price: what does not fill rests. */
  | "limit"
  /** Limit orders at the own side's best price, never taking. */
  | "passive";

export type OneShotAction = "open_long" | "open_short" | "close_to_flat";

/** How agents of one account are kept from trading with each other. */
export type SelfTradeChoice =
  | Readonly<{ policy: "stp"; mode: "cancel_maker" | "cancel_taker" | "cancel_both" }>
  | Readonly<{ policy: "netting" }>;

/** Everything that a venue run can be told; recorded whole, hashed, nothing defaulted silently. */
export type VenueRunConfig = Readonly<{
  instId: string;
  library: VenueLibrary;
  /** The venue's name for the bars that are decided on. */
  bar: string;
  /** How often to decide, a multiple of the bar; null: at every closed bar. */
  tickSeconds: number | null;
  ticks: number;
  oneShot: Readonly<{ tick: number; action: OneShotAction }> | null;
  minAgents: number;
  maxAgents: number;
  capitalPerAgentMicro: number;
  allocationRatioPpm: number;
  /** One margin for everybody: the account holds one position for all agents. */
  marginMode: "cross";
  /** Notional over equity that a signal of 1 asks for, in millionths. */
  maxLeveragePpm: number;
  orderStyle: OrderStyle;
  /** How long an order may rest before it is cancelled. */
  orderLifetimeMs: number;
  /** Between two looks at orders. */
  pollMs: number;
  selfTrade: SelfTradeChoice;
  /** Close what is held when the run ends. */
  shutdownFlatten: boolean;
  /** Flatten before the run; without it anything that is open refuses the run. */
  startupFlatten: boolean;
  /** Market data older than this stops orders. */
  maxMarketAgeMs: number;
  /** Unexplained money beyond this freezes execution, in micro-units of the currency. */
  toleranceMicro: number;
  pageLimit: number;
  bookDepth: number;
  /** Whoever starts the run promises that nobody else trades on the account. */
  exclusiveAccount: boolean;
}>;

/** The configuration as it is recorded: snake_case, in the manifest and under config_hash. */
export function recordedConfig(config: VenueRunConfig): Readonly<Record<string, Json>> {
  const { oneShot, selfTrade } = config;
  return {
    allocation_ratio_ppm: config.allocationRatioPpm,
    bar: config.bar,
    book_depth: config.bookDepth,
    capital_per_agent_micro: config.capitalPerAgentMicro,
    exclusive_account: config.exclusiveAccount,
    inst_id: config.instId,
    library: config.library,
    margin_mode: config.marginMode,
    max_agents: config.maxAgents,
    max_leverage_ppm: config.maxLeveragePpm,
    max_market_age_ms: config.maxMarketAgeMs,
    min_agents: config.minAgents,
    one_shot: oneShot === null ? null : { tick: oneShot.tick, action: oneShot.action },
    order_lifetime_ms: config.orderLifetimeMs,
    order_style: config.orderStyle,
    page_limit: config.pageLimit,
    poll_ms: config.pollMs,
    self_trade:
      selfTrade.policy === "stp"
        ? { policy: selfTrade.policy, mode: selfTrade.mode }
        : { policy: selfTrade.policy },
    shutdown_flatten: config.shutdownFlatten,
    startup_flatten: config.startupFlatten,
    tick_seconds: config.tickSeconds,
    ticks: config.ticks,
    tolerance_micro: config.toleranceMicro,
  };
}
