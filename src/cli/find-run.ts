import { readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { looksLikeRun, runPlaces, sumsFileName } from "#evidence";
import type { Output } from "./output.ts";
import { defaultRoot } from "./root.ts";
import { listing, type RunArgument, resolveRun } from "./run-argument.ts";

/** What `latest` means, for the help of the verbs that take a run. */
export const latestHelp: string =
  '"latest" is the finished run of the root that was sealed last; one that was cut off or is at\n' +
  "work is none, and when it was written to later than that, it is named as passed over.";

/** As `resolveRun`, and `latest`; what that passed over is said on standard error. */
export function findRun(
  text: string,
  root: string | undefined,
  output: Pick<Output, "note">,
): Result<RunArgument, Fault> {
  if (text !== "latest") return resolveRun(text, root);
  const place = resolve(root ?? defaultRoot);
  const { finished, newer } = lookForLatest(place);
  if (finished === null) {
    const begun = newer === null ? "" : ` (${basename(newer)} was begun, and is not finished)`;
    const message = `no finished run under this root yet${begun}; ${listing(place)}`;
    return err({ code: "run_missing", message, at: place });
  }
  if (newer !== null) {
    output.note(
      `latest is ${basename(finished)}, the run that was sealed last; passed over, because it is ` +
        `newer and was not finished: ${newer}`,
    );
  }
  return ok({ directory: finished, root: place });
}

type Latest = Readonly<{
  finished: string | null;
  /** The newest of the runs without a seal that were written to since; null where there is none. */
  newer: string | null;
}>;

function lookForLatest(root: string): Latest {
  const directories = runPlaces(root, "").flatMap(entriesIn);
  const finished = newestOf(directories, (directory) => timeOf(join(directory, sumsFileName)));
  const unfinished = newestOf(directories.filter(looksLikeRun), lastWrittenTo);
  const isNewer = unfinished !== null && unfinished.ms > (finished?.ms ?? 0);
  return {
    finished: finished?.directory ?? null,
    newer: isNewer ? unfinished.directory : null,
  };
}

type Dated = Readonly<{ directory: string; ms: number }>;

/** Of equal times the first. */
function newestOf(
  directories: readonly string[],
  timeIn: (directory: string) => number | null,
): Dated | null {
  let newest: Dated | null = null;
  for (const directory of directories) {
    const ms = timeIn(directory);
    if (ms !== null && (newest === null || ms > newest.ms)) newest = { directory, ms };
  }
  return newest;
}

/** Of a run without a seal, when any of its files changed last; null where there is a seal. */
function lastWrittenTo(directory: string): number | null {
  if (timeOf(join(directory, sumsFileName)) !== null) return null;
  const times = [directory, ...entriesIn(directory)].map((path) => timeOf(path) ?? 0);
  return times.reduce((last, ms) => Math.max(last, ms), 0);
}

/** Null for what is not there, or cannot be looked at. */
function timeOf(path: string): number | null {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return null;
  }
}

/** What lies in a folder, in ascending order: equal times give the same answer everywhere. */
function entriesIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).toSorted();
    return names.map((name) => join(folder, name));
  } catch {
    return [];
  }
}
