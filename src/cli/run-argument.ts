import { readdirSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { looksLikeRun, runPlaces, whyNoRun } from "#evidence";
import { defaultRoot, rootHint } from "./root.ts";

/** A run as the command line names it: where it lies, and the root it belongs to. */
export type RunArgument = Readonly<{ directory: string; root: string }>;

/**
 * `RUN` is a run id, the beginning of one (four digits or more after HF_, PROMOTE_ or AUDIT_), or
 * the path of a run directory. Without --root a path brings its own: the folder above `runs_hf` or
 * `runs`. Faults: run_missing, run_ambiguous, run_not_directory, no_run_here.
 */
export function resolveRun(text: string, root: string | undefined): Result<RunArgument, Fault> {
  if (idForm.test(text)) return findById(text, resolve(root ?? defaultRoot));
  const directory = resolve(text);
  const stats = statOrNull(directory);
  if (stats?.isDirectory() === true) {
    if (!looksLikeRun(directory)) return err(noRunIn(directory, root));
    return ok({ directory, root: rootOf(directory, root) });
  }
  const code = stats === null ? "run_missing" : "run_not_directory";
  const what = stats === null ? "is no run id and no directory" : "is not a directory";
  const message = `${JSON.stringify(text)} ${what}; ${listing(root)}`;
  return err({ code, message, at: directory });
}

/** A run at a venue adds UTC time and a nonce. */
const idForm = /^(?:HF|PROMOTE|AUDIT)_[0-9a-f]{4,16}(?:_[0-9TZ]{0,16}(?:_[0-9a-f]{0,8})?)?$/;

function rootOf(directory: string, given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  const home = dirname(dirname(directory));
  const isHome = runPlaces(home, basename(directory)).includes(directory);
  return isHome ? home : resolve(defaultRoot);
}

function findById(prefix: string, root: string): Result<RunArgument, Fault> {
  const begun = runPlaces(root, "").flatMap((folder) =>
    namesIn(folder)
      .filter((name) => name.startsWith(prefix))
      .map((name) => join(folder, name)),
  );
  const named = begun.filter((directory) => basename(directory) === prefix);
  const found = named.length > 0 ? named : begun;
  const [only, another] = found;
  if (only !== undefined && another === undefined) return ok({ directory: only, root });
  if (only !== undefined) {
    const names = found.slice(0, 5).map((directory) => relative(root, directory));
    const message = `${prefix} may mean ${names.join(", ")}`;
    return err({ code: "run_ambiguous", message, at: root });
  }
  const message = `no run ${prefix} under this root, in runs_hf or runs; ${listing(root)}`;
  return err({ code: "run_missing", message, at: root });
}

/** A directory that is a root itself is the one whose runs are worth listing. */
function noRunIn(directory: string, root: string | undefined): Fault {
  const isRoot = runPlaces(directory, "").some((folder) => statOrNull(folder) !== null);
  const message = `${whyNoRun}; ${listing(isRoot ? directory : root)}`;
  return { code: "no_run_here", message, at: directory };
}

/** How to find out which runs there are. */
export function listing(root: string | undefined): string {
  const hint = rootHint(resolve(root ?? defaultRoot));
  return `assay runs ls${hint} lists them, and --root names another root`;
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
