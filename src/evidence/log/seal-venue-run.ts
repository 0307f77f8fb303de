import { basename, join, resolve } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { sealFiles } from "../seal/seal-files.ts";
import { sumRun } from "../seal/sum-run.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { detachedFoldersOf } from "../verify/orders/order-contract.ts";
import { createOrderReporter } from "../verify/orders/order-reporter.ts";
import { readOrderManifest } from "../verify/orders/read-order-manifest.ts";
import type { RunSealer } from "./run-sealer.ts";
import type { SealResult } from "./seal-and-log.ts";

export type SealedVenueRun = Readonly<{
  run_id: string;
  /** Null where the installation has no keys: the run is whole, and nobody says whose it is. */
  signed: SealResult | null;
}>;

/**
 * The last act of a run at a venue, or of the full tier, once its last file is closed: everything
 * durable, tree, checkpoint, SHA256SUMS and statement, read-only, and its entry in the log. What
 * the run's claims are worth is not asked: evidence of a failure is evidence. `raw/` is sealed by
 * the digest of its own sums, so that retention may take samples later. Doing it again after a
 * crash goes on where it stopped. Faults: seal_run_unfit (no manifest names this run), those of
 * RunSealer.seal and sumRun.
 */
export function sealVenueRun(
  directory: string,
  sealer: RunSealer | null,
): Result<SealedVenueRun, Fault> {
  const path = resolve(directory);
  const report = createOrderReporter("manifest");
  const manifest = readOrderManifest(path, report);
  if (manifest === null) {
    const why = report.log().findings[0]?.detail ?? "it cannot be read";
    return unfit(join(path, "run_manifest.json"), why);
  }
  const { run_id } = manifest.orders;
  if (basename(path) !== run_id) return unfit(path, `its manifest is that of ${run_id}`);
  // Samples whose sums were never written are records like all others.
  const detached = detachedFoldersOf(manifest.orders).filter((folder) =>
    isThere(join(path, folder, sealFiles.sums)),
  );
  if (sealer === null) {
    const summed = sumRun(nodeFileSystem, path, detached);
    return summed.ok ? ok({ run_id, signed: null }) : summed;
  }
  const signed = sealer.seal(path, run_id, detached);
  return signed.ok ? ok({ run_id, signed: signed.value }) : signed;
}

function unfit(at: string, message: string): Result<never, Fault> {
  return err({ code: "seal_run_unfit", message, at });
}

/** What cannot be looked at is taken as there: opening it will say what is wrong. */
function isThere(path: string): boolean {
  const looked = attemptIo("read", path, () => nodeFileSystem.look(path));
  return !looked.ok || looked.value !== null;
}
