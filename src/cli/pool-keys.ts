import { resolve } from "node:path";
import type { Command } from "commander";
import type { Fault, Result } from "#base";
import { defaultKeysDirectory, keysPlace, loadPoolTrust, type PoolTrust } from "#evidence";

export type PoolKeyOptions = Readonly<{ keys: string; policy?: string }>;

export function addPoolKeyOptions(command: Command): Command {
  return command
    .option("--keys <dir>", "the installation's keys and trust policy", defaultKeysDirectory())
    .option("--policy <file>", "whom to trust instead of the installation's own policy");
}

/** Whom the user trusts and with which key a pool is signed; faults of loadPoolTrust. */
export function poolTrustOf(
  { keys, policy }: PoolKeyOptions,
  root: string,
): Result<PoolTrust, Fault> {
  const ring = keysPlace(keys, root);
  if (!ring.ok) return ring;
  const policyFile = policy === undefined ? null : resolve(policy);
  return loadPoolTrust({ ring: ring.value, root, policyFile, nowMs: Date.now() });
}
