import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/**
 * Recorded markets and known answers live beside the checkout, not in it: `../shared`, or the
 * folder that ASSAY_SHARED names. The path is returned whether or not anything is there.
 */
export function sharedPath(...parts: readonly string[]): string {
  const shared = process.env["ASSAY_SHARED"] ?? join(import.meta.dirname, "../../../shared");
  return join(shared, ...parts);
}

/**
 * The `skip` option of a test that reads `sharedPath(...parts)`: false when it is there, else the
 * reason. The gate fails when such a test was skipped although `../shared` is present.
 */
export function withoutShared(...parts: readonly string[]): string | false {
  if (existsSync(sharedPath(...parts))) return false;
  return `needs shared/${parts.join("/")} beside the checkout, or in the folder of ASSAY_SHARED`;
}
