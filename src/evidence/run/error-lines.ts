import { isoFromMillis } from "#base";
import type { RunOutcome } from "#core";
import type { ErrorLine, ErrorType } from "../artifacts/errors.ts";

/** What degraded the run, one line each; none for a run that went well. */
export function errorLines(
  runId: string,
  outcome: RunOutcome,
  health: Readonly<{ has_nan: boolean; has_inf: boolean }>,
): readonly string[] {
  const lines: string[] = [];
  const say = (error_type: ErrorType, reason_code: string, detail: string): void => {
    const line: ErrorLine = {
      run_id: runId,
      ts_utc: isoFromMillis(outcome.last.ts_ms),
      tick: outcome.last.tick,
      error_type,
      reason_code,
      detail,
    };
    lines.push(JSON.stringify(line));
  };
  if (outcome.end === "stopped") {
    say("run_stopped", "stopped_at_tick_boundary", "asked to stop before the end of its window");
  }
  if (outcome.has_nan || health.has_nan) {
    say("numerical_health", "has_nan", "a number of the run is not a number");
  }
  if (outcome.has_inf || health.has_inf) {
    say("numerical_health", "has_inf", "a number of the run is infinite");
  }
  return lines;
}
