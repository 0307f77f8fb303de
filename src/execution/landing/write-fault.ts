import type { Fault } from "#base";

/** A disk that refused, in words; anything else is a bug and thrown on. */
export function writeFault(path: string, cause: unknown): Fault {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : null;
  if (code === null) throw cause;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return { code: "run_disk_full", message: "the disk is full", at: path };
  }
  if (code === "EEXIST") {
    return { code: "run_exists", message: "something is in its place; move it away", at: path };
  }
  return { code: "run_write_failed", message: `cannot be written (${code})`, at: path };
}
