import type { SurvivalKpi } from "../artifacts/survival-kpi.ts";
import { type CollapseMark, type RebootMark, survivalKpiOf } from "../run/survival-kpi.ts";
import type { Claim, Place, Report } from "./claim.ts";
import type { Records } from "./records.ts";

type Kinds = "birth" | "ledger" | "collapse_event" | "summary";

/** Staying alive is measured from the collapse events; the ledger shows that none is missing. */
export const survivalKpi: Claim<Kinds> = {
  id: "survival_kpi",
  clause: "docs/contracts/run-directory.md#c10-survival-kpi",
  reads: ["birth", "ledger", "collapse_event", "summary"],
  start(run, report) {
    const collapses: (CollapseMark & { segment: number })[] = [];
    const reboots: (RebootMark & { segment: number; founders: number; line: number })[] = [];
    const foundersBySegment = new Map<number, number>();
    /** Ticks at which the ledger saw nobody alive or no reserve. */
    const ruined: { tick: number; line: number }[] = [];

    return {
      on: {
        birth({ origin, segment }): void {
          if (origin !== "reboot_founder") return;
          foundersBySegment.set(segment, (foundersBySegment.get(segment) ?? 0) + 1);
        },
        ledger(record, line): void {
          report.count();
          const { system_reserve_micro: reserve } = record.capital_triplet;
          if (record.alive_agents === 0 || reserve <= 0) ruined.push({ tick: record.tick, line });
        },
        collapse_event(record, line): void {
          report.count();
          if (record.event === "reboot") {
            reboots.push({ ...record, line });
            return;
          }
          collapses.push(record);
          const broke = record.capital_triplet.system_reserve_micro <= 0;
          if (broke !== (record.reason !== "extinction")) {
            const place: Place = { kind: "collapse_event", line, field: "reason" };
            const detail = `${record.reason} with ${record.capital_triplet.system_reserve_micro}`;
            report.finding("collapse_reason_wrong", place, detail);
          }
        },
        summary(summary): void {
          report.count();
          const kpi = survivalKpiOf({
            collapses,
            reboots,
            ticks_lived: summary.ticks,
            interval_ms: run.manifest.dataset.interval_ms,
          });
          compareKpi(kpi, summary, run.manifest, report);
          checkEnd(summary, { collapses: collapses.length, reboots: reboots.length }, report);
        },
      },
      end(): void {
        const ticks = new Set(collapses.map(({ tick }) => tick));
        for (const { tick, line } of ruined) {
          if (ticks.has(tick)) continue;
          const detail = `ruin at tick ${tick} without a collapse event`;
          report.finding("collapse_missing", { kind: "ledger", line }, detail);
        }
        for (const [index, { segment, founders, line }] of reboots.entries()) {
          const place: Place = { kind: "collapse_event", line };
          if (segment !== index + 1) {
            report.finding("reboot_wrong", { ...place, field: "segment" }, `segment ${segment}`);
          }
          const born = foundersBySegment.get(segment) ?? 0;
          if (born === founders) continue;
          const detail = `${founders} founders promised, ${born} born`;
          report.finding("reboot_wrong", { ...place, field: "founders" }, detail);
        }
      },
    };
  },
};

function compareKpi(
  kpi: SurvivalKpi,
  summary: Records["summary"],
  manifest: Records["manifest"],
  report: Report,
): void {
  const due = JSON.stringify(kpi);
  if (JSON.stringify(summary.survival_kpi) !== due) {
    const place: Place = { kind: "summary", field: "survival_kpi" };
    report.finding("survival_kpi_wrong", place, "not what the collapse events make");
  }
  if (JSON.stringify(manifest.survival_kpi) !== due) {
    const place: Place = { kind: "manifest", field: "survival_kpi" };
    report.finding("survival_kpi_wrong", place, "not what the collapse events make");
  }
  for (const field of topLevelFields) {
    report.count();
    if (manifest[field] === kpi[field]) continue;
    const detail = `${String(manifest[field])} where ${String(kpi[field])} is due`;
    report.finding("survival_kpi_wrong", { kind: "manifest", field }, detail);
  }
}

/** Fields that seeds/001 7.1 wants at the top of the manifest. */
const topLevelFields = [
  "internal_collapse_detected",
  "internal_collapse_reason",
  "internal_collapse_time",
  "time_to_first_internal_collapse_seconds",
  "restart_time_seconds",
] as const;

/** A run that ended in ruin has one collapse more than reboots; any other has as many. */
function checkEnd(
  summary: Records["summary"],
  counts: Readonly<{ collapses: number; reboots: number }>,
  report: Report,
): void {
  const ruined = summary.end === "extinction" || summary.end === "financial_collapse";
  if (counts.collapses !== counts.reboots + (ruined ? 1 : 0)) {
    const after = `${counts.collapses} collapses and ${counts.reboots} reboots`;
    const detail = `end ${summary.end} after ${after}`;
    report.finding("run_end_wrong", { kind: "summary", field: "end" }, detail);
  }
  if (summary.segments !== counts.reboots + 1) {
    const detail = `${summary.segments} segments after ${counts.reboots} reboots`;
    report.finding("run_end_wrong", { kind: "summary", field: "segments" }, detail);
  }
}
