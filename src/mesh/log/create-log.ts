import pino from "pino";
import type { EventSource } from "#protocol";
import type { LogLevel } from "../config/mesh-config.ts";
import type { Log, LogAct, LogFields } from "./log.ts";
import type { Redact } from "./redact.ts";

/** Takes whole lines, each with its line feed. */
export type LogSink = Readonly<{ write: (line: string) => void }>;

export type LogOptions = Readonly<{
  /** Who speaks; an Identity is one. */
  speaker: EventSource;
  level: LogLevel;
  redact: Redact;
  sink: LogSink;
  nowMs: () => number;
  /** Hears of every line that was written, by its level. */
  written?: (level: LogLevel) => void;
}>;

/** The lines of one service. See docs/contracts/services.md for the schema. */
export function createLog(options: LogOptions): Log {
  const { speaker, level, sink, nowMs } = options;
  const { agent_name: service, boot_id, version } = speaker;
  const logger = pino(
    {
      level,
      base: { service, version, boot_id },
      timestamp: () => `,"ts":"${new Date(nowMs()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  );
  return logOn(logger, options, {});
}

/** Standard error, written at once: the last line before a crash is the one that is needed. */
export function standardErrorSink(): LogSink {
  return pino.destination({ fd: 2, sync: true });
}

function logOn(logger: pino.Logger, options: LogOptions, always: LogFields): Log {
  const { redact, written } = options;
  const act =
    (level: LogLevel): LogAct =>
    (event, fields = {}) => {
      if (!logger.isLevelEnabled(level)) return;
      logger[level]({ ...lineOf(event, { ...always, ...fields }, redact) });
      written?.(level);
    };
  return {
    debug: act("debug"),
    info: act("info"),
    warn: act("warn"),
    error: act("error"),
    child: (fields) => logOn(logger, options, { ...always, ...fields }),
  };
}

/** Fields that the log itself gives; a service that says them too does not replace them. */
const ownFields: ReadonlySet<string> = new Set([
  ...["ts", "level", "service", "version", "boot_id", "event", "stack"],
]);

function lineOf(event: string, fields: LogFields, redact: Redact): Record<string, unknown> {
  const line: Record<string, unknown> = { event };
  for (const [name, value] of Object.entries(fields)) {
    if (!ownFields.has(name)) line[name] = value;
  }
  const { error } = fields;
  // What was foreseen is a fault or carries a code; the stack is for the rest, the bugs.
  if (error instanceof Error && !("code" in error)) line["stack"] = error.stack;
  return redact(line) as Record<string, unknown>;
}
