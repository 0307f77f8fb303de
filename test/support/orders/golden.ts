import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SessionSpec } from "./spec.ts";
import { orderVariants } from "./variants/all.ts";
import type { Variant } from "./variants/variant.ts";

/** The sessions whose evidence is kept as golden, by folder. */
export const goldenSessions: Readonly<Record<string, Partial<SessionSpec>>> = {
  tier2: {},
  tier1: { tier: "tier1_hf" },
  eventful: { eventful: true },
};

/** A wrong session as a difference to a golden one. */
export type GoldenFailure = Readonly<{
  slug: string;
  base: string;
  variant: Variant;
}>;

/**
 * One failure for each claim, and each word that is said of an eventful session: the first of the
 * variants that is a difference of files alone.
 */
export function goldenFailures(): readonly GoldenFailure[] {
  const failures = new Map<string, GoldenFailure>();
  for (const variant of orderVariants) {
    const base = baseOf(variant);
    const slug = `${variant.claim}--${variant.code}`;
    const key = base === "eventful" ? slug : variant.claim;
    if (base !== null && !failures.has(key)) failures.set(key, { slug, base, variant });
  }
  return [...failures.values()];
}

function baseOf({ spec, edits }: Variant): string | null {
  if (edits.naming !== undefined) return null;
  const found = Object.entries(goldenSessions).find(
    ([, session]) => JSON.stringify(session) === JSON.stringify(spec),
  );
  return found?.[0] ?? null;
}

/** The text of every file below a directory, by relative path. */
export function filesBelow(root: string): ReadonlyMap<string, string> {
  if (!existsSync(root)) return new Map();
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), "utf8")]));
}
