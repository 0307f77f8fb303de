/** Structured lines of one service: JSON on stderr, one schema (docs/contracts/services.md). */
export type Log = Readonly<{
  debug: LogAct;
  info: LogAct;
  warn: LogAct;
  error: LogAct;
  /** The same log with fields that every line of it carries. */
  child: (fields: LogFields) => Log;
}>;

/** `event` is a stable lower_snake code with dots: `switch.read`; what varies is in the fields. */
export type LogAct = (event: string, fields?: LogFields) => void;

/** Known fields have one meaning everywhere; others name their unit last, like `age_ms`. */
export type LogFields = Readonly<{
  /** One sentence for people. */
  msg?: string;
  correlation_id?: string | null;
  outcome?: LogOutcome;
  reason_code?: string;
  /** Becomes name, message and, for a bug, its stack. */
  error?: unknown;
  /** JSON values; anything else is shown as text. */
  [field: string]: unknown;
}>;

export type LogOutcome = "ok" | "refused" | "failed" | "duplicate" | "degraded" | "skipped";
