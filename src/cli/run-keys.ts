import type { Command } from "commander";
import { type Clock, type Fault, ok, type Result } from "#base";
import {
  defaultKeysDirectory,
  keysPlace,
  loadRunTrust,
  makeDevelopmentKeys,
  openRunSealer,
  type RunSealer,
  type RunTrust,
} from "#evidence";
import type { Output } from "./output.ts";

const clock: Clock = { nowMillis: () => Date.now() };

export type SealerOptions = Readonly<{ keys: string; devKeys: boolean }>;

/** "a", "a and b", "a, b and c". */
function listText(words: readonly string[]): string {
  const head = words.slice(0, -1);
  return head.length === 0 ? words.join("") : `${head.join(", ")} and ${words.at(-1)}`;
}

/** How a command that lands runs is told which keys sign them. */
export function addSealerOptions(command: Command): Command {
  return command
    .option("--keys <dir>", "the installation's keys, outside the root", defaultKeysDirectory())
    .option("--dev-keys", "make development keys there when it has none", false);
}

/** ` --keys DIR` for a command line we suggest; nothing where the default would find them. */
export function keysHint(keys: string): string {
  return keys === defaultKeysDirectory() ? "" : ` --keys ${keys}`;
}

/** The sealer of this root; null, and runs stay unsigned, where there are no keys. */
export function openSealer(
  { keys, devKeys }: SealerOptions,
  root: string,
  output: Output,
): Result<RunSealer | null, Fault> {
  const place = keysPlace(keys, root);
  if (!place.ok) return place;
  const made = devKeys ? makeDevelopmentKeys(place.value, clock.nowMillis()) : ok([]);
  if (!made.ok) return made;
  if (made.value.length > 0) {
    const { directory } = place.value;
    output.note(`made development keys ${listText(made.value)} in ${directory}, mode 0600`);
  }
  const sealer = openRunSealer(place.value, root, clock);
  const setAside = sealer.ok ? (sealer.value?.setAside ?? null) : null;
  if (setAside !== null) {
    output.note(`this root is new; what was seen of the former log here is kept in ${setAside}`);
  }
  return sealer;
}

export type TrustOptions = Readonly<{ keys: string; policy?: string; integrityOnly: boolean }>;

/** How a command that verifies runs is told whom to trust. */
export function addTrustOptions(command: Command): Command {
  return command
    .option("--keys <dir>", "the installation's keys and trust policy", defaultKeysDirectory())
    .option("--policy <file>", "whom to trust instead of the installation's own policy")
    .option("--integrity-only", "leave out who sealed the run and what the log knows", false);
}

/** Null for integrity alone. Faults: those of keysPlace and loadRunTrust. */
export function openTrust(options: TrustOptions, root: string): Result<RunTrust | null, Fault> {
  if (options.integrityOnly) return ok(null);
  const place = keysPlace(options.keys, root);
  if (!place.ok) return place;
  return loadRunTrust({ ring: place.value, policyFile: options.policy ?? null, root });
}
