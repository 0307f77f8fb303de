import { z } from "zod";
import { err, type Fault, ok, type Result } from "#base";
import type { ExecutionDocuments } from "#evidence";
import { configHashOf } from "../landing/run-identity.ts";
import { recordedConfig, type VenueRunConfig } from "../run/run-config.ts";

type Recorded = Pick<ExecutionDocuments["run_manifest"], "config" | "config_hash">;

/**
 * The configuration of a recorded run; it is the right one when it is recorded again as it was.
 * Fault: recorded_config_unknown, for a run of another version.
 */
export function readRecordedConfig({
  config,
  config_hash,
}: Recorded): Result<VenueRunConfig, Fault> {
  const parsed = schema.safeParse(config);
  if (parsed.success) {
    const read = toConfig(parsed.data);
    if (configHashOf(recordedConfig(read)) === config_hash) return ok(read);
  }
  const message = "its configuration is of another version of Assay; end it with that one";
  return err({ code: "recorded_config_unknown", message });
}

const whole = z.int().nonnegative();
const text = z.string();

const schema = z.strictObject({
  allocation_ratio_ppm: whole,
  bar: text,
  book_depth: whole,
  capital_per_agent_micro: whole,
  exclusive_account: z.boolean(),
  inst_id: text,
  library: z.enum(["direct", "okx_sdk", "ccxt"]),
  margin_mode: z.literal("cross"),
  max_agents: whole,
  max_leverage_ppm: whole,
  max_market_age_ms: whole,
  min_agents: whole,
  one_shot: z
    .strictObject({ tick: whole, action: z.enum(["open_long", "open_short", "close_to_flat"]) })
    .nullable(),
  order_lifetime_ms: whole,
  order_style: z.enum(["market", "limit", "passive"]),
  page_limit: whole,
  poll_ms: whole,
  self_trade: z.union([
    z.strictObject({
      policy: z.literal("stp"),
      mode: z.enum(["cancel_maker", "cancel_taker", "cancel_both"]),
    }),
    z.strictObject({ policy: z.literal("netting") }),
  ]),
  shutdown_flatten: z.boolean(),
  startup_flatten: z.boolean(),
  tick_seconds: whole.nullable(),
  ticks: whole,
  tolerance_micro: whole,
});

function toConfig(recorded: z.infer<typeof schema>): VenueRunConfig {
  return {
    instId: recorded.inst_id,
    library: recorded.library,
    bar: recorded.bar,
    tickSeconds: recorded.tick_seconds,
    ticks: recorded.ticks,
    oneShot: recorded.one_shot,
    minAgents: recorded.min_agents,
    maxAgents: recorded.max_agents,
    capitalPerAgentMicro: recorded.capital_per_agent_micro,
    allocationRatioPpm: recorded.allocation_ratio_ppm,
    marginMode: recorded.margin_mode,
    maxLeveragePpm: recorded.max_leverage_ppm,
    orderStyle: recorded.order_style,
    orderLifetimeMs: recorded.order_lifetime_ms,
    pollMs: recorded.poll_ms,
    selfTrade: recorded.self_trade,
    shutdownFlatten: recorded.shutdown_flatten,
    startupFlatten: recorded.startup_flatten,
    maxMarketAgeMs: recorded.max_market_age_ms,
    toleranceMicro: recorded.tolerance_micro,
    pageLimit: recorded.page_limit,
    bookDepth: recorded.book_depth,
    exclusiveAccount: recorded.exclusive_account,
  };
}
