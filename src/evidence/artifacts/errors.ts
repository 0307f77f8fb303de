import type { z } from "zod";
import { count, oneOf, reason, runId, strictRecord, utcTime } from "./fields.ts";

/** A degradation of the run: the file exists always and is empty when nothing happened. */
export type ErrorLine = Readonly<{
  run_id: string;
  ts_utc: string;
  tick: number;
  error_type: ErrorType;
  reason_code: string;
  detail: string;
}>;

export type ErrorType = "run_stopped" | "numerical_health";

export const errorLine: z.ZodType<ErrorLine> = strictRecord<ErrorLine>({
  run_id: runId,
  ts_utc: utcTime,
  tick: count,
  error_type: oneOf(["run_stopped", "numerical_health"]),
  reason_code: reason,
  detail: reason,
});
