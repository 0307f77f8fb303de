import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { err, type Fault, ok, type Result } from "#base";
import { checkoutPath } from "./checkout.ts";
import { fileSha256 } from "./file-digest.ts";

const coreLock = z.object({
  format: z.literal("core-lock/1"),
  version: z.int().positive(),
  core_hash: z.string().regex(/^[0-9a-f]{64}$/),
  files: z.record(z.string(), z.string()),
});

export type FrozenCore = Readonly<{ version: number; core_hash: string; files: number }>;

/**
 * The hash that manifests carry, given only when every locked file on disk is the locked one: a
 * run of an unlocked core would claim to be what it is not.
 * Faults: core_lock_unavailable, core_unlocked_unavailable.
 */
export function readFrozenCore(checkout: string = checkoutPath): Result<FrozenCore, Fault> {
  const lock = readLock(join(checkout, "core.lock"));
  if (!lock.ok) return lock;
  const { version, core_hash, files } = lock.value;
  for (const [path, sha256] of Object.entries(files)) {
    if (sha256OrNull(join(checkout, path)) === sha256) continue;
    const message =
      `the frozen core differs from core.lock, first in ${path}; restore the file, or renew ` +
      "the lock with npm run core:renew";
    return err({ code: "core_unlocked_unavailable", message, at: path });
  }
  return ok({ version, core_hash, files: Object.keys(files).length });
}

function readLock(path: string): Result<z.infer<typeof coreLock>, Fault> {
  try {
    const parsed = coreLock.safeParse(JSON.parse(readFileSync(path, "utf8")));
    if (parsed.success) return ok(parsed.data);
  } catch {
    // Missing or garbled: one remedy serves both.
  }
  const message = "core.lock is missing or garbled; restore the checkout";
  return err({ code: "core_lock_unavailable", message, at: path });
}

function sha256OrNull(path: string): string | null {
  try {
    return fileSha256(path);
  } catch {
    return null;
  }
}
