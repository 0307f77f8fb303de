import { err, ok, type Result } from "#base";
import { type BusFault, busFault } from "./bus-fault.ts";

/** Longer subjects are refused, and so are longer keys. */
const maxSubject = 200;

const token = "[A-Za-z0-9_=-]+";
const subjectForm = new RegExp(`^${token}(?:\\.${token})*$`);
const patternForm = new RegExp(`^(?:(?:${token}|\\*)(?:\\.(?:${token}|\\*))*(?:\\.>)?|>)$`);

/** Fault bus_subject_invalid. */
export function checkSubject(text: string): Result<string, BusFault> {
  if (text.length <= maxSubject && subjectForm.test(text)) return ok(text);
  const message = `a subject is made of letters, digits, "_", "=" and "-" between single dots`;
  return err(busFault("bus_subject_invalid", message, shown(text)));
}

/** Fault bus_subject_invalid. */
export function checkPattern(text: string): Result<string, BusFault> {
  if (text.length <= maxSubject && patternForm.test(text)) return ok(text);
  const message = `a pattern is a subject in which "*" may stand for a token and ">" for the end`;
  return err(busFault("bus_subject_invalid", message, shown(text)));
}

/** Whether some subject matches both patterns. */
export function overlap(one: string, other: string): boolean {
  const [left, right] = [one.split("."), other.split(".")];
  for (let index = 0; ; index++) {
    const [first, second] = [left[index], right[index]];
    if (first === undefined || second === undefined) return first === second;
    if (first === ">" || second === ">") return true;
    if (first !== "*" && second !== "*" && first !== second) return false;
  }
}

/** All patterns of one subscription. Faults: bus_subject_invalid, bus_overlapping_patterns. */
export function checkPatterns(patterns: readonly string[]): Result<readonly string[], BusFault> {
  if (patterns.length === 0 || patterns.length > maxPatterns) {
    const message = `a subscription has 1 to ${maxPatterns} patterns, not ${patterns.length}`;
    return err(busFault("bus_subject_invalid", message));
  }
  for (const [index, pattern] of patterns.entries()) {
    const checked = checkPattern(pattern);
    if (!checked.ok) return checked;
    const rival = patterns.slice(0, index).find((earlier) => overlap(earlier, pattern));
    if (rival === undefined) continue;
    const message = `${rival} matches some of the same subjects: events would come twice`;
    return err(busFault("bus_overlapping_patterns", message, pattern));
  }
  return ok(patterns);
}

const maxPatterns = 64;

/** Names of durables and buckets: what every server and file system takes. */
export function checkName(text: string): Result<string, BusFault> {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(text)) return ok(text);
  const message = `a name is 1 to 64 letters, digits, "_" and "-"`;
  return err(busFault("bus_name_invalid", message, shown(text)));
}

/** Names of objects. */
export function checkObjectName(text: string): Result<string, BusFault> {
  if (/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(text)) return ok(text);
  const message = "an object's name is 1 to 255 plain characters, without a space at the ends";
  return err(busFault("bus_name_invalid", message, shown(text)));
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
