import { err, type Fault, ok, type Result } from "#base";
import type { Operation } from "./catalogue/operation.ts";
import { isOperationId, operationIds } from "./catalogue/operation-ids.ts";
import { operationOf, operations } from "./catalogue/operations.ts";
import { loadDrivers } from "./drivers/load-drivers.ts";
import {
  differencesPlace,
  type LoggedComparison,
  logComparison,
  readDifferences,
} from "./log/difference-log.ts";
import type { CodeFacts } from "./log/make-records.ts";
import { renderDifferences } from "./log/render-differences.ts";
import { type ComparisonOptions, type ComparisonResult, runComparison } from "./run-comparison.ts";

export type InterfaceDiffOptions = Omit<ComparisonOptions, "operations" | "drivers"> &
  Readonly<{
    /** Ids of acts; null: all of them. */
    only: readonly string[] | null;
    ownVersion: string;
    code: CodeFacts;
  }>;

export type InterfaceDiff = Readonly<{ result: ComparisonResult; logged: LoggedComparison }>;

/**
 * Compares ccxt and okx-api act by act at a venue, and enters in the log what is new. Faults:
 * operation_unknown, chained_log_damaged, those of the venue, the samples and the log.
 */
export async function runInterfaceDiff(
  options: InterfaceDiffOptions,
): Promise<Result<InterfaceDiff, Fault>> {
  const { only, ownVersion, code, folder } = options;
  const chosen = choose(only);
  if (!chosen.ok) return chosen;
  const sound = checkLog(folder);
  if (!sound.ok) return sound;
  const drivers = await loadDrivers(ownVersion);
  const result = await runComparison({ ...options, operations: chosen.value, drivers });
  if (!result.ok) return result;
  const logged = logComparison(folder, result.value, code);
  return logged.ok ? ok({ result: result.value, logged: logged.value }) : logged;
}

/** The document of the log as it stands. Faults: as of checkLog. */
export function renderLog(folder: string): Result<string, Fault> {
  const read = readDifferences(folder);
  if (!read.ok) return read;
  const sound = checkLog(folder);
  if (!sound.ok) return sound;
  const { links } = read.value;
  const records = links.map(({ record }) => record);
  return ok(renderDifferences(records, links.at(-1)?.sha256 ?? null));
}

/** In the order of the catalogue, each once. */
function choose(only: readonly string[] | null): Result<readonly Operation[], Fault> {
  if (only === null) return ok(operations);
  const unknown = only.find((id) => !isOperationId(id));
  if (unknown !== undefined) {
    const message = `no such act: ${unknown}; there are ${operationIds.join(", ")}`;
    return err({ code: "operation_unknown", message, at: "--op" });
  }
  return ok(operationIds.filter((id) => only.includes(id)).map(operationOf));
}

/** Nothing is compared for a log that could not take it. */
function checkLog(folder: string): Result<void, Fault> {
  const read = readDifferences(folder);
  if (!read.ok) return read;
  const [finding] = read.value.findings;
  if (finding === undefined) return ok(undefined);
  const where = finding.line === null ? "" : `line ${finding.line} `;
  const { folder: place, name } = differencesPlace(folder);
  const message = `the log is damaged: ${where}${finding.detail}`;
  return err({ code: "chained_log_damaged", message, at: `${place}/${name}.jsonl` });
}
