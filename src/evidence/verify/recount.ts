import type { DeathReason } from "#core";
import type { BirthLine } from "../artifacts/birth-events.ts";
import type { LifeLine } from "../artifacts/life-record.ts";
import type { EventHead, MomentRecord } from "../artifacts/moment.ts";
import type { RecordCounts, RunSummary } from "../artifacts/run-summary.ts";
import { agentNumber } from "../run/agent-identity.ts";
import { createStatsCollector } from "../run/population-stats.ts";
import { administrativeShare, explosionFactor } from "../run/summary.ts";

/** The figures of a summary, counted from records. */
export type Recount = Readonly<{
  counts: { -readonly [Key in keyof RecordCounts]: number };
  founders: ReadonlySet<number>;
  birth: (birth: BirthLine) => void;
  death: (reason: DeathReason) => void;
  life: (life: LifeLine, isFounder: boolean, survived: boolean) => void;
  /** The latest event that stands in the summary: the last ledger line. */
  last: (head: EventHead) => void;
  figures: (summary: RunSummary) => Figures;
}>;

/** What records can give of a summary; the rest (masks, fills placed) only a replay can. */
export type Figures = Readonly<Record<string, unknown>>;

export function createRecount(initialTotal: number): Recount {
  const all = createStatsCollector();
  const survivors = createStatsCollector();
  const founders = new Set<number>();
  const reasons = { capital_depleted: 0, liquidated: 0, review_culled: 0 };
  const counts = {
    agent_roster: 0,
    genomes_snapshot: 0,
    birth_events: 0,
    death_events: 0,
    survivors: 0,
    capital_ledger: 0,
    seasons: 0,
    collapse_events: 0,
    errors: 0,
  };
  let generation = 0;
  let agentBars = 0;
  let last: EventHead | null = null;

  return {
    counts,
    founders,
    birth(birth): void {
      counts.birth_events += 1;
      if (birth.origin !== "split") founders.add(agentNumber(birth.agent_id));
      generation = Math.max(generation, birth.generation);
    },
    death(reason): void {
      reasons[reason] += 1;
    },
    life(life, isFounder, survived): void {
      agentBars += life.age_ticks;
      all.add(life, isFounder);
      if (survived) survivors.add(life, isFounder);
    },
    last(head): void {
      last = head;
    },
    figures(summary): Figures {
      const everyone = all.stats();
      const deaths = counts.death_events;
      return {
        record_counts: counts,
        deaths_by_reason: reasons,
        administrative_death_share: administrativeShare({ deaths, deaths_by_reason: reasons }),
        administrative_death_share_reason: deaths === 0 ? "no_deaths" : null,
        all_agents: everyone,
        survivors: survivors.stats(),
        max_generation: generation,
        last: last === null ? null : momentOf(last),
        ticks: last?.tick ?? 0,
        agent_bars: agentBars,
        system_return: (summary.capital_triplet.current_total_micro - initialTotal) / initialTotal,
        explosion_factor: explosionFactor,
        orders: {
          opened_long: everyone.opened_long,
          opened_short: everyone.opened_short,
          closed: everyone.closed,
          partial: everyone.partial_fills,
          unfilled: everyone.unfilled_orders,
          liquidations: reasons.liquidated,
        },
      };
    },
  };
}

function momentOf({ ts_utc, tick, bar_index, season, segment }: EventHead): MomentRecord {
  return { ts_utc, tick, bar_index, season, segment };
}

/** Tells each key of `due` whose value `said` does not share; looks into records. */
export function differences(
  said: object,
  due: object,
  tell: (field: string, detail: string) => void,
  path = "",
): void {
  const values = new Map<string, unknown>(Object.entries(said));
  for (const [key, wanted] of Object.entries(due) as readonly (readonly [string, unknown])[]) {
    const field = path === "" ? key : `${path}.${key}`;
    const value = values.get(key);
    if (isRecord(wanted) && isRecord(value)) differences(value, wanted, tell, field);
    else if (JSON.stringify(value) !== JSON.stringify(wanted)) {
      tell(field, `${JSON.stringify(value)} here, ${JSON.stringify(wanted)} by the records`);
    }
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
