/** What a value of the switch says. Only an off word lets anything leave. */
export type SwitchWord = "off" | "on" | "unknown";

/** The whole list: each must stand alone, in lower case, with at most one line end after it. */
export const offWords: readonly string[] = ["0", "off", "false", "no"];

/** Known words for halted; they differ from garbage in the reason alone, so case is let pass. */
export const onWords: readonly string[] = ["1", "on", "true", "yes", "halt", "halted"];

/**
 * Reads the text of a source. The name of the switch is EXECUTION_HALTED, so `off` means that
 * execution is not halted. No trimming, no other spelling: what is nearly an off word was not
 * written by somebody who knew what they did.
 */
export function readSwitchWord(text: string): SwitchWord {
  const word = text.replace(/\r?\n$/, "");
  if (offWords.includes(word)) return "off";
  return onWords.includes(word.toLowerCase()) ? "on" : "unknown";
}
