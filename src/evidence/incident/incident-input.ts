import { err, type Fault, ok, type Result } from "#base";
import { type Criterion, parseCriterion } from "./criterion.ts";
import { entryLimits, type SectionText } from "./entry.ts";
import { isPlainText, textLimits } from "./plain-text.ts";

/** The first of these texts that no entry can hold, as a fault: incident_text_unfit. */
export function checkTexts(
  fields: Readonly<Record<string, Readonly<{ text: string; lines: "one" | "many" }>>>,
): Result<void, Fault> {
  for (const [name, { text, lines }] of Object.entries(fields)) {
    const max = lines === "one" ? textLimits.line : textLimits.text;
    if (isPlainText(text, max, lines)) continue;
    const form = lines === "one" ? "one line of plain text" : "plain text";
    const message = `${name}: expected ${form}, 1 to ${max} characters, no control characters`;
    return err({ code: "incident_text_unfit", message });
  }
  return ok(undefined);
}

/** Criteria on top of those there are. Faults: criterion_malformed, criterion_repeated, ... */
export function checkCriteria(
  texts: readonly string[],
  present: readonly string[],
): Result<readonly Criterion[], Fault> {
  const criteria: Criterion[] = [];
  const seen = new Set(present);
  for (const text of texts) {
    const criterion = parseCriterion(text);
    if (!criterion.ok) return criterion;
    if (seen.has(text)) {
      const message = `the criterion is there already: ${JSON.stringify(text)}`;
      return err({ code: "criterion_repeated", message });
    }
    seen.add(text);
    criteria.push(criterion.value);
  }
  if (seen.size <= entryLimits.criteria) return ok(criteria);
  const message = `${seen.size} criteria, at most ${entryLimits.criteria}; join some`;
  return err({ code: "criterion_too_many", message });
}

export function sectionFields(
  sections: readonly SectionText[],
): Readonly<Record<string, Readonly<{ text: string; lines: "many" }>>> {
  return Object.fromEntries(
    sections.map(({ section, text }) => [section, { text, lines: "many" } as const]),
  );
}
