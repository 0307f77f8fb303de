import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats } from "node:fs";
import { err, type Fault, ok, type Result } from "#base";
import { reasonOf, systemCode } from "./system-code.ts";

export type OpenFile = Readonly<{ descriptor: number; bytes: number }>;

/**
 * Opens a regular file for reading and nothing else: a link could lead out of the root, a pipe or
 * a device could hold us for ever. The caller closes the descriptor. `at` names it in the fault.
 * Faults: file_missing, file_not_regular, file_unreadable.
 */
export function openRegular(path: string, at: string): Result<OpenFile, Fault> {
  let descriptor: number | null = null;
  try {
    const before = lstatSync(path);
    if (!before.isFile()) return notRegular(before, at);
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    // Between the look and the opening the name may have been given to something else.
    const opened = fstatSync(descriptor);
    if (!opened.isFile()) return notRegular(opened, at);
    const file = { descriptor, bytes: opened.size };
    descriptor = null;
    return ok(file);
  } catch (cause) {
    const code = systemCode(cause);
    if (code === null) throw cause;
    if (code === "ENOENT") return err({ code: "file_missing", message: "no such file", at });
    return err({ code: "file_unreadable", message: `cannot be opened: ${reasonOf(code)}`, at });
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** What a thing that is no regular file is, in words. */
export function kindOfEntry(stat: Pick<Stats, EntryTest>): string {
  if (stat.isFile()) return "a file";
  if (stat.isDirectory()) return "a directory";
  if (stat.isSymbolicLink()) return "a symbolic link";
  return stat.isFIFO() ? "a pipe" : "a device or socket";
}

type EntryTest = "isFile" | "isDirectory" | "isSymbolicLink" | "isFIFO";

function notRegular(stat: Stats, at: string): Result<never, Fault> {
  const message = `is ${kindOfEntry(stat)}, not a regular file`;
  return err({ code: "file_not_regular", message, at });
}
