/** `ENOENT` and the like; null for an error that the system did not raise. */
export function systemCode(cause: unknown): string | null {
  if (!(cause instanceof Error && "code" in cause && "syscall" in cause)) return null;
  return String(cause.code);
}

/** A code of the system in words a user knows. */
export function reasonOf(code: string): string {
  return reasonByCode[code] ?? code;
}

const reasonByCode: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  ENOENT: "no such file or directory",
  ENOTDIR: "a part of the path is not a directory",
  EISDIR: "it is a directory",
  ELOOP: "it is a symbolic link",
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EIO: "the disk reported an error",
  EMFILE: "too many open files",
};
