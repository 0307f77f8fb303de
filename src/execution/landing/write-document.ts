import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { writeFault } from "./write-fault.ts";

/**
 * Puts a whole document in its place at once, durable: a new one, or in the place of the old one.
 * Who is killed meanwhile leaves a draft `NAME.new`.
 * Faults: run_exists (a new one whose place is taken), run_disk_full, run_write_failed.
 */
export function writeRunDocument(
  directory: string,
  name: string,
  text: string,
  how: "create" | "replace" = "create",
): Result<void, Fault> {
  const path = join(directory, name);
  const draft = `${path}.new`;
  try {
    const file = openSync(draft, "w", 0o644);
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (how === "replace") renameSync(draft, path);
    else linkNew(draft, path);
    return ok(undefined);
  } catch (cause) {
    return err(writeFault(path, cause));
  }
}

/** A link never takes the place of anything. */
function linkNew(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } finally {
    rmSync(draft);
  }
}
