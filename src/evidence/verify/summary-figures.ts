import type { ErrorLine } from "../artifacts/errors.ts";
import { agentNumber } from "../run/agent-identity.ts";
import { errorLines } from "../run/error-lines.ts";
import type { Claim } from "./claim.ts";
import { createRecount, differences } from "./recount.ts";

type Kinds =
  | "roster_agent"
  | "genome"
  | "birth"
  | "death"
  | "survivor"
  | "season"
  | "ledger"
  | "collapse_event"
  | "error"
  | "fingerprint"
  | "summary";

/** Every figure of the summary that records can give is counted again from the records. */
export const summaryFigures: Claim<Kinds> = {
  id: "summary_figures",
  clause: "docs/contracts/run-directory.md#c12-summary-figures",
  reads: [
    "roster_agent",
    "genome",
    "birth",
    "death",
    "survivor",
    "season",
    "ledger",
    "collapse_event",
    "error",
    "fingerprint",
    "summary",
  ],
  start(run, report) {
    const recount = createRecount(run.manifest.config.initial_total_capital_micro);
    const { counts, founders } = recount;
    const errors: ErrorLine[] = [];
    let simulated: number | null = null;

    return {
      on: {
        roster_agent(): void {
          counts.agent_roster += 1;
        },
        genome(): void {
          counts.genomes_snapshot += 1;
        },
        birth: recount.birth,
        death({ agent_id, life, death_reason }): void {
          counts.death_events += 1;
          recount.death(death_reason);
          recount.life(life, founders.has(agentNumber(agent_id)), false);
        },
        survivor({ agent_id, life }): void {
          counts.survivors += 1;
          recount.life(life, founders.has(agentNumber(agent_id)), true);
        },
        season(): void {
          counts.seasons += 1;
        },
        ledger(record): void {
          counts.capital_ledger += 1;
          recount.last(record);
        },
        collapse_event(): void {
          counts.collapse_events += 1;
        },
        error(record): void {
          counts.errors += 1;
          if (errors.length < 10) errors.push(record);
        },
        summary(summary): void {
          simulated = summary.orders.placed;
          differences(summary, recount.figures(summary), (field, detail) => {
            report.finding("summary_differs", { kind: "summary", field }, detail);
          });
          report.count(Object.keys(summary).length);
          const { ts_utc = "", tick = 0 } = summary.last ?? {};
          const due = errorLines(summary.run_id, { ...summary, ts_utc, tick });
          if (JSON.stringify(due) === JSON.stringify(errors)) return;
          report.finding("errors_differ", { kind: "error" }, `${due.length} lines are due`);
        },
        fingerprint({ orders_simulated: said }): void {
          report.count();
          if (simulated === null || said === simulated) return;
          const detail = `${said} here, ${simulated} in the summary`;
          const field = "orders_simulated";
          report.finding("summary_differs", { kind: "fingerprint", field }, detail);
        },
      },
      end: () => {},
    };
  },
};
