import type { Stream } from "#base";
import type { FaultRule } from "./plan.ts";

/** What is happening when a fault may strike. */
export type FaultPoint = Readonly<{
  /** `POST /api/v5/trade/order`, `ws order`, `push orders`, `feed`. */
  endpoint: string;
  account: string | null;
  channel: string | null;
  instId: string | null;
  clOrdIds: readonly string[];
}>;

/** A rule of the plan with its own chance and its counts. */
export type ArmedRule = {
  readonly id: string;
  readonly rule: FaultRule;
  readonly stream: Stream;
  /** How often its conditions on the moment held. */
  met: number;
  fired: number;
};

/** The conditions that look at the moment alone. */
export function meets({ match }: FaultRule, point: FaultPoint, sinceMs: number): boolean {
  if (match.endpoint !== undefined && !matchesEndpoint(match.endpoint, point.endpoint))
    return false;
  if (match.channel !== undefined && !matchesText(match.channel, point.channel)) return false;
  if (match.inst_id !== undefined && match.inst_id !== point.instId) return false;
  if (match.account !== undefined && match.account !== point.account) return false;
  if (match.from_ms !== undefined && sinceMs < match.from_ms) return false;
  if (match.to_ms !== undefined && sinceMs >= match.to_ms) return false;
  const prefix = match.cl_ord_id_prefix;
  return prefix === undefined || point.clOrdIds.some((id) => id.startsWith(prefix));
}

/** The conditions that count; each thing that got this far counts once. */
export function draws(entry: ArmedRule): boolean {
  const { nth, every, probability, times } = entry.rule.match;
  entry.met += 1;
  // Drawn whether or not it is needed, so that one condition never shifts the draws of another.
  const chance = probability === undefined ? 0 : entry.stream.uniform();
  if (times !== undefined && entry.fired >= times) return false;
  if (every !== undefined && entry.met % every !== 0) return false;
  if (typeof nth === "number" && entry.met !== nth) return false;
  if (Array.isArray(nth) && !nth.includes(entry.met)) return false;
  return probability === undefined || chance < probability;
}

function matchesEndpoint(pattern: string, endpoint: string): boolean {
  if (!pattern.startsWith("/")) return matchesText(pattern, endpoint);
  return matchesText(pattern, endpoint.slice(endpoint.indexOf(" ") + 1));
}

function matchesText(pattern: string, text: string | null): boolean {
  if (text === null) return false;
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
