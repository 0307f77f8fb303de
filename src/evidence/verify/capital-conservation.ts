import { founderCapitalMicro } from "#core";
import type { LedgerLine } from "../artifacts/capital-ledger.ts";
import type { CapitalTripletRecord } from "../artifacts/moment.ts";
import type { Claim, Place, Report } from "./claim.ts";

type Kinds = "birth" | "death" | "season" | "ledger" | "collapse_event" | "survivor" | "summary";

/**
 * Money neither appears nor vanishes, to the micro-unit: the total changes by price, fees and
 * funding alone, the reserve by living costs, settlements and reboots alone.
 */
export const capitalConservation: Claim<Kinds> = {
  id: "capital_conservation",
  clause: "docs/contracts/run-directory.md#c6-capital-conservation",
  reads: ["birth", "death", "season", "ledger", "collapse_event", "survivor", "summary"],
  start(run, report) {
    const { config } = run.manifest;
    const initialTotal = config.initial_total_capital_micro;
    const initialReserve = initialTotal - founderCapitalMicro(config) * config.population;
    const ledger = createLedgerCheck({ initialTotal, initialReserve }, report);
    let alive = 0;

    return {
      on: {
        birth: (record, line) => triplet(record, { kind: "birth", line }, report),
        death: (record, line) => triplet(record, { kind: "death", line }, report),
        season: (record, line) => triplet(record, { kind: "season", line }, report),
        collapse_event(record, line): void {
          if (record.event === "collapse")
            triplet(record, { kind: "collapse_event", line }, report);
        },
        survivor({ life }): void {
          alive += life.final_capital_micro;
        },
        ledger: (record, line) => ledger.check(record, { kind: "ledger", line }),
        summary(summary): void {
          report.count();
          const last = ledger.last();
          const said = JSON.stringify([summary.capital_triplet, summary.totals]);
          const landed = JSON.stringify([last?.capital_triplet, last?.totals]);
          if (said !== landed || last?.cause !== "end") {
            const detail = "not what the last ledger line says";
            report.finding("capital_not_conserved", { kind: "summary" }, detail);
          }
          equal(
            report,
            { kind: "summary" },
            {
              field: "initial_total_micro",
              said: summary.initial_total_micro,
              due: initialTotal,
              why: "of the configuration",
            },
          );
          equal(
            report,
            { kind: "survivor" },
            {
              field: "life.final_capital_micro",
              said: alive,
              due: summary.capital_triplet.allocated_capital_micro,
              why: "allocated at the end",
            },
          );
        },
      },
      end: () => {},
    };
  },
};

function triplet(
  { capital_triplet: record }: Readonly<{ capital_triplet: CapitalTripletRecord }>,
  place: Place,
  report: Report,
): void {
  report.count();
  const { allocated_capital_micro: allocated, system_reserve_micro: reserve } = record;
  if (allocated + reserve === record.current_total_micro) return;
  const detail = `${allocated} + ${reserve} is not ${record.current_total_micro}`;
  report.finding("triplet_broken", { ...place, field: "capital_triplet" }, detail);
}

type LedgerCheck = Readonly<{
  check: (line: LedgerLine, place: Place) => void;
  last: () => LedgerLine | null;
}>;

/** Each line adds up from the start of the run; what only grows never falls. */
function createLedgerCheck(
  { initialTotal, initialReserve }: Readonly<{ initialTotal: number; initialReserve: number }>,
  report: Report,
): LedgerCheck {
  let last: LedgerLine | null = null;

  function checkSums({ totals, capital_triplet: capital }: LedgerLine, place: Place): void {
    equal(report, place, {
      field: "capital_triplet.current_total_micro",
      said: capital.current_total_micro,
      due: initialTotal + totals.price_pnl_micro - totals.fees_micro - totals.funding_micro,
      why: "initial + price - fees - funding",
    });
    const inflow = totals.living_cost_micro + totals.settled_to_reserve_micro;
    equal(report, place, {
      field: "capital_triplet.system_reserve_micro",
      said: capital.system_reserve_micro,
      due: initialReserve + inflow - totals.reboot_capital_micro,
      why: "initial reserve + living cost + settled - reboots",
    });
  }

  function checkGrowth(line: LedgerLine, before: LedgerLine, place: Place): void {
    for (const field of ["fees_micro", "living_cost_micro", "reboot_capital_micro"] as const) {
      if (line.totals[field] >= before.totals[field]) continue;
      const detail = `${line.totals[field]} after ${before.totals[field]}`;
      report.finding("ledger_total_falls", { ...place, field: `totals.${field}` }, detail);
    }
  }

  return {
    last: () => last,
    check(line, place): void {
      triplet(line, place, report);
      checkSums(line, place);
      if (last !== null) checkGrowth(line, last, place);
      else if (line.cause !== "start" || !Object.values(line.totals).every((sum) => sum === 0)) {
        report.finding("ledger_incomplete", place, "the ledger does not begin at the start");
      }
      if (line.alive_agents === 0 && line.capital_triplet.allocated_capital_micro !== 0) {
        report.finding("capital_not_conserved", place, "capital is allocated to nobody");
      }
      last = line;
    },
  };
}

type Equality = Readonly<{ field: string; said: number; due: number; why: string }>;

function equal(report: Report, place: Place, { field, said, due, why }: Equality): void {
  report.count();
  if (said === due) return;
  const detail = `${said} is not ${due} (${why})`;
  report.finding("capital_not_conserved", { ...place, field }, detail);
}
