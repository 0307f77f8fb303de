import { err, type Fault, ok, type Result } from "#base";

/**
 * Runs file operations and translates what the system refused, once, with the path it concerns.
 * Anything that carries no system code is a bug and passes through.
 * Faults: store_missing, store_exists, store_not_regular, store_disk_full, store_read_only,
 * store_unwritable, store_write_failed, store_unreadable.
 */
export function attemptIo<T>(kind: "read" | "write", path: string, act: () => T): Result<T, Fault> {
  try {
    return ok(act());
  } catch (cause) {
    return err(ioFault(kind, path, cause));
  }
}

export function ioFault(kind: "read" | "write", path: string, cause: unknown): Fault {
  const code = systemCode(cause);
  if (code === null) throw cause;
  const general = kind === "read" ? "unreadable" : "write_failed";
  const fault = faultByCode[code] ?? general;
  const known = kind === "read" && fault === "unwritable" ? "unreadable" : fault;
  const message = `cannot ${kind}: ${reasonByCode[code] ?? code}`;
  return { code: `store_${known}`, message, at: path };
}

/** `ENOSPC` and the like; null for an error that is none of the system's. */
export function systemCode(cause: unknown): string | null {
  if (!(cause instanceof Error && "code" in cause)) return null;
  const { code } = cause;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : null;
}

export function isDiskFull(cause: unknown): boolean {
  const code = systemCode(cause);
  return code === "ENOSPC" || code === "EDQUOT";
}

const faultByCode: Readonly<Record<string, string>> = {
  ENOENT: "missing",
  ENOTDIR: "missing",
  EEXIST: "exists",
  ELOOP: "not_regular",
  EINVAL: "not_regular",
  EISDIR: "not_regular",
  ENXIO: "not_regular",
  ENOSPC: "disk_full",
  EDQUOT: "disk_full",
  EROFS: "read_only",
  EACCES: "unwritable",
  EPERM: "unwritable",
};

const reasonByCode: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  ENOTDIR: "a part of the path is not a directory",
  EEXIST: "it exists already",
  ELOOP: "it is a symbolic link",
  EINVAL: "it is not a regular file",
  EISDIR: "it is a directory",
  ENXIO: "it is not a regular file",
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EIO: "the disk reported an error",
  EMFILE: "too many open files",
};
