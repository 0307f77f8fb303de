import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { err, type Fault, ok, parseJson, type Result } from "#base";

/** A run whose process ended before its end: nobody knows yet what became of its orders. */
export type UnfinishedRun = Readonly<{
  runId: string;
  directory: string;
  instId: string;
  /** The manifest as it lies there, in the order of its keys. */
  manifest: Readonly<Record<string, unknown>>;
}>;

const manifestSchema = z.looseObject({
  run_id: z.string(),
  status: z.string(),
  account_id_hash: z.string(),
  symbol_in_use: z.string(),
});

/**
 * Runs of this account that were begun and neither sealed nor given up, oldest first. A directory
 * without a manifest never came as far as an order. Fault: run_unreadable, for then nobody can say
 * whether orders are out.
 */
export function unfinishedRuns(
  root: string,
  accountIdHash: string,
): Result<readonly UnfinishedRun[], Fault> {
  const folder = join(root, "runs");
  const found: UnfinishedRun[] = [];
  for (const runId of namesIn(folder)) {
    const directory = join(folder, runId);
    const path = join(directory, "run_manifest.json");
    if (existsSync(join(directory, "SHA256SUMS")) || !existsSync(path)) continue;
    const json = parseJson(readFileSync(path, "utf8"));
    const parsed = json.ok ? manifestSchema.safeParse(json.value) : null;
    if (parsed === null || !parsed.success) {
      const message = "an unfinished run whose manifest cannot be read; reconcile it by hand";
      return err({ code: "run_unreadable", message, at: path });
    }
    const { data } = parsed;
    if (data.status === "aborted" || data.account_id_hash !== accountIdHash) continue;
    found.push({ runId, directory, instId: data.symbol_in_use, manifest: data });
  }
  return ok(found);
}

function namesIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.startsWith("AUDIT_"));
    // Names end in the time of their start; the same second is a matter of chance.
    return names.toSorted((left, right) => (left.slice(23) < right.slice(23) ? -1 : 1));
  } catch {
    return [];
  }
}
