import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { createDocument, makeDirectories } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { pinsFolder } from "./named-runs.ts";

/**
 * Keeps a run's raw samples for good: an empty file of its name under pins/. False when it was
 * pinned before. Faults: run_id_malformed, those of the store.
 */
export function pinRun(
  root: string,
  runId: string,
  fs: FileSystem = nodeFileSystem,
): Result<boolean, Fault> {
  if (!/^(?:HF|PROMOTE|AUDIT)_[0-9a-f]{16}(?:_\d{8}T\d{6}Z_[0-9a-f]{8})?$/.test(runId)) {
    const message = "not the id of a run; give one as assay runs ls prints it";
    return err({ code: "run_id_malformed", message, at: runId.slice(0, 80) });
  }
  const folder = join(root, pinsFolder);
  const made = makeDirectories(fs, folder);
  if (!made.ok) return made;
  const pinned = createDocument(fs, join(folder, runId), new Uint8Array());
  if (pinned.ok) return ok(true);
  return pinned.fault.code === "store_exists" ? ok(false) : pinned;
}
