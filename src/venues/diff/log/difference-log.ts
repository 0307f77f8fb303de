import { type Fault, ok, type Result } from "#base";
import {
  appendToChainedLog,
  type ChainAppend,
  type ChainedPlace,
  chainHost,
  type ReadChain,
  readChainedLog,
  type Unplaced,
} from "#evidence";
import type { Severity } from "../compare/kind-notes.ts";
import type { ComparisonResult } from "../run-comparison.ts";
import { countSeverities, type DifferenceRecord, type DiffRecord, diffRecord } from "./entry.ts";
import { fingerprintOf } from "./fingerprint.ts";
import {
  type CodeFacts,
  comparisonRecord,
  differenceRecord,
  goneRecord,
  headOf,
} from "./make-records.ts";
import { openDifferences, wasTold } from "./open-differences.ts";

export function differencesPlace(folder: string): ChainedPlace {
  return { folder, name: "differences" };
}

/** The log as it stands; absent is empty. Faults: of readChainedLog. */
export function readDifferences(folder: string): Result<ReadChain<DiffRecord>, Fault> {
  return readChainedLog(chainHost().fs, differencesPlace(folder), diffRecord);
}

/** What a comparison added to the log. */
export type LoggedComparison = Readonly<{
  fresh: readonly DifferenceRecord[];
  known: readonly DifferenceRecord[];
  gone: number;
  bySeverity: Readonly<Record<Severity, number>>;
  /** What went wrong after the lines had landed. */
  trouble: Fault | null;
}>;

/**
 * Enters what is new, what is gone, and the comparison itself, in one append. Faults: of
 * appendToChainedLog.
 */
export function logComparison(
  folder: string,
  result: ComparisonResult,
  facts: CodeFacts,
): Result<LoggedComparison, Fault> {
  const head = headOf(result, facts);
  const { environment, instId, account } = result;
  const circumstances = { environment, instId, posMode: account.pos_mode };
  const found = new Map<string, Unplaced<DifferenceRecord>>();
  for (const difference of result.differences) {
    const { operation, finding } = difference;
    const fingerprint = fingerprintOf(circumstances, operation.id, finding);
    found.set(fingerprint, differenceRecord(difference, fingerprint, head));
  }
  const bySeverity = countSeverities([...found.values()].map(({ severity }) => severity));
  const known: DifferenceRecord[] = [];
  let counts = { new_differences: 0, gone_differences: 0 };
  const appended = appendToChainedLog(chainHost(), differencesPlace(folder), diffRecord, (log) => {
    const records = log.links.map(({ record }) => record);
    const open = [...openDifferences(records).values()];
    const isKnown = new Set(open.map(({ fingerprint }) => fingerprint));
    const fresh = [...found.values()].filter(({ fingerprint }) => !isKnown.has(fingerprint));
    known.push(...open.filter(({ fingerprint }) => found.has(fingerprint)));
    const gone = open.filter(
      (record) =>
        !found.has(record.fingerprint) &&
        isOf(record, circumstances) &&
        result.compared.includes(record.operation),
    );
    counts = { new_differences: fresh.length, gone_differences: gone.length };
    const total = { ...counts, differences: found.size, by_severity: bySeverity };
    return ok([
      ...fresh.map((record) => toldAs(record, wasTold(records, record.fingerprint))),
      ...gone.map((record) => goneRecord(record, head)),
      comparisonRecord(result, head, total),
    ]);
  });
  if (!appended.ok) return appended;
  const { value } = appended;
  return ok({
    ...{ known, bySeverity, trouble: value.trouble },
    fresh: freshOf(value, counts.new_differences),
    gone: counts.gone_differences,
  });
}

function toldAs(record: Unplaced<DifferenceRecord>, again: boolean): Unplaced<DifferenceRecord> {
  return again ? { ...record, status: "reopened" } : record;
}

/** The new differences among the lines that were added: they come first. */
function freshOf(
  { links, added }: ChainAppend<DiffRecord>,
  count: number,
): readonly DifferenceRecord[] {
  return links
    .slice(links.length - added)
    .map(({ record }) => record)
    .filter((record) => record.event === "difference")
    .slice(0, count);
}

function isOf(
  record: DifferenceRecord,
  { environment, instId, posMode }: Readonly<Record<"environment" | "instId" | "posMode", string>>,
): boolean {
  const { environment: where, inst_id: what, account } = record;
  return where === environment && what === instId && account.pos_mode === posMode;
}
