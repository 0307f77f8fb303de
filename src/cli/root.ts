import { accessSync, constants, statSync } from "node:fs";
import { resolve } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { makeFolder } from "./make-folder.ts";

/** Where datasets, runs and pools live unless `--root` says otherwise. */
export const defaultRoot = "./var/assay";

/** For verbs that only read: the root must be a directory that can be listed. */
export function readableRoot(option: string): Result<string, Fault> {
  const root = resolve(option);
  try {
    if (!statSync(root).isDirectory()) return err(notDirectory(root));
    accessSync(root, constants.R_OK | constants.X_OK);
    return ok(root);
  } catch (cause) {
    const reason = reasonOf(cause);
    const message = `cannot read the root: ${reason}; give the right one with --root`;
    return err({ code: "root_unreadable", message, at: root });
  }
}

/** For verbs that write: the root is made when it is absent. */
export function writableRoot(option: string): Result<string, Fault> {
  const root = resolve(option);
  try {
    makeFolder(root);
    if (!statSync(root).isDirectory()) return err(notDirectory(root));
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
    return ok(root);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "EEXIST" || code === "ENOTDIR") return err(notDirectory(root));
    const reason = code === "ENOENT" ? "no directory can be made there" : reasonOf(cause);
    const message = `cannot write to the root: ${reason}; choose another with --root`;
    return err({ code: "root_unwritable", message, at: root });
  }
}

/** ` --root DIR` for a command line we suggest; nothing where the default would find it. */
export function rootHint(root: string): string {
  return root === resolve(defaultRoot) ? "" : ` --root ${root}`;
}

function notDirectory(root: string): Fault {
  const message = "the root is not a directory; give a directory with --root";
  return { code: "root_not_directory", message, at: root };
}

function codeOf(cause: unknown): string | null {
  return cause instanceof Error && "code" in cause ? String(cause.code) : null;
}

/** `EACCES`, `ENOSPC` and the like in words a user knows. */
function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  return code === null ? String(cause) : (reasonByCode[code] ?? code);
}

const reasonByCode: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  ENOENT: "no such directory",
  ENOTDIR: "a part of the path is not a directory",
  ENOSPC: "no space left on the disk",
  EROFS: "the file system is read-only",
};
