import type { DecisionTraceLine } from "../../artifacts/orders/decision-trace.ts";
import type { At, OrderReport } from "./order-claim.ts";

/** When an agent was born and when it died, in ticks. */
export type LifeSpan = Readonly<{ tick: number; died: number | null }>;

export type AskedTicks = Readonly<{ line: (line: DecisionTraceLine, at: At) => void }>;

/**
 * Whether each tick of the trace has one decision of everybody who lives then. Lives are known
 * before the first line. Who dies in a tick may have been asked in it or not; the last tick may
 * have been cut off, and is judged for repetitions alone. It holds the agents of one tick.
 */
export function createAskedTicks(
  lives: ReadonlyMap<string, LifeSpan>,
  report: OrderReport,
): AskedTicks {
  const asked = new Set<string>();
  let open: Readonly<{ tick: number; at: At }> | null = null;

  /** Once the next tick has begun, nobody is asked in this one any more. */
  function close(): void {
    if (open === null) return;
    const { tick, at } = open;
    for (const [agent, { tick: born, died }] of lives) {
      const lived = born < tick && (died === null || died > tick);
      if (!lived || asked.has(agent)) continue;
      report.finding("decision_missing", at, `tick ${tick} has no decision of ${agent}`);
    }
  }

  return {
    line(line, at): void {
      if (line.record_type === "tick_summary") {
        close();
        open = { tick: line.tick, at };
        asked.clear();
        return;
      }
      const { tick, agent_id_hash: agent } = line;
      if (open?.tick !== tick) {
        report.finding("decision_misplaced", at, `of tick ${tick}, behind the line of another`);
      } else if (asked.has(agent)) {
        report.finding("decision_repeated", at, `${agent} decided before in tick ${tick}`);
      }
      asked.add(agent);
    },
  };
}
