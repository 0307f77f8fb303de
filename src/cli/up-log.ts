import { closeSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { err, type Fault, isJsonList, ok, parseJson, type Result } from "#base";
import type { LogSink } from "#mesh";
import { makeFolder } from "./make-folder.ts";

/** The log of a mesh in a file, for a screen that shows what matters. */
export type UpLog = LogSink & Readonly<{ path: string; close: () => void }>;

/** The fields of one line as text; what is no text or number is left out. */
export type LogLine = Readonly<Record<string, string>>;

/** The file before it is kept beside it, so twice as much is on the disk at most. */
const maxBytes = 64 << 20;

/**
 * Opens `<root>/mesh/logs/up.jsonl` anew. `hear` gets each line too. A disk that takes no more
 * lines is told of once by `hear`, and stops nothing. Fault: log_unwritable.
 */
export function openUpLog(root: string, hear: (line: LogLine) => void): Result<UpLog, Fault> {
  const folder = join(root, "mesh", "logs");
  const path = join(folder, "up.jsonl");
  let file: number;
  try {
    makeFolder(folder);
    file = begin(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return err({ code: "log_unwritable", message: `cannot write the log: ${why}`, at: path });
  }
  let size = 0;
  let failed = false;
  let closed = false;

  function keep(line: string): void {
    if (failed) return;
    try {
      size += Buffer.byteLength(line);
      if (size > maxBytes) {
        closeSync(file);
        file = begin(path);
        size = 0;
      }
      writeSync(file, line);
    } catch (cause) {
      failed = true;
      const error = cause instanceof Error ? cause.message : String(cause);
      hear({ level: "error", event: "mesh.log_unwritable", service: "mesh", msg: error });
    }
  }

  return ok({
    path,
    write(line) {
      if (closed) return;
      keep(line);
      hear(readLine(line));
    },
    close() {
      // What somebody who was left behind still says is for nobody.
      closed = true;
      closeSync(file);
    },
  });
}

function begin(path: string): number {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) {
    renameSync(path, path.replace(/\.jsonl$/, ".before.jsonl"));
  }
  return openSync(path, "a", 0o600);
}

/** Empty for what is no object. */
function readLine(text: string): LogLine {
  const parsed = parseJson(text.trim());
  const value = parsed.ok ? parsed.value : null;
  if (typeof value !== "object" || value === null || isJsonList(value)) return {};
  const fields = Object.entries(value).flatMap(([name, field]) => {
    const isPlain = typeof field === "string" || typeof field === "number";
    return isPlain ? [[name, String(field)] as const] : [];
  });
  return Object.fromEntries(fields);
}
