import type { Subject } from "./subject.ts";
import type { Variant } from "./variant.ts";

/** How many ways were tried under one heading, and how many were found. */
export type Count = { variants: number; found: number };

/** What one worker, or all of them together, have to say. */
export type Tally = {
  byFile: Record<string, Count>;
  byKind: Record<string, Count>;
  /** The first of those that were not found as they had to be. */
  escapes: string[];
  escaped: number;
  /** Verdicts on the unspoiled subject, in between: each must be PASS. */
  cleanChecks: number;
  falseAlarms: string[];
  /** Variants that the second verifier judged too, and those on which it differs. */
  secondOpinions: number;
  disagreements: string[];
};

const maxListed = 60;

export function newTally(): Tally {
  return {
    byFile: {},
    byKind: {},
    escapes: [],
    escaped: 0,
    cleanChecks: 0,
    falseAlarms: [],
    secondOpinions: 0,
    disagreements: [],
  };
}

export function countVariant(tally: Tally, variant: Variant, escape: string | null): void {
  const { file, kind, what } = variant;
  for (const [counts, name] of [
    [tally.byFile, file],
    [tally.byKind, kind],
  ] as const) {
    const count = (counts[name] ??= { variants: 0, found: 0 });
    count.variants += 1;
    if (escape === null) count.found += 1;
  }
  if (escape === null) return;
  tally.escaped += 1;
  if (tally.escapes.length < maxListed) tally.escapes.push(`${kind}: ${what}: ${escape}`);
}

export function addTally(sum: Tally, part: Tally): void {
  for (const name of ["byFile", "byKind"] as const) {
    for (const [key, { variants, found }] of Object.entries(part[name])) {
      const count = (sum[name][key] ??= { variants: 0, found: 0 });
      count.variants += variants;
      count.found += found;
    }
  }
  for (const name of ["escapes", "falseAlarms", "disagreements"] as const) {
    sum[name].push(...part[name].slice(0, maxListed - sum[name].length));
  }
  sum.escaped += part.escaped;
  sum.cleanChecks += part.cleanChecks;
  sum.secondOpinions += part.secondOpinions;
}

export function variantsIn({ byKind }: Tally): number {
  return Object.values(byKind).reduce((sum, { variants }) => sum + variants, 0);
}

/** Whether everything was found, nothing else was, and both verifiers agree. */
export function isClean({ escaped, falseAlarms, disagreements }: Tally): boolean {
  return escaped === 0 && falseAlarms.length === 0 && disagreements.length === 0;
}

/** A table by file and one by kind, then whatever went wrong. */
export function reportOf(tally: Tally, { files, run, venueRun }: Subject): string {
  const sizes = new Map([...files].map(([path, bytes]) => [path, bytes.length]));
  const short = (path: string): string =>
    path.replace(`${run}/`, "<run>/").replace(`${venueRun}/`, "<venue run>/");
  const byFile = Object.entries(tally.byFile).sort(([one], [two]) => (one < two ? -1 : 1));
  const rows = [
    ["file", "bytes", "variants", "found"],
    ...byFile.map(([path, { variants, found }]) => [
      short(path),
      `${sizes.get(path) ?? "-"}`,
      `${variants}`,
      `${found}`,
    ]),
    [""],
    ["what was done", "", "variants", "found"],
    ...Object.entries(tally.byKind).map(([kind, { variants, found }]) => [
      kind,
      "",
      `${variants}`,
      `${found}`,
    ]),
    [""],
    ["all", "", `${variantsIn(tally)}`, `${variantsIn(tally) - tally.escaped}`],
  ];
  const lists = [
    ["escaped", tally.escapes],
    ["false alarm", tally.falseAlarms],
    ["the second verifier differs", tally.disagreements],
  ] as const;
  const wrong = lists.flatMap(([title, lines]) => lines.map((line) => `${title}: ${line}`));
  return [...tableOf(rows), ...wrong].join("\n");
}

function tableOf(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
