import type { Fault } from "#base";

/** What a script may rely on; the table of docs/contracts/exit-codes.md. */
export const exitCodes = {
  ok: 0,
  /** A verdict of FAIL, a difference, an unfit machine. Also a bug of ours. */
  finding: 1,
  /** A wrong command line or an input that cannot be read. */
  usage: 2,
  not_measurable: 3,
  /** A safety gate or the STOP switch said no. */
  refused: 4,
  /** Disk, worker or another thing this command stands on failed. */
  dependency: 5,
  timed_out: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Which exit a fault stands for; codes not named here are unreadable input or wrong usage. */
export function faultToExit(fault: Fault): ExitCode {
  for (const [pattern, code] of exitByPattern) {
    if (pattern.test(fault.code)) return code;
  }
  return exitCodes.usage;
}

/** First match wins. Fault codes end in what went wrong, so one pattern serves many modules. */
const exitByPattern: readonly (readonly [RegExp, ExitCode])[] = [
  [/^stop_/, exitCodes.refused],
  [/^(not_armed|execution_halted|account_(not_(demo|flat)|busy))$/, exitCodes.refused],
  [/^(key_may_not_trade|auditor_(key_may_trade|of_other_account))$/, exitCodes.refused],
  [/^(run_(unresolved|overtaken)|account_of_another)$/, exitCodes.refused],
  [/^(market_stale|clock_skewed|fills_unknown)$/, exitCodes.dependency],
  [/interrupted$/, exitCodes.interrupted],
  [/timed_out$/, exitCodes.timed_out],
  [/^(disk|worker|fetch|network|venue)_/, exitCodes.dependency],
  [/_(disk_full|unwritable|write_failed|read_only|unavailable)$/, exitCodes.dependency],
  [/_not_measurable$/, exitCodes.not_measurable],
];
