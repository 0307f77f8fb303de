import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Memory, where there is some to be had as a disk: a campaign writes files for each variant. */
export function memoryFolder(): Readonly<{ folder: string; remove: () => void }> {
  const memory = "/dev/shm";
  const folder = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), "assay-tamper-"));
  // A campaign that is told to stop has workers that still write here.
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  return { folder, remove };
}
