import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRunManifest, runPath } from "#evidence";

/**
 * A thread that died could not say so: its directory still claims to be at work. The manifest then
 * says `aborted`; the directory stays without a seal. A disk that refuses even this changes
 * nothing: unsealed means never finished.
 */
export function markAborted(root: string, runId: string, detail: string): void {
  const directory = runPath(root, runId);
  const manifest = readRunManifest(directory);
  if (!manifest.ok || manifest.value.status !== "running") return;
  const aborted = { ...manifest.value, status: "aborted", status_detail: detail };
  const path = join(directory, "run_manifest.json");
  try {
    rmSync(join(directory, ".reserve"), { force: true });
    const file = openSync(`${path}.new`, "w", 0o644);
    try {
      writeFileSync(file, `${JSON.stringify(aborted, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.new`, path);
  } catch {
    rmSync(`${path}.new`, { force: true });
  }
}
