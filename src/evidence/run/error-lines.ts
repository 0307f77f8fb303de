import type { RunEnd } from "#core";
import type { ErrorLine, ErrorType } from "../artifacts/errors.ts";

export type Degradations = Readonly<{
  end: RunEnd;
  has_nan: boolean;
  has_inf: boolean;
  /** The last bar lived. */
  ts_utc: string;
  tick: number;
}>;

/** What degraded the run, one line each; none for a run that went well. */
export function errorLines(runId: string, facts: Degradations): readonly ErrorLine[] {
  const { ts_utc, tick } = facts;
  const lines: ErrorLine[] = [];
  const say = (error_type: ErrorType, reason_code: string, detail: string): void => {
    lines.push({ run_id: runId, ts_utc, tick, error_type, reason_code, detail });
  };
  if (facts.end === "stopped") {
    say("run_stopped", "stopped_at_tick_boundary", "asked to stop before the end of its window");
  }
  if (facts.has_nan) say("numerical_health", "has_nan", "a number of the run is not a number");
  if (facts.has_inf) say("numerical_health", "has_inf", "a number of the run is infinite");
  return lines;
}
