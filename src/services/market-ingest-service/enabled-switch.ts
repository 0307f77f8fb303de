import { readFile, stat } from "node:fs/promises";

/** Whether to write: a soft pause for maintenance. It is no safety switch, and no one's gate. */
export type EnabledReading = Readonly<{ enabled: boolean; source: string; reason: string }>;

const onWords: ReadonlySet<string> = new Set(["1", "true", "on", "yes"]);
const offWords: ReadonlySet<string> = new Set(["0", "false", "off", "no"]);
const maxBytes = 64;

/**
 * Both the setting and the file, where one is named, must say on. A file that is missing or says
 * something else pauses: who named it wants it to be asked.
 */
export async function readEnabled(
  options: Readonly<{ enabled: boolean; file: string | null }>,
): Promise<EnabledReading> {
  const { enabled, file } = options;
  if (!enabled) return { enabled: false, source: "INGEST_ENABLED", reason: "paused_by_setting" };
  if (file === null) return { enabled: true, source: "INGEST_ENABLED", reason: "enabled" };
  const word = await wordOf(file);
  if (word === null) return { enabled: false, source: file, reason: "pause_file_unreadable" };
  if (onWords.has(word)) return { enabled: true, source: file, reason: "enabled" };
  const reason = offWords.has(word) ? "paused_by_file" : "pause_file_garbled";
  return { enabled: false, source: file, reason };
}

async function wordOf(file: string): Promise<string | null> {
  try {
    // A pipe would be waited for.
    const found = await stat(file);
    if (!found.isFile() || found.size > maxBytes) return "";
    return (await readFile(file, "utf8")).trim();
  } catch {
    // Whatever the trouble is, the answer is the same: not readable, so paused.
    return null;
  }
}
