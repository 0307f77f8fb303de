import type { LinkedEntry } from "./chain.ts";
import { incidentFiles } from "./incident-files.ts";
import { type IncidentState, type Remark, stateOf } from "./incident-state.ts";
import { markdownCode, markdownLine, markdownQuote } from "./markdown.ts";
import { closureLines, criteriaLines } from "./render-closure.ts";
import { evidenceLines } from "./render-evidence.ts";

/** A new form of the document is a new version; an old document is compared by its head alone. */
export const documentVersion = "incident_document/1";

/**
 * The incident for people, in the form of the first one this house knew. It is a function of the
 * record, so it can always be made again; what people wrote stands in quotes.
 */
export function renderIncident(links: readonly LinkedEntry[]): string {
  const state = stateOf(links);
  const { opened, remarks } = state;
  const lines = [
    `# Incident: ${markdownLine(opened.title)} (${opened.ts_utc.slice(0, 10)})`,
    "",
    `${markdownCode(state.id)}, opened ${opened.ts_utc} by ${markdownLine(opened.by)}. Derived`,
    `from ${markdownCode(incidentFiles.record)}, which only grows: \`assay incident\` adds to it.`,
    ...section("1) Summary", summaryLines(state)),
    ...section("2) Trigger / Evidence", evidenceLines(state)),
    ...section("3) Expected vs Actual", [
      ...["### Expected", "", ...remarkLines(remarks.expected)],
      ...["", "### Actual", "", ...remarkLines(remarks.actual)],
    ]),
    ...section("4) Root Cause", remarkLines(remarks.root_cause)),
    ...section("5) Proposed Fix (additive-only)", remarkLines(remarks.proposed_fix)),
    ...section("6) Closure Criteria", criteriaLines(state)),
    ...section("7) Fix Implemented", fixLines(state)),
    ...section("8) Closure Evidence", closureLines(state)),
    ...section("9) Notes", remarkLines(remarks.note)),
    ...section("10) Record", recordLines(state)),
    ...section("Status", [statusLine(state)]),
    "",
    footerOf(links, state.head),
  ];
  return `${lines.join("\n")}\n`;
}

/** What a document says it was made from. */
export type DocumentFooter = Readonly<{
  version: string;
  entries: number;
  bytes: number;
  head: string;
}>;

/** The last line of a document; null when it is none of ours. */
export function readFooter(document: string): DocumentFooter | null {
  const form = /\n<!-- (\w+\/\d+): (\d{1,9}) entries, (\d{1,12}) bytes, head ([0-9a-f]{64}) -->\n$/;
  const [, version, entries, bytes, head] = form.exec(document) ?? [];
  if (version === undefined || head === undefined) return null;
  return { version, entries: Number(entries), bytes: Number(bytes), head };
}

function footerOf(links: readonly LinkedEntry[], head: string): string {
  const bytes = links.at(-1)?.end ?? 0;
  return `<!-- ${documentVersion}: ${links.length} entries, ${bytes} bytes, head ${head} -->`;
}

function section(title: string, body: readonly string[]): readonly string[] {
  return ["", `## ${title}`, "", ...body];
}

function summaryLines({ opened }: IncidentState): readonly string[] {
  return [
    "- **Impact**:",
    ...markdownQuote(opened.impact).map((line) => `  ${line}`),
    `- **Severity**: ${opened.severity}`,
    `- **Type**: ${markdownLine(opened.incident_type)}`,
  ];
}

function remarkLines(remarks: readonly Remark[]): readonly string[] {
  if (remarks.length === 0) return ["_Not stated yet._"];
  return remarks.flatMap(({ by, ts_utc, text }, index) => [
    ...(index === 0 ? [] : [""]),
    ...markdownQuote(text),
    "",
    `(${markdownLine(by)}, ${ts_utc})`,
  ]);
}

function fixLines({ fixes, closed }: IncidentState): readonly string[] {
  if (fixes.length === 0) return ["_None yet._"];
  const lines = fixes.flatMap(({ commit, text, by, ts_utc }) => [
    `- Commit ${markdownCode(commit)} (${markdownLine(by)}, ${ts_utc}):`,
    ...markdownQuote(text).map((line) => `  ${line}`),
  ]);
  const pending = "Pending: a fix closes nothing; a new run that verifies does.";
  return closed === null ? [...lines, "", pending] : lines;
}

function recordLines({ links, head }: IncidentState): readonly string[] {
  return [
    "| entry | time | by | what | sha256 of the line |",
    "|---|---|---|---|---|",
    ...links.map(({ entry, sha256 }) => {
      const by = markdownLine(entry.by).replaceAll("|", "\\|");
      return `| ${entry.seq} | ${entry.ts_utc} | ${by} | ${entry.type} | ${markdownCode(sha256)} |`;
    }),
    "",
    `Head: ${markdownCode(head)}.`,
    "Noted somewhere else, it shows that no entry was taken away (`assay incident show --head`).",
  ];
}

function statusLine({ closed }: IncidentState): string {
  if (closed === null) return "- **open**";
  const by = markdownLine(closed.by);
  return `- **closed** ${closed.ts_utc} by ${by} (evidence landed, verifier PASS)`;
}
