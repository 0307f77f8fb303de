import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { runPath, sumsFileName } from "#evidence";
import { defaultRoot } from "./root.ts";
import { type RunArgument, resolveRun } from "./run-argument.ts";

/** As `resolveRun`, and `latest`: the run of the root that was sealed last. */
export function findRun(text: string, root: string | undefined): Result<RunArgument, Fault> {
  return text === "latest" ? findLatest(resolve(root ?? defaultRoot)) : resolveRun(text, root);
}

function findLatest(root: string): Result<RunArgument, Fault> {
  const folder = runPath(root, "");
  let latest: Readonly<{ directory: string; sealedMs: number }> | null = null;
  for (const name of namesIn(folder)) {
    const directory = join(folder, name);
    const sealedMs = sealedAt(directory);
    if (sealedMs !== null && (latest === null || sealedMs > latest.sealedMs)) {
      latest = { directory, sealedMs };
    }
  }
  if (latest !== null) return ok({ directory: latest.directory, root });
  const message = "no sealed run under this root yet; assay evolve makes some";
  return err({ code: "run_missing", message, at: folder });
}

/** Null for what is not sealed, or cannot be looked at. */
function sealedAt(directory: string): number | null {
  try {
    return statSync(join(directory, sumsFileName)).mtimeMs;
  } catch {
    return null;
  }
}

/** Names in ascending order, so that equal times give the same answer everywhere. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
