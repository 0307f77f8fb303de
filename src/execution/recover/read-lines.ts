import { readFileSync } from "node:fs";
import { join } from "node:path";
import { err, type Fault, ok, parseJson, type Result } from "#base";

/**
 * The whole lines of a file that a dead process wrote, as records; what has no line end never
 * landed and is passed over, and a file that is not there is empty. They were written through the
 * schemas of #evidence, so a line is taken for what its file holds when it is a record of the run.
 * Faults: recorded_damaged, recorded_unreadable.
 */
export function readLeftLines<Line extends Readonly<{ run_id: string; ts_utc: string }>>(
  directory: string,
  stem: string,
  runId: string,
): Result<readonly Line[], Fault> {
  const path = join(directory, `${stem}.jsonl`);
  const text = readText(path);
  if (!text.ok) return text;
  const lines: Line[] = [];
  for (const [index, line] of (text.value ?? "").split("\n").slice(0, -1).entries()) {
    const json = parseJson(line);
    const record = json.ok ? json.value : null;
    const isRecord = typeof record === "object" && record !== null;
    if (!isRecord || (record as Readonly<{ run_id?: unknown }>).run_id !== runId) {
      const message = "a recorded line cannot be read: reconcile this run by hand";
      return err({ code: "recorded_damaged", message, at: `${path} line ${index + 1}` });
    }
    lines.push(record as unknown as Line);
  }
  return ok(lines);
}

/** Null: it is not there. Fault: recorded_unreadable. */
export function readText(path: string): Result<string | null, Fault> {
  try {
    return ok(readFileSync(path, "utf8"));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : null;
    if (code === "ENOENT") return ok(null);
    if (typeof code !== "string") throw cause;
    return err({ code: "recorded_unreadable", message: `cannot read it (${code})`, at: path });
  }
}
