import { closeSync, constants, fstatSync, lstatSync, openSync } from "node:fs";
import { err, ok, type Result } from "#base";
import { systemCode } from "../store/io-fault.ts";
import type { Problem } from "./problem.ts";

export type OpenFile = Readonly<{ descriptor: number; bytes: number }>;

/**
 * Opens a regular file for reading and nothing else: a link could lead out of the directory, a
 * pipe or a device could hold us for ever. The caller closes the descriptor.
 */
export function openRegular(path: string): Result<OpenFile, Problem> {
  let descriptor: number | null = null;
  try {
    const before = lstatSync(path);
    if (!before.isFile()) return err(notRegular(kindOf(before)));
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    // Between the look and the opening the name may have been given to something else.
    const opened = fstatSync(descriptor);
    if (opened.isFile()) {
      const file = { descriptor, bytes: opened.size };
      descriptor = null;
      return ok(file);
    }
    return err(notRegular(kindOf(opened)));
  } catch (cause) {
    const code = systemCode(cause);
    if (code === "ENOENT") return err({ code: "file_missing", detail: "no such file" });
    if (code === "ELOOP") return err(notRegular("a symbolic link"));
    if (code === null) throw cause;
    return err({ code: "file_unreadable", detail: `cannot be opened: ${code}` });
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

type Kind = Readonly<{
  isDirectory: () => boolean;
  isSymbolicLink: () => boolean;
  isFIFO: () => boolean;
}>;

function kindOf(stat: Kind): string {
  if (stat.isDirectory()) return "a directory";
  if (stat.isSymbolicLink()) return "a symbolic link";
  return stat.isFIFO() ? "a pipe" : "a device or socket";
}

function notRegular(what: string): Problem {
  return { code: "file_not_regular", detail: `is ${what}, not a regular file` };
}
