import { readdirSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { runPath } from "#evidence";
import { defaultRoot } from "./root.ts";

/** A run as the command line names it: where it lies, and the root it belongs to. */
export type RunArgument = Readonly<{ directory: string; root: string }>;

/**
 * `RUN` is a run id, the beginning of one (four digits or more after HF_), or the path of a run
 * directory. Without --root a path brings its own: the folder above `runs_hf`.
 * Faults: run_missing, run_ambiguous, run_not_directory.
 */
export function resolveRun(text: string, root: string | undefined): Result<RunArgument, Fault> {
  if (/^HF_[0-9a-f]{4,16}$/.test(text)) return findById(text, resolve(root ?? defaultRoot));
  const directory = resolve(text);
  const stats = statOrNull(directory);
  if (stats?.isDirectory() === true) return ok({ directory, root: rootOf(directory, root) });
  const code = stats === null ? "run_missing" : "run_not_directory";
  const what = stats === null ? "is no run id and no directory" : "is not a directory";
  return err({ code, message: `${JSON.stringify(text)} ${what}`, at: directory });
}

function rootOf(directory: string, given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  const folder = dirname(directory);
  const home = dirname(folder);
  return runPath(home, basename(directory)) === directory ? home : resolve(defaultRoot);
}

function findById(prefix: string, root: string): Result<RunArgument, Fault> {
  const folder = runPath(root, "");
  const found = namesIn(folder).filter((name) => name.startsWith(prefix));
  const [only, another] = found;
  if (only !== undefined && another === undefined) {
    return ok({ directory: join(folder, only), root });
  }
  if (only !== undefined) {
    const message = `${prefix} may mean ${found.slice(0, 5).join(", ")}`;
    return err({ code: "run_ambiguous", message, at: folder });
  }
  const message = `no run ${prefix} under this root; give the right one with --root`;
  return err({ code: "run_missing", message, at: folder });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What cannot be looked at is as good as absent: the fault names the place. */
function statOrNull(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
