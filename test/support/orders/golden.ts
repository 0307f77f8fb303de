import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SessionSpec } from "./spec.ts";
import { orderVariants } from "./variants/all.ts";
import type { Variant } from "./variants/variant.ts";

/** The sessions whose evidence is kept as golden, by folder. */
export const goldenSessions: Readonly<Record<string, Partial<SessionSpec>>> = {
  tier2: {},
  tier1: { tier: "tier1_hf" },
};

/** A wrong session as a difference to a golden one. */
export type GoldenFailure = Readonly<{
  slug: string;
  base: string;
  variant: Variant;
}>;

/** One failure for each claim: the first of its variants that is a difference of files alone. */
export function goldenFailures(): readonly GoldenFailure[] {
  const byClaim = new Map<string, GoldenFailure>();
  for (const variant of orderVariants) {
    const base = baseOf(variant);
    if (base === null || byClaim.has(variant.claim)) continue;
    byClaim.set(variant.claim, { slug: `${variant.claim}--${variant.code}`, base, variant });
  }
  return [...byClaim.values()];
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
