import { plainText } from "./plain-text.ts";

/** A member of Congress by name, and a key for grouping that spelling does not change. */
export type Person = Readonly<{ name: string; slug: string }>;

/**
 * Takes titles and degrees out of a name, wherever the source put them: `Hon. Neal Patrick MD, FACS
 * Dunn` is Neal Patrick Dunn. The key is the name in lower case, without accents and signs. Null
 * when nothing is left of it.
 */
export function readPerson(text: string): Person | null {
  const words = plainText(text, 200)
    .replaceAll(/\s+,/g, ",")
    .split(" ")
    .filter((word) => !titles.has(word.replaceAll(/[.,]/g, "").toLowerCase()));
  const name = words.join(" ").replace(/,$/, "");
  const slug = name
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .toLowerCase()
    .replaceAll(/['’]/g, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return slug === "" ? null : { name, slug };
}

/** `None` is what one source writes for a title it does not know. */
const titles: ReadonlySet<string> = new Set([
  "hon",
  "honorable",
  "mr",
  "mrs",
  "ms",
  "dr",
  "md",
  "facs",
  "none",
  "senator",
  "representative",
]);
