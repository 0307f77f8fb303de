import type { ServiceEnd } from "../service.ts";

/** The exit code of a process that hosted this service, by the table of the exit-code contract. */
export function exitCodeOf(end: ServiceEnd): number {
  if (end.outcome !== "failed") return 0;
  const { code } = end.fault;
  for (const [pattern, exit] of exitByPattern) {
    if (pattern.test(code)) return exit;
  }
  // A crash, or a failure that only the service has a name for.
  return 1;
}

/** First match wins. */
const exitByPattern: readonly (readonly [RegExp, number])[] = [
  [/^config_|_address_invalid$|^service_(unknown|twice)$/, 2],
  [/^(stop_|halt)|_refused$/, 4],
  [/interrupted$/, 130],
  [/timed_out$|_timeout$/, 6],
  [/^(store|bus|disk|network|http_port)_/, 5],
  [/_(unavailable|unreachable|unwritable|disk_full|write_failed)$/, 5],
];
