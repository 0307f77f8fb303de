import type { RunSession } from "../run/open-session.ts";
import type { LeftRecords } from "./left-records.ts";

/** Features that are always there; those of the market come on top. */
const alwaysThere = 21;

/**
 * Counts again what fences of the run did, as far as it shows in what the run recorded. How often
 * orders were cut or too small shows nowhere, and is counted from here on.
 */
export function recountFences({ fences }: RunSession, left: LeftRecords): void {
  const { decisions, deaths, errors, orders } = left;
  const askedByTick = new Map<number, number>();
  for (const { record_type: type, tick } of decisions) {
    if (type === "agent_detail") askedByTick.set(tick, (askedByTick.get(tick) ?? 0) + 1);
  }
  for (const line of decisions) {
    if (line.record_type !== "tick_summary") continue;
    const agents = askedByTick.get(line.tick) ?? 0;
    if (line.reason_code !== null) fences.count("fence_market_unseen_hold", agents);
    else if (line.effective_features_count === alwaysThere) {
      fences.count("fence_no_market_features", agents);
    }
  }
  fences.count("fence_agent_death", deaths.length);
  const unseen = errors.filter(({ reason_code: code }) => code === "positions_empty_fallback");
  fences.count("fence_i_positions_empty_fallback", unseen.length);
  const ended = orders.attempts.filter(
    ({ operation, status, intent_kind: kind }) =>
      operation === "cancel" && status === "sending" && kind === "cancel_at_end_of_life",
  );
  fences.count("fence_order_lifetime", new Set(ended.map((line) => line.client_order_id)).size);
}
