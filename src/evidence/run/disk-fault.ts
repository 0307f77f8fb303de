import type { Fault } from "#base";

/** What the system said about a write, as a fault a shell can translate: exit 5. */
export function diskFault(cause: unknown, path: string): Fault {
  const code = systemCode(cause);
  const reason = reasonByCode[code] ?? code;
  const remedy = code === "ENOSPC" || code === "EDQUOT" ? "; free some and run again" : "";
  return {
    code: code === "ENOSPC" || code === "EDQUOT" ? "run_disk_full" : "run_write_failed",
    message: `cannot write: ${reason}${remedy}`,
    at: path,
  };
}

/** `ENOENT` and the like; the text of the error where it is none of the system's. */
export function systemCode(cause: unknown): string {
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return cause instanceof Error ? cause.message : String(cause);
}

const reasonByCode: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  EIO: "the disk reported an error",
  EFBIG: "the file would exceed the size the system allows",
  EEXIST: "the file exists already",
  EMFILE: "too many open files",
};
