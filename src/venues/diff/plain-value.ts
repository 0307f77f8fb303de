import type { Json } from "#base";

/** Longer lists of a sample say nothing new. */
const keptItems = 10;
const maxDepth = 12;

/** A deep copy of what a library handed out: it may go on changing the original. */
export function copyOf(value: unknown, depth = 0): unknown {
  if (typeof value === "function") return undefined;
  if (typeof value !== "object" || value === null || depth > maxDepth) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => copyOf(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => typeof item !== "function")
      .map(([name, item]) => [name, copyOf(item, depth + 1)]),
  );
}

/**
 * A value of a library as JSON for a sample. What JSON cannot say is marked: `{"$": "undefined"}`.
 * Long lists are cut, and ccxt's copy of the raw row (`info`) is left out: it is among the answers.
 */
export function plainValue(value: unknown, depth = 0): Json {
  if (value === undefined) return { $: "undefined" };
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : { $: String(value) };
  if (typeof value !== "object") return { $: typeof value };
  if (depth > maxDepth) return { $: "deeper" };
  if (Array.isArray(value)) return plainList(value, depth);
  const entries = Object.entries(value)
    .filter(([, item]) => typeof item !== "function")
    .map(([name, item]): [string, Json] => [
      name,
      name === "info" ? { $: "raw row" } : plainValue(item, depth + 1),
    ]);
  return Object.fromEntries(entries);
}

function plainList(list: readonly unknown[], depth: number): Json {
  const kept = list.slice(0, keptItems).map((item) => plainValue(item, depth + 1));
  const left = list.length - kept.length;
  return left === 0 ? kept : [...kept, { $: `${left} more` }];
}
