import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { machineProcesses, nodeFileSystem, takeLock } from "#evidence";
import { writeFault } from "../landing/write-fault.ts";

export type HeldAccount = Readonly<{ release: () => void }>;

/**
 * One run at a time on an account, as far as this root can tell: two would cancel each other's
 * orders and read each other's money. Who is provably gone holds nothing. Faults: account_busy,
 * run_write_failed.
 */
export function holdAccount(root: string, accountIdHash: string): Result<HeldAccount, Fault> {
  const folder = join(root, "venue");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    return err(writeFault(folder, cause));
  }
  const path = join(folder, `account-${accountIdHash}.lock`);
  const lock = takeLock(nodeFileSystem, path, machineProcesses());
  if (lock.ok) return ok({ release: () => void lock.value.release() });
  if (lock.fault.code !== "store_lock_unavailable") return lock;
  const message = `another run is at work on this account: ${lock.fault.message}`;
  return err({ code: "account_busy", message, at: path });
}
