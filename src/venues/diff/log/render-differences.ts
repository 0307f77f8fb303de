import { isOperationId, operationIds } from "../catalogue/operation-ids.ts";
import { operationOf } from "../catalogue/operations.ts";
import type { Column } from "../column.ts";
import { severityLevels } from "../compare/kind-notes.ts";
import {
  type ComparisonRecord,
  countSeverities,
  type DifferenceRecord,
  type DiffRecord,
} from "./entry.ts";
import { openDifferences } from "./open-differences.ts";

/** The name of the document below the folder that `--render` names. */
export const renderedName = "okx-ccxt-okx-api.md";

/** The open differences of a log, for people. A function of the records alone. */
export function renderDifferences(records: readonly DiffRecord[], head: string | null): string {
  const open = [...openDifferences(records).values()];
  const places = Map.groupBy(records, placeOf);
  const sections = [...places].flatMap(([place, all]) => {
    const last = all.findLast((record) => record.event === "comparison");
    return last === undefined
      ? []
      : renderPlace(
          last,
          open.filter((each) => placeOf(each) === place),
        );
  });
  const lines = [
    "# ccxt and okx-api: what is not the same",
    "",
    "Every act was done by both libraries, unmodified, and by our own words (direct) against the",
    "same venue. This page is rendered from the log of differences by `assay venue diff render`;",
    "what the words mean is in [the contract](../contracts/interface-diff.md). Nobody edits it.",
    "",
    `Head of the log: \`${head ?? "empty"}\``,
    ...sections,
    "",
  ];
  return lines.join("\n");
}

function placeOf({ environment, inst_id, account }: DiffRecord): string {
  return `${inst_id} at ${environment}, ${account.pos_mode}`;
}

function renderPlace(last: ComparisonRecord, open: readonly DifferenceRecord[]): readonly string[] {
  const counts = countSeverities(open.map(({ severity }) => severity));
  const worst = open.filter(({ severity }) => severity === "S0" || severity === "S1");
  const acts = operationIds.filter((id) => open.some(({ operation }) => operation === id));
  return [
    "",
    `## ${placeOf(last)}`,
    "",
    `- libraries: ${Object.values(last.libraries).join(", ")}`,
    `- latest comparison: ${last.ts_utc}, commit ${last.git_commit ?? "unknown"}` +
      `${last.git_dirty === true ? " with changes" : ""}`,
    `- acts compared: ${last.compared.length}; ${stateText(last)}`,
    `- open differences: ${open.length} (${severityLevels
      .map((level) => `${level} ${counts[level]}`)
      .join(", ")})`,
    ...last.left_out.map(({ operation, reason }) => `- left out: ${operation} (${reason})`),
    "",
    "### What can do harm (S0, S1)",
    "",
    ...table(
      ["severity", "act", "what", "who", "direct", "okx-api", "ccxt", "kept from harm by"],
      bySeverity(worst).map((each) => [
        each.severity,
        each.operation,
        each.what,
        whoText(each.deviates),
        ...shownCells(each),
        each.mitigation,
      ]),
    ),
    ...acts.flatMap((id) =>
      renderAct(
        id,
        open.filter(({ operation }) => operation === id),
      ),
    ),
  ];
}

function stateText({ state_proven: proven }: ComparisonRecord): string {
  return proven
    ? "all began in the same state, proven by the venue's digest"
    : "one library after another: that the state was the same is not proven";
}

function renderAct(id: string, open: readonly DifferenceRecord[]): readonly string[] {
  const [first] = open;
  const title = isOperationId(id) ? operationOf(id).title : id;
  const fields = open.flatMap(({ field_mapping }) => field_mapping);
  const lines = fields.filter((line, at) => {
    return fields.findIndex(({ port }) => port === line.port) === at;
  });
  return [
    "",
    `### ${id}: ${title}`,
    "",
    `direct \`${first?.calls.direct ?? "none"}\`, okx-api \`${first?.calls.okx_sdk ?? "none"}\`, ` +
      `ccxt \`${first?.calls.ccxt ?? "none"}\``,
    "",
    ...table(
      ["", "kind", "who", "direct", "okx-api", "ccxt", "spoils", "entry"],
      bySeverity(open).map((each) => [
        each.severity,
        each.kind,
        whoText(each.deviates),
        ...(each.field_mapping.length > 0 ? fieldCells(each) : shownCells(each)),
        impactText(each),
        each.fingerprint,
      ]),
    ),
    ...(lines.length === 0 ? [] : ["", ...fieldTable(lines)]),
  ];
}

function fieldTable(lines: DifferenceRecord["field_mapping"]): readonly string[] {
  return table(
    ["field", "OKX", "ccxt", "OKX says", "okx-api gives", "ccxt gives"],
    lines.map((line) => [
      line.port,
      line.okx,
      line.ccxt ?? "(none)",
      line.okx_text === null ? "" : JSON.stringify(line.okx_text),
      givenText(line.okx_sdk_value, line.okx_sdk_form),
      givenText(line.ccxt_value, line.ccxt_form),
    ]),
  );
}

function givenText(value: string | null, form: string): string {
  return value === null ? form : `${value} (${form})`;
}

function bySeverity(records: readonly DifferenceRecord[]): readonly DifferenceRecord[] {
  return records.toSorted(
    (one, other) => severityLevels.indexOf(one.severity) - severityLevels.indexOf(other.severity),
  );
}

function whoText(deviates: readonly Column[]): string {
  return deviates.map((column) => (column === "okx_sdk" ? "okx-api" : column)).join(", ");
}

function shownCells({
  shown,
  field_mapping: fields,
  subject,
}: DifferenceRecord): readonly string[] {
  if (fields.length === 0) return [shown.direct, shown.okx_sdk, shown.ccxt];
  const [line] = fields;
  const example = line?.okx_text === null ? "" : `${line?.port}: ${line?.okx_text}`;
  const more = subject.length > 1 ? ` and ${subject.length - 1} more` : "";
  return [`${example}${more}`, line?.okx_sdk_value ?? "", line?.ccxt_value ?? ""];
}

/** The values stand in the table below. */
function fieldCells({ subject, deviates }: DifferenceRecord): readonly string[] {
  const named = subject.join(", ");
  return ["", deviates.includes("okx_sdk") ? named : "", deviates.includes("ccxt") ? named : ""];
}

function impactText({ impact: { E, I, M, C } }: DifferenceRecord): string {
  return [...E, ...I, ...M, ...C].join(" ");
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(cellText).join(" | ")} |`;
  if (rows.length === 0) return ["None."];
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)];
}

const longestCell = 200;

/** On one line, without the sign that ends a cell, and no markup but ours. */
function cellText(text: string): string {
  const flat = text.replace(/\s+/g, " ");
  const cut = flat.length > longestCell ? `${flat.slice(0, longestCell)}...` : flat;
  return cut.replace(/[|\\`*_<>[\]]/g, "\\$&");
}
