import type { FenceBlockRate, VenueDeathLine } from "../../artifacts/execution/venue-lives.ts";
import { createAskedTicks, type LifeSpan } from "./asked-ticks.ts";
import { checkSplit } from "./capital-split.ts";
import type { At, OrderClaim, OrderReport, OrderRun } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";

type Kinds = "birth" | "death" | "decision" | "attempt" | "telemetry";

/**
 * Nobody dies who was not born, and nobody twice; what a death says of position, settlement and
 * fences holds; and after it nobody asks the dead, and nothing is sent for them, while everybody
 * who lives is asked in every tick. It holds one entry for each agent and each death.
 */
export const venueDeaths: OrderClaim<Kinds> = {
  id: "venue_deaths",
  clause: "docs/contracts/orders.md#venue-deaths",
  reads: ["birth_events", "death_events", "decision_trace", "order_attempts", "gating_telemetry"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const lives = new Map<string, Life>();
    const deaths: Death[] = [];
    const asked = createAskedTicks(lives, report);

    function afterDeath(agent: string, tick: number | null, at: At): void {
      const died = lives.get(agent)?.died ?? null;
      if (died === null || tick === null || tick <= died) return;
      report.finding("dead_agent_acts", at, `${agent} in tick ${tick}, died in tick ${died}`);
    }

    return {
      on: {
        birth({ agent_id, agent_id_hash: agent, tick }): void {
          // Every agent is looked at: most are right because they did not die.
          report.count();
          if (!lives.has(agent)) lives.set(agent, { agent_id, tick, died: null });
        },
        death(death, at): void {
          report.count();
          checkSplit(death.capital_triplet, at, report);
          checkPosition(death, at, report);
          enter(death, lives, at, report);
          const { settlement_client_order_id: settled, fence_block_rate_summary: fences } = death;
          deaths.push({ at, settled, fences });
        },
        decision(line, at): void {
          if (line.record_type === "agent_detail") afterDeath(line.agent_id_hash, line.tick, at);
          asked.line(line, at);
        },
        attempt({ agent_id_hash: agent, operation, tick }, at): void {
          // What rests in the book may still be cancelled.
          if (agent !== null && operation !== "cancel") afterDeath(agent, tick, at);
        },
        telemetry({ fences }): void {
          const known = new Set(fences.map(({ fence_id }) => fence_id));
          for (const death of deaths) checkFences(death, known, report);
        },
      },
      end(): void {
        for (const death of deaths) checkSettlement(death, run, report);
      },
    };
  },
};

/** One agent: when it was born, and when it died. */
type Life = LifeSpan & Readonly<{ agent_id: string }> & { died: number | null };

type Death = Readonly<{ at: At; settled: string | null; fences: readonly FenceBlockRate[] }>;

function enter(
  death: VenueDeathLine,
  lives: ReadonlyMap<string, Life>,
  at: At,
  report: OrderReport,
): void {
  const { agent_id: id, tick } = death;
  const life = lives.get(death.agent_id_hash);
  if (life?.agent_id !== id) {
    report.finding("death_of_unknown", at, `${id} was never born`);
    return;
  }
  if (life.died !== null) report.finding("death_repeated", at, `${id} died in tick ${life.died}`);
  life.died ??= tick;
  if (tick >= life.tick) return;
  const detail = `born in tick ${life.tick}, dead in tick ${tick}`;
  report.finding("death_before_birth", { ...at, field: "tick" }, detail);
}

/** What is known of the position is known from fills, so its words can only agree. */
function checkPosition(death: VenueDeathLine, at: At, report: OrderReport): void {
  const { position_lots: lots, pos_side_sign: sign, position_side: side } = death;
  const due = lots === 0 ? null : lots > 0 ? "long" : "short";
  const holds = death.has_position === (lots !== 0);
  if (holds && sign === Math.sign(lots) && side === due) return;
  const detail = `${lots} lots, side ${side}, sign ${sign}, held ${death.has_position}`;
  report.finding("death_position_contradicts", { ...at, field: "position_lots" }, detail);
}

function checkFences({ fences, at }: Death, known: ReadonlySet<string>, report: OrderReport): void {
  const field = { ...at, field: "fence_block_rate_summary" };
  const wrong = (detail: string): void => report.finding("death_fences_wrong", field, detail);
  if (fences.length > 3) wrong(`${fences.length} fences, three are the most`);
  let least = Number.POSITIVE_INFINITY;
  for (const { fence_id, block_count } of fences) {
    if (!known.has(fence_id)) wrong(`${fence_id} is in no inventory`);
    if (block_count > least) wrong(`${fence_id} blocked more often than the one before it`);
    least = block_count;
  }
}

function checkSettlement({ settled, at }: Death, { orders }: OrderRun, report: OrderReport): void {
  if (settled === null) return;
  const order = orders.get(settled);
  if (order !== null && order.lifecycleScope !== null) return;
  const what = order === null ? "no order of this run" : "an order of an agent";
  const field = { ...at, field: "settlement_client_order_id" };
  report.finding("death_settlement_unknown", field, `${settled} is ${what}`);
}
