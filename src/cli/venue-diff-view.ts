import type { DifferenceRecord, InterfaceDiff } from "#venues";
import type { Output } from "./output.ts";
import { tableLines } from "./table.ts";

/** The differences as a table, the new ones or all, and one line that sums it up. */
export function printDiff(
  { result, logged }: InterfaceDiff,
  { all }: Readonly<{ all: boolean }>,
  output: Output,
): void {
  const { fresh, known, gone, bySeverity } = logged;
  const isNew = new Set(fresh.map(({ fingerprint }) => fingerprint));
  const shown = all ? [...fresh, ...known] : fresh;
  for (const record of shown) {
    output.record({ type: "difference", new: isNew.has(record.fingerprint), ...record });
  }
  if (shown.length > 0) for (const line of tableOf(shown, isNew)) output.line(line);
  for (const left of result.leftOut) output.record({ type: "left_out", ...left });
  for (const [reason, acts] of Map.groupBy(result.leftOut, (left) => left.reason)) {
    const names = acts.slice(0, 3).map(({ operation }) => operation);
    const more = acts.length > 3 ? ` and ${acts.length - 3} more` : "";
    output.note(`left out (${reason}): ${names.join(", ")}${more}`);
  }
  if (logged.trouble !== null) output.note(`entered, but ${logged.trouble.message}`);
  const counts = Object.entries(bySeverity).map(([level, count]) => `${level} ${count}`);
  output.line(
    `${result.compared.length} acts, ${fresh.length + known.length} differences ` +
      `(${counts.join(", ")}): ${fresh.length} new, ${known.length} known, ${gone} gone; ` +
      (result.stateProven ? "the same state, proven" : "one after another, state not proven"),
  );
  output.record({
    type: "comparison",
    diff_id: result.diffId,
    environment: result.environment,
    inst_id: result.instId,
    libraries: result.libraries,
    compared: result.compared.length,
    left_out: result.leftOut.length,
    new: fresh.length,
    known: known.length,
    gone,
    by_severity: bySeverity,
    state_proven: result.stateProven,
    ok: fresh.length === 0,
  });
}

function tableOf(
  records: readonly DifferenceRecord[],
  isNew: ReadonlySet<string>,
): readonly string[] {
  const rows = records
    .toSorted((one, other) => (one.severity < other.severity ? -1 : 1))
    .map((record) => [
      record.severity,
      isNew.has(record.fingerprint) ? "new" : "known",
      record.operation,
      record.kind,
      record.deviates.map((column) => (column === "okx_sdk" ? "okx-api" : column)).join("+"),
      cut(record.subject.join(" ")),
      record.fingerprint,
    ]);
  const titles = ["sev", "", "act", "kind", "who", "what", "entry"];
  return tableLines(
    titles.map((title) => ({ title, align: "left" as const })),
    rows,
  );
}

function cut(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
