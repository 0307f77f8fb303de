/** What a source writes where it knows nothing. */
const blanks: ReadonlySet<string> = new Set([
  "",
  "--",
  "-",
  "n/a",
  "na",
  "none",
  "null",
  "unknown",
]);

/** Null for a blank, by whatever sign a source writes one. */
export function orNull(text: string): string | null {
  const trimmed = text.trim();
  return blanks.has(trimmed.toLowerCase()) ? null : trimmed;
}

/**
 * One line of text from what a source wrote as HTML: tags become spaces, the five entities of XML
 * their signs, control characters and runs of space one space. At most `maxChars`.
 */
export function plainText(text: string, maxChars: number = 2000): string {
  const untagged = text.replaceAll(/<\/?[A-Za-z][^<>]*>/g, " ");
  const decoded = untagged.replaceAll(/&(amp|lt|gt|quot|#39|apos|nbsp);/g, (_all, name: string) => {
    return entities[name] ?? " ";
  });
  const line = decoded.replaceAll(/[\p{Cc}\p{Cs}\s]+/gu, " ").trim();
  return line.length > maxChars ? cut(line, maxChars) : line;
}

/** A surrogate pair is never cut in two. */
function cut(line: string, maxChars: number): string {
  return line.slice(0, maxChars).replace(/[\uD800-\uDBFF]$/, "");
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
  apos: "'",
};
