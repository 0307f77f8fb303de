import type { CloseRefusedBody, CriterionResult, EntryOf, VerdictFacts } from "./entry.ts";
import { closureVerdictName, incidentFiles } from "./incident-files.ts";
import type { IncidentState } from "./incident-state.ts";
import { markdownCode, markdownLine } from "./markdown.ts";
import { runLines } from "./render-evidence.ts";

/** The criteria as they are numbered, ticked once the incident is closed. */
export function criteriaLines({ criteria, closed }: IncidentState): readonly string[] {
  if (criteria.length === 0) return ["_None yet: without one the incident cannot be closed._"];
  return [
    "Closed by another run that started after the opening, is sealed, verifies, and meets each:",
    "",
    ...criteria.map((text, index) => {
      const met = closed?.criteria.some(({ number }) => number === index + 1) === true;
      return `${index + 1}. [${met ? "x" : " "}] ${markdownLine(text)}`;
    }),
  ];
}

export function closureLines({ closed, refusals }: IncidentState): readonly string[] {
  const refused = refusals.flatMap(refusalLines);
  if (closed === null) return refused.length === 0 ? ["_None yet._"] : refused;
  return [
    ...refused,
    ...(refused.length === 0 ? [] : [""]),
    ...runLines(closed.run),
    ...verdictLines(closed.verdict, closed.verdict_sha256),
    ...closed.criteria.map(resultLine),
  ];
}

function refusalLines(refusal: EntryOf<CloseRefusedBody>): readonly string[] {
  const { by, ts_utc, run, reasons } = refusal;
  return [
    `- Refused ${ts_utc} (${markdownLine(by)}) with ${markdownCode(run.directory)}:`,
    ...reasons.map(({ code, detail }) => `  - ${markdownLine(detail)} [${code}]`),
  ];
}

function verdictLines(
  { verdict, claims, checked, authenticity }: VerdictFacts,
  sha256: string,
): readonly string[] {
  const file = `${incidentFiles.closure}/${closureVerdictName}`;
  const who = authenticity === undefined ? [] : [`- authenticity: ${markdownLine(authenticity)}`];
  return [
    `- assay verify: **${verdict}** (${claims} claims, ${checked} things checked)`,
    ...who,
    `- ${markdownCode(file)}: sha256 ${markdownCode(sha256)}`,
  ];
}

function resultLine({ number, criterion, detail, confirmation }: CriterionResult): string {
  const who =
    confirmation === null
      ? ""
      : `; confirmed by ${markdownLine(confirmation.by)}: ${markdownLine(confirmation.evidence)}`;
  return `- criterion ${number}, ${markdownLine(criterion)}: ${markdownLine(detail)}${who}`;
}
