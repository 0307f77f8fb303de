import { type Column, createColumn } from "../run/column.ts";
import type { Claim, Place } from "./claim.ts";

type Kinds = "birth" | "death" | "survivor" | "season" | "ledger" | "collapse_event" | "summary";

/** At every checkpoint: founders + births - deaths = alive, and nobody is lost at the end. */
export const populationBalance: Claim<Kinds> = {
  id: "population_balance",
  clause: "docs/contracts/run-directory.md#c5-population-balance",
  reads: ["birth", "death", "survivor", "season", "ledger", "collapse_event", "summary"],
  start(_run, report) {
    const founders = createColumn();
    const splits = createColumn();
    const deaths = createColumn();
    const seasons: Checkpoint[] = [];
    let survivors = 0;

    /** Births and deaths are read by now, in ascending seq. */
    function check({ seq, alive, births, died, place }: Checkpoint): void {
      report.count();
      const counted = countBefore(founders, seq) + countBefore(splits, seq);
      const dead = countBefore(deaths, seq);
      if (alive !== counted - dead) {
        const detail = `${alive} alive, but ${counted} came and ${dead} went`;
        report.finding("population_unbalanced", { ...place, field: "alive_agents" }, detail);
      }
      if (births !== null && births !== countBefore(splits, seq)) {
        const detail = `${births} births, ${countBefore(splits, seq)} landed`;
        report.finding("population_unbalanced", { ...place, field: "births" }, detail);
      }
      if (died !== null && died !== dead) {
        const detail = `${died} deaths, ${dead} landed`;
        report.finding("population_unbalanced", { ...place, field: "deaths" }, detail);
      }
    }

    return {
      on: {
        season({ seq, alive_agents: alive }, line): void {
          const place: Place = { kind: "season", line };
          seasons.push({ seq, alive, births: null, died: null, place });
        },
        birth: ({ origin, seq }) => (origin === "split" ? splits : founders).push(seq),
        death: ({ seq }) => deaths.push(seq),
        survivor(): void {
          survivors += 1;
        },
        ledger({ seq, alive_agents: alive, births, deaths: died }, line): void {
          check({ seq, alive, births, died, place: { kind: "ledger", line } });
        },
        collapse_event(record, line): void {
          if (record.event !== "collapse" || record.reason === "financial") return;
          const place: Place = { kind: "collapse_event", line };
          check({ seq: record.seq, alive: 0, births: null, died: null, place });
        },
        summary(summary): void {
          report.count();
          const said = {
            founders: [summary.founders, founders.length],
            births: [summary.births, splits.length],
            deaths: [summary.deaths, deaths.length],
            alive_agents: [summary.alive_agents, survivors],
            agents_ever: [summary.agents_ever, founders.length + splits.length],
          } as const;
          for (const [field, [claimed, landed]] of Object.entries(said)) {
            if (claimed === landed) continue;
            const detail = `${claimed} in the summary, ${landed} landed`;
            report.finding("population_unbalanced", { kind: "summary", field }, detail);
          }
          if (survivors !== founders.length + splits.length - deaths.length) {
            const detail = `${survivors} survivors of ${founders.length + splits.length} agents`;
            report.finding("population_unbalanced", { kind: "survivor" }, detail);
          }
        },
      },
      end: () => seasons.forEach(check),
    };
  },
};

type Checkpoint = Readonly<{
  seq: number;
  alive: number;
  births: number | null;
  died: number | null;
  place: Place;
}>;

/** How many of the ascending values are below the bound. */
function countBefore(column: Column, bound: number): number {
  const values = column.values();
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
