import type { Fault } from "#base";

/** The `code` of a Node system error (`ENOENT`), or null for anything else. */
export function systemCode(cause: unknown): string | null {
  return cause instanceof Error && "code" in cause ? String(cause.code) : null;
}

/** Why a file could not be read, as unreadable input. */
export function readFault(cause: unknown, path: string): Fault {
  const code = systemCode(cause);
  if (code === "ENOENT") return { code: "file_missing", message: "no such file", at: path };
  return { code: "file_unreadable", message: `cannot read: ${reasonOf(cause)}`, at: path };
}

/** Why something could not be written: the disk is a dependency, not an input. */
export function writeFault(cause: unknown, path: string): Fault {
  const code = systemCode(cause) === "ENOSPC" ? "disk_full" : "disk_write_failed";
  return { code, message: `cannot write: ${reasonOf(cause)}; nothing was landed`, at: path };
}

function reasonOf(cause: unknown): string {
  const code = systemCode(cause);
  if (code !== null) return reasonByCode[code] ?? code;
  return cause instanceof Error ? cause.message : String(cause);
}

const reasonByCode: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of the path is not a directory",
  ENOSPC: "no space left on the disk",
  EROFS: "the file system is read-only",
  EIO: "the disk reports an error",
  EMFILE: "too many open files",
};
