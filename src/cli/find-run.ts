import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { runPlaces, sumsFileName } from "#evidence";
import { defaultRoot } from "./root.ts";
import { type RunArgument, resolveRun } from "./run-argument.ts";

/** As `resolveRun`, and `latest`: the run of the root that was sealed last. */
export function findRun(text: string, root: string | undefined): Result<RunArgument, Fault> {
  return text === "latest" ? findLatest(resolve(root ?? defaultRoot)) : resolveRun(text, root);
}

function findLatest(root: string): Result<RunArgument, Fault> {
  let latest: Readonly<{ directory: string; sealedMs: number }> | null = null;
  for (const directory of runPlaces(root, "").flatMap(directoriesIn)) {
    const sealedMs = sealedAt(directory);
    if (sealedMs !== null && (latest === null || sealedMs > latest.sealedMs)) {
      latest = { directory, sealedMs };
    }
  }
  if (latest !== null) return ok({ directory: latest.directory, root });
  const message = "no sealed run under this root yet; assay evolve makes some";
  return err({ code: "run_missing", message, at: root });
}

/** Null for what is not sealed, or cannot be looked at. */
function sealedAt(directory: string): number | null {
  try {
    return statSync(join(directory, sumsFileName)).mtimeMs;
  } catch {
    return null;
  }
}

/** In ascending order, so that equal times give the same answer everywhere. */
function directoriesIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).toSorted();
    return names.map((name) => join(folder, name));
  } catch {
    return [];
  }
}
