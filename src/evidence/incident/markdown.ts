/** One line of somebody's text within a line of ours: no markup of its own, no hidden comment. */
export function markdownLine(text: string): string {
  return text.replaceAll("<", "\\<").replaceAll("`", "\\`");
}

/** A text of several lines as a quote, so that none of its lines can pass for one of ours. */
export function markdownQuote(text: string): readonly string[] {
  return text.split("\n").map((line) => (line === "" ? ">" : `> ${markdownLine(line)}`));
}

/** A name that stands for a file, a run or a digest. */
export function markdownCode(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}
