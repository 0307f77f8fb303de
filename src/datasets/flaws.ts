import { err, type Fault, ok, type Result } from "#base";

/**
 * What can be wrong with a row. Each is refused unless allowed by name, and then treated as said
 * here; nothing is ever repaired.
 */
export const flawTreatments = {
  wrong_width: "dropped",
  bad_timestamp: "dropped",
  not_a_number: "dropped",
  non_positive: "dropped",
  high_low: "dropped",
  off_grid: "dropped",
  backward: "dropped",
  duplicate: "kept the first",
  off_tick: "rounded to the nearest tick",
  rate_range: "dropped",
} as const;

export type FlawCode = keyof typeof flawTreatments;

/** Where a flaw was met: a line of the source file and what is wrong there. */
type FlawPlace = Readonly<{ line: number; message: string }>;

/** All flaws of one kind in a file: the count and the first places. */
export type FlawRecord = Readonly<{
  code: FlawCode;
  count: number;
  treatment: string;
  places: readonly FlawPlace[];
}>;

/** Counts flaws and keeps the first places of each, so memory does not grow with a bad file. */
export type FlawLedger = Readonly<{
  add: (code: FlawCode, line: number, message: string) => void;
  /** Ordered by the line of their first place. */
  records: () => readonly FlawRecord[];
}>;

/** How many places of one kind are kept and landed. */
const maxPlaces = 20;

export function createFlawLedger(): FlawLedger {
  const counts = new Map<FlawCode, { count: number; places: FlawPlace[] }>();
  return {
    add(code, line, message): void {
      const entry = counts.get(code) ?? { count: 0, places: [] };
      entry.count += 1;
      if (entry.places.length < maxPlaces) entry.places.push({ line, message });
      counts.set(code, entry);
    },
    records: () =>
      [...counts]
        .map(([code, entry]) => ({ code, treatment: flawTreatments[code], ...entry }))
        .toSorted((a, b) => (a.places[0]?.line ?? 0) - (b.places[0]?.line ?? 0)),
  };
}

/** Reads `--allow duplicate,backward`. Fault: allow_malformed. */
export function parseAllow(text: string): Result<ReadonlySet<FlawCode>, Fault> {
  const allowed = new Set<FlawCode>();
  for (const word of text.split(",").map((part) => part.trim())) {
    if (!isFlawCode(word)) {
      const known = Object.keys(flawTreatments).join(", ");
      const message = `--allow knows ${known}; not ${JSON.stringify(word.slice(0, 40))}`;
      return err({ code: "allow_malformed", message });
    }
    allowed.add(word);
  }
  return ok(allowed);
}

/**
 * One line that names the first refused row, the counts and what would import the rest; null
 * when every flaw is allowed.
 */
export function refusal(
  records: readonly FlawRecord[],
  allow: ReadonlySet<FlawCode>,
  at: string,
): Fault | null {
  const refused = records.filter(({ code }) => !allow.has(code));
  const places = refused.flatMap((record) => record.places.slice(0, 1));
  const first = places.toSorted((a, b) => a.line - b.line)[0];
  if (first === undefined) return null;
  const total = refused.reduce((sum, { count }) => sum + count, 0);
  const kinds = refused.map(({ code, count }) => `${count} ${code}`).join(", ");
  const codes = records.map(({ code }) => code).join(",");
  const mend = refused.some(({ code }) => code === "off_tick")
    ? "mend the file or the instrument's tick size"
    : "mend the file";
  const message =
    `line ${first.line}: ${first.message}; refused for ${total} row${total === 1 ? "" : "s"} ` +
    `(${kinds}); ${mend}, or import what can be represented with --allow ${codes}`;
  return { code: "rows_refused", message, at };
}

function isFlawCode(word: string): word is FlawCode {
  return Object.hasOwn(flawTreatments, word);
}
