import { formatDecimal } from "#base";
import { createCalendar } from "#market";
import { fixedText } from "../amount-text.ts";
import {
  type Decision,
  type Details,
  hold,
  type Indicators,
  propose,
  refuse,
} from "../decision.ts";
import { tooSoon } from "../pacing.ts";
import type { ProposalDraft } from "../proposal-draft.ts";
import { tradingHours } from "../trading-hours.ts";
import { type FlowReport, measureFlows } from "./measure-flows.ts";
import type { WhaleMemory, WhaleView } from "./option-trade.ts";
import type { WhaleConfig } from "./whale-config.ts";

/** A change of weights' meaning or of the order of questions is a new version. */
export const whaleVersion = "whale-1";

/** A decision names this many flows and malformed trades; the report has them all. */
const rowsShown = 10;

const calendar = createCalendar("nyse");

/**
 * Follows large option trades: when one side leads the lookback in flows and in premium, and its
 * premium passes the floor, asks for the underlying on that side.
 */
export function decideWhale(
  view: WhaleView,
  config: WhaleConfig,
  memory: WhaleMemory,
): Decision<WhaleMemory> {
  const report = measureFlows(view, config);
  const { dominance, sides } = report;
  const scene = { ...whaleIndicators(report), memory };
  const hours = tradingHours(calendar, view.now_ms, 0);
  if (hours === "unknown") {
    const reason = { code: "time_unreadable", message: `no session is known at ${view.now_ms}` };
    return refuse("input_malformed", reason, scene);
  }
  if (hours === "closed") return hold("market_closed", "New York is closed", scene);
  if (report.flows.length === 0 && report.malformed.length > 0) {
    const message = `none of ${report.malformed.length} trades of ${config.symbol} can be read`;
    return refuse("input_malformed", { code: "all_trades_malformed", message }, scene);
  }
  if (dominance === "NONE") {
    const message = `no flow of ${config.symbol} took a side in the lookback`;
    return hold("no_directional_flow", message, scene);
  }
  const text =
    `${sides.BULLISH.flows} bullish flows of ${dollars(sides.BULLISH.premium_cents)}, ` +
    `${sides.BEARISH.flows} bearish of ${dollars(sides.BEARISH.premium_cents)}`;
  if (dominance === "NEUTRAL") return hold("flows_even", text, scene);
  if (dominance === "MIXED") return hold("flows_mixed", text, scene);
  if (sides[dominance].premium_cents < config.min_premium * 100) {
    return hold("premium_below_floor", `${text}; the floor is ${config.min_premium}`, scene);
  }
  const side = dominance === "BULLISH" ? "BUY" : "SELL";
  const wait = tooSoon(view.now_ms, memory.last_proposal_ms, config.cooldown_ms);
  if (wait !== null && (memory.last_side === side || wait.code === "clock_stepped_back")) {
    return hold(wait.code, wait.message, scene);
  }
  return propose(
    [draftOf(side, text, report, config)],
    [{ code: dominance === "BULLISH" ? "flows_bullish" : "flows_bearish", message: text }],
    { ...scene, memory: { last_proposal_ms: view.now_ms, last_side: side } },
  );
}

function draftOf(
  side: ProposalDraft["side"],
  rationale: string,
  { last_spot }: FlowReport,
  config: WhaleConfig,
): ProposalDraft {
  const value = last_spot === null ? null : (last_spot * config.quantity) / 10_000;
  return {
    symbol: config.symbol,
    asset_type: "EQUITY",
    option: null,
    side,
    quantity: String(config.quantity),
    limit_price: null,
    rationale,
    risk: {
      notional_usd: value === null ? null : fixedText(value, 2),
      max_loss_usd: null,
      max_loss_usd_reason: "no_stop_is_placed",
      stop_loss: null,
      take_profit: null,
    },
    valid_for_ms: config.proposal_valid_ms,
  };
}

type Found = Readonly<{ indicators: Indicators; details: Details }>;

function whaleIndicators(report: FlowReport): Found {
  const { flows, malformed, sides } = report;
  const largest = [...flows]
    .sort((a, b) => b.premium_cents - a.premium_cents || a.first_ts_ms - b.first_ts_ms)
    .slice(0, rowsShown);
  const indicators = {
    dominance: report.dominance,
    flows: flows.length,
    sweeps: flows.filter((flow) => flow.flow_type === "SWEEP").length,
    blocks: flows.filter((flow) => flow.flow_type === "BLOCK").length,
    bullish_flows: sides.BULLISH.flows,
    bullish_premium_cents: sides.BULLISH.premium_cents,
    bearish_flows: sides.BEARISH.flows,
    bearish_premium_cents: sides.BEARISH.premium_cents,
    neutral_flows: sides.NEUTRAL.flows,
    neutral_premium_cents: sides.NEUTRAL.premium_cents,
    mean_conviction: report.mean_conviction,
    max_conviction: report.max_conviction,
    weighted_conviction: report.weighted_conviction,
    conviction_reason: flows.length === 0 ? "no_flow" : null,
    rows: report.rows,
    other_symbols: report.other_symbols,
    outside_lookback: report.outside_lookback,
    duplicates: report.duplicates,
    contradicted: report.contradicted,
    unidentified: report.unidentified,
    malformed: malformed.length,
  };
  return { indicators, details: { largest, malformed: malformed.slice(0, rowsShown) } };
}

function dollars(cents: number): string {
  return formatDecimal(cents, 2);
}
