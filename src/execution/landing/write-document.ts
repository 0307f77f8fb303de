import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { writeFault } from "./write-fault.ts";

/**
 * Puts a whole document in its place, durable: a new one, or in the place of the old at once.
 * Faults: run_exists (a new one whose place is taken), run_disk_full, run_write_failed.
 */
export function writeRunDocument(
  directory: string,
  name: string,
  text: string,
  how: "create" | "replace" = "create",
): Result<void, Fault> {
  const path = join(directory, name);
  const target = how === "create" ? path : `${path}.new`;
  try {
    const file = openSync(target, how === "create" ? "wx" : "w", 0o644);
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (how === "replace") renameSync(target, path);
    return ok(undefined);
  } catch (cause) {
    return err(writeFault(path, cause));
  }
}
