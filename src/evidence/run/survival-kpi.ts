import type { CollapseReason } from "#core";
import type { SurvivalKpi } from "../artifacts/survival-kpi.ts";

/** A collapse or a reboot as the event files give it. */
export type CollapseMark = Readonly<{ tick: number; ts_utc: string; reason: CollapseReason }>;
export type RebootMark = Readonly<{ tick: number }>;

export type SurvivalFacts = Readonly<{
  collapses: readonly CollapseMark[];
  reboots: readonly RebootMark[];
  ticks_lived: number;
  interval_ms: number;
}>;

/**
 * Survival in market time. A collapse at tick t came after t ticks lived; seconds are ticks times
 * the length of a bar. Restart time is the first reboot minus the latest collapse before it.
 */
export function survivalKpiOf(facts: SurvivalFacts): SurvivalKpi {
  const first = facts.collapses[0];
  const seconds = (ticks: number): number => (ticks * facts.interval_ms) / 1000;
  const reboot = facts.reboots[0];
  const before = facts.collapses.filter(({ tick }) => reboot !== undefined && tick <= reboot.tick);
  const restart = reboot === undefined ? null : reboot.tick - (before.at(-1)?.tick ?? 0);
  const noCollapse = first === undefined ? "no_collapse" : null;
  const noReboot = restart === null ? (noCollapse ?? "no_reboot") : null;
  return {
    internal_collapse_detected: first !== undefined,
    internal_collapse_reason: first?.reason ?? null,
    internal_collapse_time: first?.ts_utc ?? null,
    internal_collapse_time_reason: noCollapse,
    time_to_first_internal_collapse_ticks: first?.tick ?? null,
    time_to_first_internal_collapse_ticks_reason: noCollapse,
    time_to_first_internal_collapse_seconds: first === undefined ? null : seconds(first.tick),
    time_to_first_internal_collapse_seconds_reason: noCollapse,
    internal_collapses: facts.collapses.length,
    internal_collapse_interval_ticks: facts.collapses
      .slice(1)
      .map(({ tick }, index) => tick - (facts.collapses[index]?.tick ?? 0)),
    reboots: facts.reboots.length,
    restart_time_ticks: restart,
    restart_time_ticks_reason: noReboot,
    restart_time_seconds: restart === null ? null : seconds(restart),
    restart_time_seconds_reason: noReboot,
    ticks_lived: facts.ticks_lived,
    survival_time_basis: "market_ticks",
  };
}
