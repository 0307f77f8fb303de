/** What one process of the campaign has to do: `assay run`, for a new run or for a killed one. */
export type RunnerJob = Readonly<{
  root: string;
  /** The run to end; null: a new run. */
  directory: string | null;
  restUrl: string;
  keysPath: string;
  switchFile: string;
  snapshotId: string;
  /** Folder of the keys that seal. */
  sealingKeys: string;
  /** Options of a new run, besides. */
  options: readonly string[];
}>;

/** The last word of a process that was not killed. */
export type RunnerWord = Readonly<{
  exit: number;
  /** Of the fault; null when there was a run. */
  code: string | null;
  message: string | null;
  verdict: string | null;
  reasons: readonly string[];
  /** Others had used the account before the run was ended. */
  overtaken: boolean;
}>;

/**
 * Enough agents and orders that a process can be killed anywhere, in as little time as it takes.
 * Market data may be old: on a fast clock and a busy machine every answer is.
 */
export const campaignOptions: readonly string[] = [
  ...["--ticks", "3", "--min-agents", "20", "--max-agents", "24", "--capital-per-agent", "2000"],
  ...["--order-lifetime", "40", "--poll", "2", "--max-market-age", "600", "--shutdown-flatten"],
];

export function argumentsOf(job: RunnerJob): readonly string[] {
  const { root, directory, restUrl, keysPath, snapshotId, sealingKeys, options } = job;
  const base = ["run", "--mode", "okx_demo", "--root", root, "--json", "--keys", sealingKeys];
  const venue = ["--venue", restUrl, "--venue-keys", keysPath, "--timeout", "10"];
  const what =
    directory === null ? ["--genomes", snapshotId, ...options] : ["--recover", directory];
  return [...base, ...venue, ...what];
}

/** Reads what `assay run --json` said on both of its streams. */
export function wordOf(exit: number, stdout: string, stderr: string): RunnerWord {
  const [outcome, fault] = [lastOf(stdout, /^venue_run/), lastOf(stderr + stdout, /^fault$/)];
  const reasons = Array.isArray(outcome?.["reasons"]) ? outcome["reasons"].map(String) : [];
  return {
    exit,
    code: textOf(fault?.["code"]) ?? (outcome === null ? "no_word" : null),
    message: textOf(fault?.["message"]) ?? (outcome === null ? stderr.slice(-400) : null),
    verdict: textOf(outcome?.["verdict"]),
    reasons,
    overtaken: outcome?.["overtaken"] === true,
  };
}

type Line = Readonly<Record<string, unknown>>;

function lastOf(text: string, type: RegExp): Line | null {
  for (const line of text.split("\n").toReversed()) {
    if (!line.startsWith("{")) continue;
    const record = JSON.parse(line) as Line;
    if (type.test(String(record["type"]))) return record;
  }
  return null;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
